import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The custom events pages (spec 03 section 2.4, spec 02 section 2.15).
@Suite struct CustomEventsTests {
    private static let now = Int64(Date().timeIntervalSince1970 * 1000)

    /// Server events as the commit script writes them (docs/errors.md).
    private static func seed(_ server: LiveServer, _ events: [(name: String, level: String, atMs: Int64, session: String, payload: String)])
        async throws
    {
        let track = server.keys.project("default", ofSession: "any").track
        for event in events {
            let payload = event.payload.isEmpty ? [] : Array(event.payload.utf8).withUnsafeBytes { Gzip.deflate($0) }
            _ = try await server.store.send(
                RedisCommand(
                    "XADD", track, "*", "v", "1", "name", event.name, "level", event.level, "at", event.atMs, "session", event.session, "z", payload))
        }
    }

    private static func names(_ html: String) -> [String] {
        html.matches(of: /class="event-name"><(?:a href="[^"]*"|code)>([^<]*)</).map { String($0.1) }
    }

    @Test("03-C24 the page is there beside the lane, newest first, 50 a page")
    func list() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await Self.seed(server, (0..<60).map { ("step \($0)", "info", Self.now - 60_000 + Int64($0), $0 == 59 ? "s1" : "", "") })
            let first = try await visitor.get("/custom-events")
            #expect(first.status == .ok)
            #expect(Self.names(first.text) == (10..<60).reversed().map { "step \($0)" })
            #expect(first.text.contains(#"href="/sessions/s1?t="#))
            #expect(first.text.contains("1–50 of 60"))
            #expect(Self.names(try await visitor.get("/custom-events?page=2").text) == (0..<10).reversed().map { "step \($0)" })
            #expect(Self.names(try await visitor.get("/custom-events?per_page=7&page=abc").text).count == 7)
        }
    }

    @Test("03-C86 the level strip honours filters; its error segment keeps them")
    func strip() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await Self.seed(
                server, [("pay failed", "error", Self.now, "", ""), ("pay", "debug", Self.now, "", ""), ("other", "warn", Self.now, "", "")])
            let html = try await visitor.get("/custom-events?search=PAY").text
            #expect(Self.names(html) == ["pay", "pay failed"])
            #expect(html.contains(#"aria-label="1 debug, 1 error""#))
            let day = String(Format.time(Double(Self.now) / 1000).iso.prefix(10))
            #expect(html.contains("/custom-events?search=PAY&amp;level=error&amp;since=\(day)&amp;until=\(day)"))
            #expect(Self.names(try await visitor.get("/custom-events?level=warn").text) == ["other"])
            #expect(Self.names(try await visitor.get("/custom-events?level=banana").text).count == 3)
            #expect(!(try await visitor.get("/custom-events?source=browser").text.contains("Levels per day")))
            #expect(try await visitor.get("/custom-events?search=nothing").text.contains("No event matches"))
        }
    }

    @Test("03-C87 payload metrics of a single name")
    func metrics() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await Self.seed(
                server,
                [
                    ("order", "info", Self.now, "", #"{"total":49}"#), ("order", "info", Self.now, "", #"{"total":51}"#),
                    ("order", "info", Self.now, "", #"{"total":"free","n":1}"#), ("other", "info", Self.now, "", ""),
                ])
            let html = try await visitor.get("/custom-events?search=order&metric_key=total").text
            #expect(html.contains("<h2>order: total</h2>"))
            for text in [">2<", ">100.00<", ">50.00<", ">49.00<", ">51.00<", "1 value is no number"] { #expect(html.contains(text), "\(text)") }
            #expect(try await visitor.get("/custom-events?search=order&metric_key=nothing").text.contains("<h2>order: n</h2>"))
            #expect(!(try await visitor.get("/custom-events").text.contains("payload-metrics")))
        }
    }

    @Test("03-C88 02-173 the browser tab leaves errors and the recorder's own out, filters by name and range and links into the replay")
    func browser() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let events = [
                #"{"type":4,"data":{"href":"https://a"},"timestamp":\#(Self.now)}"#,
                #"{"type":5,"data":{"tag":"checkout","payload":{"total":12}},"timestamp":\#(Self.now + 2_500)}"#,
                #"{"type":5,"data":{"tag":"error","payload":{"message":"x"}},"timestamp":\#(Self.now + 2_600)}"#,
                #"{"type":5,"data":{"tag":"__perf","payload":{}},"timestamp":\#(Self.now + 2_700)}"#,
            ]
            try await server.record(RecordedBatch("s1", "w1", events: events))
            let html = try await visitor.get("/custom-events?source=browser").text
            #expect(Self.names(html) == ["checkout"])
            #expect(Self.names(try await visitor.get("/custom-events?source=browser&internal=1").text) == ["__perf", "checkout"])
            #expect(html.contains("/sessions/s1/windows/w1?t=2500"))
            #expect(Self.names(try await visitor.get("/custom-events?source=browser&search=check").text) == ["checkout"])
            #expect(Self.names(try await visitor.get("/custom-events?source=browser&since=2100-01-01").text).isEmpty)
            #expect(try await visitor.get("/custom-events?source=browser&search=check").text.contains("<h2>checkout: total</h2>"))
        }
    }

    @Test("03-C85 an empty tab names its populated sibling, an empty or filtered one does not")
    func hints() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            #expect(!(try await visitor.get("/custom-events").text.contains("Show them")))
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([Int(Self.now)])))
            #expect(try await visitor.get("/custom-events").text.contains("There is 1 browser event."))
            try await server.record(RecordedBatch("s2", events: RecordedBatch.events([Int(Self.now), Int(Self.now) + 1])))
            #expect(try await visitor.get("/custom-events").text.contains("There are 3 browser events."))
            #expect(!(try await visitor.get("/custom-events?level=error").text.contains("Show them")))
        }
    }

    @Test("03-C42 03-C50 the detail page, escaped; unknown 404, malformed 400")
    func detail() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await Self.seed(server, [("<b>pay</b>", "error", Self.now, "s1", #"{"<i>":"<script>alert(1)</script>"}"#)])
            let list = try await visitor.get("/custom-events").text
            #expect(!list.contains("<b>pay") && !list.contains("<script>alert") && list.contains("&lt;b&gt;pay"))
            let path = try #require(list.firstMatch(of: /href="(\/custom-events\/[^"]+)"/)).1
            let page = try await visitor.get(String(path))
            #expect(page.status == .ok)
            #expect(page.text.contains("&lt;b&gt;pay") && !page.text.contains("<script>alert") && page.text.contains("/sessions/s1?t="))
            #expect(try await visitor.get("/custom-events/0-1-1").status == .notFound)
            let malformed = try await visitor.get("/custom-events/a%20b")
            #expect(malformed.status == .badRequest)
            #expect(malformed.text.contains("invalid ID format"))
            #expect(try await visitor.send(.post, "/custom-events").status == .methodNotAllowed)
        }
    }
}
