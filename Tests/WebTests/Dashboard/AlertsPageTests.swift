import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The page of alerts (spec 06 section 7): rules, channels, deliveries.
@Suite struct AlertsPageTests {
    private static let secret = "a secret nobody sees"
    private static let webhook = [
        ("do", "save-channel"), ("kind", "webhook"), ("name", "Chat <b>"), ("url", "https://hooks.example/in?a=1"), ("secret", secret),
    ]
    private static let rule = [
        ("do", "save-rule"), ("name", "Spikes"), ("when", "spike"), ("count", "20"), ("minutes", "5"), ("origin", "browser"),
        ("environment", " production "),
        ("quiet", "15"), ("enabled", "1"),
    ]

    private func book(_ server: LiveServer) -> AlertBook { AlertBook(redis: server.store, keys: server.keys, secrets: AlertSecrets(masters: nil)) }

    @Test("channels and rules are made, shown, changed and deleted by plain forms; the secret never comes back")
    func wholeLife() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let empty = try await visitor.get("/settings/alerts").text
            for part in ["No rule yet", "No channel yet", "Nothing was delivered yet", "A rule needs a channel"] {
                #expect(empty.contains(part), "\(part)")
            }
            #expect(empty.contains(#"href="/settings/alerts" aria-current="page""#))

            #expect(try await visitor.post("/settings/alerts", Self.webhook).headers[.location] == "/settings/alerts")
            let channel = try #require(try await book(server).contents(project: "default").channels.first)
            #expect(channel.secret == Self.secret && channel.url == "https://hooks.example/in?a=1")
            _ = try await visitor.post("/settings/alerts", Self.rule + [("channels[]", channel.id)])
            let rule = try #require(try await book(server).contents(project: "default").rules.first)
            #expect(
                rule
                    == AlertRule(
                        id: rule.id, name: "Spikes", when: .spike, filter: AlertFilter(origin: .browser, environment: "production"),
                        spike: SpikeCondition(count: 20, minutes: 5), channels: [channel.id], quietMinutes: 15))

            for path in ["/settings/alerts", "/settings/alerts?channel=\(channel.id)", "/settings/alerts?rule=\(rule.id)"] {
                let page = try await visitor.get(path).text
                #expect(!page.contains(Self.secret))
                #expect(page.contains("Chat &lt;b&gt;") && !page.contains("Chat <b>"))
                #expect(page.contains("An issue happens too often: 20 times in 5 minutes, browser only, in production → Chat"))
            }
            // Changed without a secret: the one there is stays.
            let change = [
                ("do", "save-channel"), ("kind", "webhook"), ("id", channel.id), ("name", "Talk"), ("url", "https://hooks.example/"), ("secret", ""),
            ]
            _ = try await visitor.post("/settings/alerts", change)
            let changed = try #require(try await book(server).contents(project: "default").channels.first)
            #expect(changed.id == channel.id && changed.name == "Talk" && changed.secret == Self.secret)
            _ = try await visitor.post("/settings/alerts", Self.rule.filter { $0.0 != "enabled" } + [("id", rule.id), ("channels[]", channel.id)])
            #expect(try await book(server).contents(project: "default").rules.map(\.enabled) == [false])

            _ = try await visitor.post("/settings/alerts", [("do", "delete-channel"), ("id", channel.id)])
            #expect(try await visitor.get("/settings/alerts").text.contains("It has no channel, so nobody is told."))
            _ = try await visitor.post("/settings/alerts", [("do", "delete-rule"), ("id", rule.id)])
            #expect(try await book(server).contents(project: "default") == AlertBook.Contents())
            let lines = try await server.audited(6).filter { $0.action == "update_alerts" }
            #expect(Set(lines.map { "\($0.target ?? "")" }) == ["alert-channel:\(channel.id)", "alert-rule:\(rule.id)"])
            #expect(lines.count == 6)
            #expect(!lines.contains { $0.detail.contains { $0.value.contains(Self.secret) } })
        }
    }

    @Test(
        "what is wrong is said beside the field, what was typed stays, and nothing is kept",
        arguments: [
            (webhook.filter { $0.0 != "name" }, "Give it a name."), (webhook + [("url", "ftp://a/")], "It must begin with https:// or http://."),
            (webhook + [("url", "http://127.0.0.1/")], "127.0.0.1 is a private address."),
            (webhook + [("secret", "short")], "at least 16 characters"),
            ([("do", "save-channel"), ("kind", "email"), ("name", "Team"), ("recipients", "a@b.c, no")], "“no” is no e-mail address."),
            ([("do", "save-channel"), ("kind", "email"), ("name", "Team")], "Name at least one address."), (rule, "Choose at least one channel"),
            (rule + [("channels[]", "gone")], "was deleted meanwhile"), (rule + [("count", "x")], "occurrences must be between 1 and"),
            (rule + [("quiet", "0")], "The quiet period must be"),
        ] as [([(String, String)], String)])
    func faults(form: [(String, String)], said: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await book(server).save(AlertChannel(id: "team", name: "Team", recipients: ["a@b.c"]), project: "default")
            let page = try await visitor.post("/settings/alerts", form)
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains(said.replacing("'", with: "&#39;")), "\(said)")
            #expect(page.text.contains(#"class="fault""#) && page.text.contains("<details class=\"alert-form\" open>"))
            #expect(!page.text.contains(Self.secret))
            let typed = form.last { $0.0 == "name" }?.1
            if let typed, typed != "Chat <b>" { #expect(page.text.contains("value=\"\(typed)\"")) }
            let contents = try await book(server).contents(project: "default")
            #expect(contents.rules.isEmpty && contents.channels.map(\.id) == ["team"])
        }
    }

    @Test("without the token nothing changes; a rule of another project is not seen")
    func protection() async throws {
        try await LiveServer.dashboard {
            $0.projects = Projects(browserKeys: [.init(value: "a", project: "one"), .init(value: "b", project: "two")])
        } _: { server, visitor async throws in
            #expect(try await visitor.send(.post, "/settings/alerts", form: Self.webhook).status == .forbidden)
            _ = try await visitor.post("/settings/alerts?project=two", Self.webhook)
            #expect(try await book(server).contents(project: "one") == AlertBook.Contents())
            #expect(try await book(server).contents(project: "two").channels.count == 1)
            #expect(try await !visitor.get("/settings/alerts?project=one").text.contains("hooks.example/in"))
        }
    }

    @Test("a test is a delivery like any other, and the log shows what became of deliveries")
    func log() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            _ = try await visitor.post("/settings/alerts", Self.webhook)
            let channel = try #require(try await book(server).contents(project: "default").channels.first)
            let deliveries = try AlertDeliveries(redis: server.store, keys: server.keys)
            async let answer = visitor.post("/settings/alerts", [("do", "test-channel"), ("id", channel.id)])
            // In the worker's place.
            var taken: [TakenDelivery] = []
            while taken.isEmpty { taken = try await deliveries.take(1, each: 8) }
            #expect(taken[0].delivery.body.contains(#""type":"test""#))
            try await deliveries.finish(taken[0], .retrying, answer: "HTTP 500: <script>", delay: 10)
            #expect(try await answer.headers[.location] == "/settings/alerts")
            let page = try await visitor.get("/settings/alerts").text
            #expect(page.contains("SENTIERO_PUBLIC_URL</code> is not set"))
            for part in [
                "The test was not delivered: HTTP 500: &lt;script&gt;", "Test of the channel Chat &lt;b&gt;", "1 attempt, next <time",
                "pill-warning\">retrying",
            ] { #expect(page.contains(part), "\(part)") }
            #expect(!page.contains("<script>"))
        }
    }
}
