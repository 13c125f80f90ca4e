import Foundation
import Testing

@testable import Ingest

/// What is sent, where it may go, and when again (spec 06 section 7).
@Suite struct AlertDeliveryTests {
    static let message = AlertMessage(
        kind: .issue(.regression), atMs: 1_781_360_000_999, project: "shop", ruleID: "r1", ruleName: "Back \"again\"",
        issue: AlertIssue(
            fingerprint: "ab", title: "E: ü\n<b>", message: "more", origin: .server, count: 3, users: 2, firstSeen: 1_781_350_000.5,
            lastSeen: 1_781_360_000,
            environments: ["b", "a"]),
        issueURL: "https://s.example/issues/ab", replayURL: "https://s.example/sessions/s?t=1")

    @Test func writesTheBodyOfTheSpecification() {
        #expect(
            Self.message.webhookBody(delivery: "d1")
                == #"{"version":1,"id":"d1","type":"issue.regression","occurred_at":"2026-06-13T14:13:20Z","project":"shop","rule":{"id":"r1","name":"Back \"again\""},"#
                + #""issue":{"fingerprint":"ab","title":"E: ü\n<b>","origin":"server","status":"open","count":3,"users":2,"first_seen":"2026-06-13T11:26:40Z","#
                + #""last_seen":"2026-06-13T14:13:20Z","release":null,"url":"https://s.example/issues/ab"},"replay":{"url":"https://s.example/sessions/s?t=1"}}"#
        )
        var test = Self.message
        test.kind = .test
        test.replayURL = nil
        #expect(test.webhookBody(delivery: "d").contains(#""type":"test""#))
        #expect(test.webhookBody(delivery: "d").hasSuffix(#""replay":null}"#))
    }

    /// The expected value was computed apart from this code: `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret-secret-12`.
    @Test func signs() {
        #expect(
            AlertSignature.value(body: #"{"a":1}"#, secret: "secret-secret-12", atSeconds: 1_700_000_000)
                == "t=1700000000,v1=9cd3db92e3c3b6f6b622e21d7921b32ea60eb341242cd531f715aacec5bf397d")
    }

    @Test func deliveriesHaveIdsThatFollowFromWhatTheyTell() {
        let id = AlertDeliveryID.make(rule: "r", fingerprint: "f", notice: "0-1-0", channel: "c")
        #expect(id == AlertDeliveryID.make(rule: "r", fingerprint: "f", notice: "0-1-0", channel: "c"))
        #expect(id.utf8.count == 32)
        let others = [
            ("x", "f", "0-1-0", "c"), ("r", "x", "0-1-0", "c"), ("r", "f", "0-2-0", "c"), ("r", "f", "0-1-0", "x"), ("rf", "", "0-1-0", "c"),
        ]
        for other in others { #expect(AlertDeliveryID.make(rule: other.0, fingerprint: other.1, notice: other.2, channel: other.3) != id) }
    }

    @Test func triesAgainAsTheSpecificationSays() {
        #expect((1...8).map { RetryPlan.delay(afterAttempts: $0) } == [10, 60, 300, 1_800, 7_200, 21_600, nil, nil])
    }

    @Test(arguments: [
        ("8.8.8.8", true), ("93.184.216.34", true), ("2606:4700:4700::1111", true), ("::ffff:8.8.8.8", true), ("100.63.255.255", true),
        ("172.32.0.1", true),
        ("0.0.0.0", false), ("10.1.2.3", false), ("100.64.0.1", false), ("100.100.100.200", false), ("127.0.0.1", false), ("127.255.0.9", false),
        ("169.254.169.254", false), ("168.63.129.16", false), ("172.16.0.1", false), ("172.31.255.255", false), ("192.0.0.192", false),
        ("192.168.1.1", false), ("198.18.0.1", false), ("224.0.0.1", false), ("255.255.255.255", false), ("::", false), ("::1", false),
        ("::ffff:127.0.0.1", false), ("::ffff:169.254.169.254", false), ("::127.0.0.1", false), ("64:ff9b::7f00:1", false),
        ("64:ff9b::808:808", true),
        ("2002:7f00:1::", false), ("2001::1", false), ("2001:db8::1", false), ("fc00::1", false), ("fd00:ec2::254", false), ("fe80::1%eth0", false),
        ("fec0::1", false), ("ff02::1", false), ("localhost", false), ("", false), ("1.2.3", false), ("0x7f.1", false), ("2130706433", false),
    ])
    func knowsThePublicInternet(address: String, isPublic: Bool) { #expect(AddressRule.isPublic(address) == isPublic) }

    @Test func mailHoldsTheSameFacts() {
        let text = Self.message.mailText
        for part in [
            "E: ü\n\n> more\n", "Rule: Back", "Project: shop", "Occurrences: 3", "Users: 2", "Issue: https://s", "Replay: https://s",
            "Environment: a, b",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("Release:"))
    }

    static func mail(subject: String = "s", text: String = "t\n") -> String {
        MailText(from: "alerts@s.example", to: ["a@b.c", "d@e.f"], subject: subject, text: text, id: "d1", atMs: 1_781_360_000_999).wire
    }

    @Test func mailHasTheHeadersOfAMail() {
        let wire = Self.mail(text: "one\n.two\r\n..three\n\nfour")
        for header in [
            "From: Sentiero <alerts@s.example>\r\n", "To: a@b.c,\r\n d@e.f\r\n", "Date: Sat, 13 Jun 2026 14:13:20 +0000\r\n",
            "Message-ID: <d1@s.example>\r\n",
        ] { #expect(wire.contains(header), "\(header)") }
        #expect(wire.hasSuffix("\r\n\r\none\r\n..two\r\n...three\r\n\r\nfour\r\n.\r\n"))
    }

    @Test(
        "nothing of an issue becomes a header", arguments: ["a\r\nBcc: x@y.z", "a\nBcc: x@y.z", "a\r\n\r\nbody", "ü\r\nBcc: x@y.z", "\u{85}Bcc: x"])
    func headersCannotBeInjected(subject: String) {
        let head = Self.mail(subject: subject).components(separatedBy: "\r\n\r\n")[0]
        for line in head.components(separatedBy: "\r\n") { #expect(line.hasPrefix(" ") || line.contains(": ") && !line.hasPrefix("Bcc")) }
        #expect(!head.replacing("\r\n", with: "").contains("\n"))
    }

    @Test func encodesWhatIsNotASCII() {
        let wire = Self.mail(subject: "Fehler: größer " + String(repeating: "日本", count: 20), text: "größer\n")
        for line in wire.components(separatedBy: "\r\n") { #expect(line.utf8.count <= 90 && line.utf8.allSatisfy { $0 < 0x80 }) }
        let words = wire.matches(of: /=\?UTF-8\?B\?([A-Za-z0-9+\/=]+)\?=/).compactMap {
            Data(base64Encoded: String($0.1)).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(words.joined() == "Fehler: größer " + String(repeating: "日本", count: 20), "no character is cut between two words")
        #expect(wire.contains("Content-Transfer-Encoding: base64\r\n\r\nZ3LDtsOfZXIK\r\n.\r\n"))
    }
}
