import Testing

@testable import Ingest

/// Rules and channels of spec 06 section 7.
@Suite struct AlertRuleTests {
    static let issue = AlertIssue(
        fingerprint: "f", title: "TypeError: x is undefined", exceptionClass: "TypeError", message: "x is undefined in Basket", origin: .browser,
        firstSeen: 1, lastSeen: 2, release: "1.2", environments: ["production", "eu"])

    static func rule(_ change: (inout AlertRule) -> Void = { _ in }) -> AlertRule {
        var rule = AlertRule(id: "r", name: "New", when: .new, channels: ["c"])
        change(&rule)
        return rule
    }

    @Test(arguments: [
        (AlertFilter(), true), (AlertFilter(origin: .browser), true), (AlertFilter(origin: .server), false), (AlertFilter(level: "error"), true),
        (AlertFilter(level: "warn"), false), (AlertFilter(environment: "eu"), true), (AlertFilter(environment: "staging"), false),
        (AlertFilter(release: "1.2"), true), (AlertFilter(release: "1.20"), false), (AlertFilter(text: "BASKET"), true),
        (AlertFilter(text: "typeerror"), true), (AlertFilter(text: "checkout"), false), (AlertFilter(origin: .browser, text: "checkout"), false),
        (AlertFilter(level: "", environment: "", release: "", text: ""), true),
    ])
    func filters(filter: AlertFilter, matches: Bool) {
        #expect(Self.rule { $0.filter = filter }.matches(Self.issue, on: .new) == matches)
    }

    @Test func tellsOnlyItsOccasionAndOnlyWhenEnabled() {
        #expect(!Self.rule().matches(Self.issue, on: .regression))
        #expect(!Self.rule { $0.enabled = false }.matches(Self.issue, on: .new))
    }

    @Test(
        arguments: [
            (rule(), []), (rule { $0.name = " " }, ["name"]), (rule { $0.name = String(repeating: "x", count: 101) }, ["name"]),
            (rule { $0.channels = [] }, ["channels"]), (rule { $0.channels = ["c", "gone"] }, ["channels"]),
            (rule { $0.quietMinutes = 0 }, ["quiet"]),
            (rule { $0.quietMinutes = 10_081 }, ["quiet"]), (rule { $0.filter.level = "info" }, ["level"]),
            (rule { $0.filter.text = String(repeating: "x", count: 201) }, ["text"]), (spike(nil), ["count"]),
            (spike(SpikeCondition(count: 0, minutes: 61)), ["count", "minutes"]), (spike(SpikeCondition(count: 1, minutes: 60)), []),
        ] as [(AlertRule, [String])])
    func saysWhatIsWrong(rule: AlertRule, fields: [String]) {
        #expect(rule.faults(channels: ["c"]).map(\.field) == fields)
    }

    static func spike(_ condition: SpikeCondition?) -> AlertRule {
        rule {
            $0.when = .spike
            $0.spike = condition
        }
    }

    @Test(arguments: [
        ("https://hooks.example/a?b=1", "https://hooks.example/a?b=1"), ("HTTPS://Hooks.Example:8443", "https://hooks.example:8443/"),
        ("http://1.2.3.4?x", "http://1.2.3.4/?x"), ("https://[2606:4700::1111]:1/x", "https://[2606:4700::1111]:1/x"), ("ftp://a/", nil), ("", nil),
        ("https://", nil), ("https://user:pw@a/", nil), ("https://a/#x", nil), ("https://a b/", nil), ("https://a:0/", nil), ("https://a:x/", nil),
        ("https://[::1", nil), ("https://[::g]/", nil), ("https://a\r\nHost: b/", nil), ("https://.a/", nil), ("https://a%2eb/", nil),
        ("https://ä.example/", nil), ("https://a\\@b/", nil), ("https://[::1%25eth0]/", nil),
    ])
    func readsWebhookAddresses(text: String, written: String?) {
        #expect((try? WebhookURL(text))?.text == written)
    }

    @Test(arguments: [
        ("a@example.com", true), ("first.last+tag@mail.example.com", true), ("root@localhost", true), ("a@b@c", false), ("", false), ("a@", false),
        ("@b", false), ("a b@c.d", false), ("a@c.d\r\nRCPT TO:<x@y>", false), ("<a@c.d>", false), ("a@c..d", false), ("ä@c.d", false),
        ("a,b@c.d", false),
    ])
    func readsMailAddresses(text: String, isValid: Bool) { #expect(MailAddress.isValid(text) == isValid) }

    @Test func channelsSayWhatIsWrong() {
        let secret = String(repeating: "s", count: 16)
        #expect(AlertChannel(id: "c", name: "Chat", url: "https://hooks.example/", secret: secret).faults(allowsPrivate: false).isEmpty)
        #expect(AlertChannel(id: "c", name: "", url: "x", secret: "short").faults(allowsPrivate: false).map(\.field) == ["name", "url", "secret"])
        let own = AlertChannel(id: "c", name: "Own", url: "http://127.0.0.1:1/", secret: secret)
        #expect(own.faults(allowsPrivate: false).map(\.field) == ["url"])
        #expect(own.faults(allowsPrivate: true).isEmpty)
        var kept = AlertChannel(id: "c", name: "Chat", url: "https://hooks.example/", secret: nil)
        kept.sealed = "…"
        #expect(kept.faults(allowsPrivate: false).isEmpty, "a sealed secret is one")
        #expect(AlertChannel(id: "c", name: "Team", recipients: []).faults(allowsPrivate: false).map(\.field) == ["recipients"])
        #expect(
            AlertChannel(id: "c", name: "Team", recipients: ["a@b.c", "no"]).faults(allowsPrivate: false).map(\.message) == [
                "“no” is no e-mail address."
            ])
    }
}
