import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// What servers reported beside a session's replay (spec 03 section 2.3): the card, the marks, the page without a recording, the moments links lead to.
@Suite struct ServerActivityTests {
    private struct Marker: Decodable, Equatable {
        let offset_ms: Double
        let kind: String
        let label: String
        let level: String?
        let href: String
    }

    private static func markers(_ html: String) throws -> [Marker] {
        let match = try #require(html.firstMatch(of: #/id="server-activity-markers">(.*?)</script>/#))
        return try JSONDecoder().decode([Marker].self, from: Data(match.1.utf8))
    }

    /// Kind and level of each row, with where it leads.
    private static func rows(_ html: String) -> [String] {
        html.matches(of: #/data-server-kind="(\w+)" data-level="(\w+)">.*?class="server-title" href="([^"]*)"/#.dotMatchesNewlines())
            .map { "\($0.1) \($0.2) \($0.3)" }
    }

    private static let first = String(repeating: "a", count: 40), second = String(repeating: "b", count: 40)

    @Test("03-C65 03-C66 newest first with links; marks from the window's start, none before it, sorted")
    func list() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([10_000, 60_000])))
            try await server.report(exception: Self.first, at: 11_000, session: "s1")
            try await server.report(exception: Self.second, at: 12_500, session: "s1", window: "w1")
            let early = try await server.report(event: "early", at: 9_000, session: "s1", payload: "{}")
            let late = try await server.report(event: "late", level: "warn", at: 90_000, session: "s1", payload: #"{"total":1,"of":[1,2]}"#)
            _ = try await server.report(event: "else", at: 11_000, session: "s2")
            let html = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(
                Self.rows(html) == [
                    "event warn /custom-events/\(late)", "exception error /issues/\(Self.second)", "exception error /issues/\(Self.first)",
                    "event info /custom-events/\(early)",
                ])
            #expect(html.contains("2 exceptions and 2 events"))
            #expect(html.matches(of: #/<summary>Payload</#).count == 1, "an empty object is nothing to unfold")
            #expect(html.contains("Jan 1, 1970 00:00:12 UTC"))
            #expect(html.contains("app/cart.rb:1") && html.contains("&quot;total&quot;") && html.contains("/cart"))
            #expect(
                try Self.markers(html) == [
                    Marker(offset_ms: 0, kind: "event", label: "early", level: "info", href: "/custom-events/\(early)"),
                    Marker(offset_ms: 1000, kind: "exception", label: "KeyError: no id", level: nil, href: "/issues/\(Self.first)"),
                    Marker(offset_ms: 2500, kind: "exception", label: "KeyError: no id", level: nil, href: "/issues/\(Self.second)"),
                    Marker(offset_ms: 80_000, kind: "event", label: "late", level: "warn", href: "/custom-events/\(late)"),
                ])
            for row in Self.rows(html).filter({ $0.hasPrefix("event") }) {
                #expect(try await visitor.get(String(row.split(separator: " ")[2])).status == .ok)
            }
        }
    }

    @Test("errors of browsers are in the recording already; what happened in another tab is listed, and marked there only")
    func tabs() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", "w1", events: RecordedBatch.events([1_780_000_000_000, 1_780_000_060_000])),
                RecordedBatch("s1", "w2", events: RecordedBatch.events([1_780_000_100_000])))
            try await server.report(
                exception: Self.first, at: 1_780_000_020_000, session: "s1", window: "w1", of: #","browser":"Firefox","handled":false"#)
            try await server.report(exception: Self.second, at: 1_780_000_020_000, session: "s1", window: "w1")
            let html = try await visitor.get("/sessions/s1/windows/w2").text
            #expect(Self.rows(html) == ["exception error /issues/\(Self.second)"])
            #expect(try Self.markers(html).isEmpty)
            // Ten seconds before.
            #expect(html.contains(#"href="/sessions/s1/windows/w1?t=1780000010000""#))
            #expect(try Self.markers(try await visitor.get("/sessions/s1/windows/w1").text).map(\.offset_ms) == [20_000])
        }
    }

    @Test("what names no tab is in the one that was open then, in the one that is shown if that was, and else in the nearest")
    func tabsByTime() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let start = 1_780_000_000_000
            try await server.record(
                RecordedBatch("s1", "w1", events: RecordedBatch.events([start, start + 60_000])),
                RecordedBatch("s1", "w2", events: RecordedBatch.events([start + 50_000, start + 120_000])))
            for (name, offset) in [("before", -5_000), ("first", 20_000), ("both", 55_000), ("second", 100_000), ("after", 150_000)] {
                _ = try await server.report(event: name, at: Int64(start + offset), session: "s1")
            }
            let one = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(try Self.markers(one).map { "\($0.label) \($0.offset_ms)" } == ["before 0.0", "first 20000.0", "both 55000.0"])
            let two = try await visitor.get("/sessions/s1/windows/w2").text
            #expect(try Self.markers(two).map { "\($0.label) \($0.offset_ms)" } == ["both 5000.0", "second 50000.0", "after 100000.0"])
            #expect(two.contains(#"href="/sessions/s1/windows/w1?t=\#(start + 10_000)""#))
        }
    }

    @Test("03-C43 hostile reports stay text, in the card and in the island")
    func hostile() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let markup = "</script><img src=x onerror=alert(1)>"
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([10_000])))
            try await server.report(exception: Self.first, class: markup, message: markup, at: 10_000, session: "s1", frame: markup)
            _ = try await server.report(event: markup, at: 10_000, session: "s1", payload: #"{"k":"\#(markup)"}"#)
            for path in ["/sessions/s1/windows/w1"] {
                let html = try await visitor.get(path).text
                #expect(!html.contains("<img src=x"))
                #expect(html.matches(of: #/&lt;/script&gt;&lt;img src=x/#).count >= 5)
                #expect(Set(try Self.markers(html).map(\.label)) == [markup, "\(markup): \(markup)"])
            }
        }
    }

    @Test("at most a hundred of each; without any there is no card")
    func bounds() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([10_000])))
            let bare = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(!bare.contains("Server activity"))
            #expect(try Self.markers(bare).isEmpty)
            for number in 0..<110 { _ = try await server.report(event: "e\(number)", at: 10_000 + Int64(number), session: "s1") }
            let rows = Self.rows(try await visitor.get("/sessions/s1/windows/w1").text)
            #expect(rows.count == 100)
            #expect(Set(rows).count == 100)
        }
    }

    @Test("a document nobody has the key of is said to be encrypted")
    func sealed() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([10_000])))
            try await server.report(exception: Self.first, at: 10_000, session: "s1", version: "2")
            let html = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(Self.rows(html) == ["exception error /issues/\(Self.first)"])
            #expect(html.contains("its key is gone"))
        }
    }

    @Test("a session that only servers speak of has a page, below either address; one that was removed stays removed")
    func withoutRecording() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.report(exception: Self.first, at: 1_780_000_020_000, session: "s9", of: #","browser":"Firefox","handled":false"#)
            let event = try await server.report(event: "order_placed", at: 1_780_000_030_000, session: "s9")
            for path in ["/sessions/s9?t=1780000010000", "/sessions/s9/windows/w1"] {
                let response = try await visitor.get(path)
                #expect(response.status == .ok)
                #expect(response.text.contains("No recording here") && response.text.contains("30 days"))
                #expect(Self.rows(response.text) == ["event info /custom-events/\(event)", "exception error /issues/\(Self.first)"])
                #expect(!response.text.contains("Show in the replay"))
            }
            #expect(try await visitor.get("/sessions/s8").status == .notFound)
            let probe = AuditProbe()
            _ = try await TestDashboard(server, audit: probe.audit).get("/sessions/s9", visitor.headers())
            #expect(probe.said == ["view_session session:s9"])
            _ = try await server.store.send(
                RedisCommand("SET", server.keys.project("default", ofSession: "s9").erased("s9"), "deleted 1780000000"))
            #expect(try await visitor.get("/sessions/s9").status == .gone)
        }
    }

    @Test("03-C16 a time in the address leads to the tab that was open then, an offset to the newest")
    func moment() async throws {
        let start = 1_780_000_000_000
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", "old", events: RecordedBatch.events([start, start + 60_000])),
                RecordedBatch("s1", "mid", events: RecordedBatch.events([start + 30_000, start + 50_000])),
                RecordedBatch("s1", "new", events: RecordedBatch.events([start + 100_000, start + 200_000])))
            for (t, window) in [
                ("\(start + 10_000)", "old"), ("\(start + 40_000)", "mid"), ("\(start + 55_000)", "old"), ("\(start + 150_000)", "new"),
                // A link leads by ten seconds, which may be before the tab was opened.
                ("\(start - 5_000)", "old"), ("\(start + 95_000)", "new"), ("\(start + 75_000)", "new"), ("\(start - 90_000)", "new"),
                ("2500", "new"), ("junk", "new"), ("1e400", "new"),
            ] {
                let response = try await visitor.get("/sessions/s1?t=\(t)")
                #expect(response.headers[.location] == "/sessions/s1/windows/\(window)?t=\(t)", "\(t)")
            }
        }
    }
}
