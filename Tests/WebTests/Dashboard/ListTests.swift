import Foundation
import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// The sessions index: parameters, order, filters, paging.
@Suite struct ListTests {
    private static let now: Int64 = 1_780_000_000_000

    /// Ids of the rows of a page, in order.
    static func ids(_ html: String) -> [String] {
        html.matches(of: /class="session-id" href="[^"]*\/sessions\/([A-Za-z0-9_-]+)/).map { String($0.1) }
    }

    private static func batch(_ number: Int, _ change: (inout RecordedBatch) -> Void = { _ in }) -> RecordedBatch {
        RecordedBatch("session-\(number)", at: now + Int64(number) * 60_000, events: RecordedBatch.events(Array(0...(number % 7))), change)
    }

    @Test("03-C13 the bare mount is the index")
    func mount() async throws {
        try await LiveServer.dashboard {
            $0.mount = "/deep/mount"
        } _: { server, visitor async throws in
            for path in ["/deep/mount", "/deep/mount/", "/deep/mount?page=1"] {
                let response = try await visitor.get(path)
                #expect(response.status == .ok)
                #expect(response.text.contains("<title>Sessions"))
            }
            #expect(visitor.cookies["sentiero_csrf"] != nil)
            #expect(try await visitor.get("/").status == .notFound)
        }
    }

    @Test(
        "03-C17 page and per_page are clamped",
        arguments: [
            ("page=-5", 20), ("page=abc", 20), ("page=0", 20), ("per_page=999999", 100), ("per_page=-1", 20), ("per_page=7", 7), ("per_page=", 20),
            ("page=99999999999999999999", 0), ("page=10001", 0),
        ])
    func clamps(query: String, rows: Int) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record((0..<105).map { Self.batch($0) })
            let response = try await visitor.get("/?\(query)")
            #expect(response.status == .ok)
            #expect(Self.ids(response.text).count == rows)
        }
    }

    @Test(
        "03-C18 03-C19 times of filters",
        arguments: [
            ("2026-06-13", false, 1_781_308_800.0), ("2026-06-13", true, 1_781_395_199.999), ("2026-06-13T10:00:00", false, 1_781_344_800),
            ("2026-06-13T10:00:00Z", true, 1_781_344_800.999), ("2026-06-13T10:00:00.25Z", true, 1_781_344_800.25),
            ("2026-06-13T10:00+00:00", true, 1_781_344_859.999), ("2026-06-13T10:00:00+02:00", false, 1_781_337_600),
            ("2026-06-13 10:00", false, 1_781_344_800),
            ("2026-06-13T10:00:00.5-0130", false, 1_781_350_200.5), ("2024-02-29", false, 1_709_164_800), ("1970-01-01", false, 0),
        ])
    func times(text: String, isEnd: Bool, seconds: Double) {
        #expect(TimeRange.seconds(text, endOfDay: isEnd) == seconds)
    }

    @Test(
        "03-C19 junk is no filter and is not shown again",
        arguments: ["junk", "2026-02-30", "2026-13-01", "26-1-1", "2026-06-13T25:00", "<script>", "2023-02-29"])
    func junk(text: String) async throws {
        #expect(TimeRange.seconds(text, endOfDay: false) == nil)
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch(1))
            let response = try await visitor.get("/?since=\(QueryString.encode(text))")
            #expect(Self.ids(response.text) == ["session-1"])
            #expect(!response.text.contains(text))
        }
    }

    @Test("03-C18 the To-day is inclusive, the range is over the last update")
    func range() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            // 2026-06-13 00:00:00, 23:59:59 and the next midnight.
            for (name, second) in [("first", 1_781_308_800), ("last", 1_781_395_199), ("next", 1_781_395_200)] {
                try await server.record(RecordedBatch(name, at: Int64(second) * 1000, events: RecordedBatch.events([1])))
            }
            #expect(Self.ids(try await visitor.get("/?since=2026-06-13&until=2026-06-13").text) == ["last", "first"])
            #expect(Self.ids(try await visitor.get("/?since=2026-06-13&until=2026-06-13&sort_by=event_count").text).sorted() == ["first", "last"])
            #expect(Self.ids(try await visitor.get("/?until=2026-06-12").text).isEmpty)
        }
    }

    @Test("03-C20 orders, always descending; an unknown one is ignored")
    func orders() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for (number, events) in [3, 9, 1].enumerated() {
                try await server.record(
                    RecordedBatch("s\(number)", at: Self.now + Int64(number) * 1000, events: RecordedBatch.events(Array(1...events))))
            }
            try await server.record(RecordedBatch("s0", at: Self.now + 60_000, events: RecordedBatch.events([99])))
            #expect(Self.ids(try await visitor.get("/?sort_by=event_count").text) == ["s1", "s0", "s2"])
            #expect(Self.ids(try await visitor.get("/").text) == ["s0", "s2", "s1"])
            #expect(Self.ids(try await visitor.get("/?sort_by=banana").text) == ["s0", "s2", "s1"])
            #expect(try await !visitor.get("/?sort_by=banana").text.contains("banana"))
        }
    }

    @Test("03-C21 has_errors takes only the literal true, goes with search, and stays in links")
    func errors() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record((0..<30).map { number in Self.batch(number) { $0.hasErrors = number.isMultiple(of: 2) } })
            #expect(Self.ids(try await visitor.get("/?has_errors=lolnope&per_page=100").text).count == 30)
            let flagged = try await visitor.get("/?has_errors=true&per_page=5")
            #expect(Self.ids(flagged.text) == ["session-28", "session-26", "session-24", "session-22", "session-20"])
            #expect(flagged.text.contains("has_errors=true&amp;per_page=5&amp;page=2"))
            #expect(
                Self.ids(try await visitor.get("/?has_errors=true&search=SESSION-1").text) == [
                    "session-18", "session-16", "session-14", "session-12", "session-10",
                ])
            #expect(Self.ids(try await visitor.get("/?has_errors=true&sort_by=created_at&per_page=100").text).count == 15)
        }
    }

    @Test("03-C22 a search survives paging unchanged")
    func search() async throws {
        let text = "a&b#c+d%"
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record((0..<5).map { number in Self.batch(number) { $0.metadata = [("note", "\"xx A&B#c+d% yy\"")] } })
            try await server.record(Self.batch(9))
            let first = try await visitor.get("/?per_page=2&search=\(QueryString.encode(text))")
            #expect(Self.ids(first.text) == ["session-4", "session-3"])
            #expect(first.text.contains(#"value="a&amp;b#c+d%""#))
            let link = try #require(first.text.firstMatch(of: /rel="next" href="([^"]+)"/))
            let next = String(link.1).replacing("&amp;", with: "&")
            #expect(Self.ids(try await visitor.get(next).text) == ["session-2", "session-1"])
        }
    }

    @Test(
        "03-C23 broken and repeated parameters are never a fault",
        arguments: [
            ("page=1&page=2&per_page=1", 200), ("search=%", 400), ("search=%zz", 400), ("search=%ff", 400), ("search=%00", 400), ("&&=&a", 200),
            ("search[]=x&search=y", 200), ("session_ids=1", 200),
        ])
    func malformed(query: String, status: Int) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch(1), Self.batch(2))
            let response = try await visitor.get("/?\(query)")
            #expect(response.status.code == status)
            if query.hasPrefix("page=1") { #expect(Self.ids(response.text) == ["session-1"]) }
        }
    }

    @Test("pages do not overlap over shards, and an id without a row shortens none")
    func shards() async throws {
        let keys = try KeySchema(shards: 4)
        try await LiveServer.run(keys: keys) {
            $0.basicAuth = BasicCredentials("admin:se:cret")
        } _: { server async throws in
            let visitor = Visitor(server)
            try await server.record((0..<45).map { Self.batch($0) })
            for number in [44, 43, 30, 7] {
                let id = "session-\(number)"
                _ = try await server.store.send(RedisCommand("DEL", keys.project("default", ofSession: id).session(id)))
            }
            let left = (0..<45).reversed().filter { ![44, 43, 30, 7].contains($0) }.map { "session-\($0)" }
            for sort in ["updated_at", "created_at"] {
                var seen: [String] = []
                for page in 1...5 {
                    let ids = Self.ids(try await visitor.get("/?per_page=10&page=\(page)&sort_by=\(sort)").text)
                    #expect(ids.count == [10, 10, 10, 10, 1][page - 1])
                    seen += ids
                }
                #expect(seen == left)
            }
        }
    }

    @Test("a search that reads enough rows says how far it came and can go on")
    func bounded() async throws {
        let server = try await TestStore()
        try await server.record((0..<60).map { Self.batch($0) })
        let list = SessionList(redis: server.client, keys: server.keys, searchLimit: 25)
        var page = try await list.page(SessionQuery(search: "session-5"), project: "default")
        #expect(
            page.rows.map(\.id) == [
                "session-59", "session-58", "session-57", "session-56", "session-55", "session-54", "session-53", "session-52", "session-51",
                "session-50",
            ])
        #expect(page.searched == 25)
        page = try await list.page(SessionQuery(search: "session-5", resume: page.resume), project: "default")
        #expect(page.rows.isEmpty)
        page = try await list.page(SessionQuery(search: "session-5", resume: page.resume), project: "default")
        #expect(page.rows.map(\.id) == ["session-5"])
        #expect(page.searched == nil)
        #expect(page.resume == nil)
    }

    @Test("the empty page shows the script tag; a search without a match offers a way back")
    func empty() async throws {
        try await LiveServer.dashboard {
            $0.publicURL = "https://rec.example"
        } _: { server, visitor async throws in
            let empty = try await visitor.get("/")
            #expect(empty.text.contains("https://rec.example/recorder.js"))
            #expect(empty.text.contains("data-waiting"))
            try await server.record(Self.batch(1))
            let none = try await visitor.get("/?search=nothing")
            #expect(none.text.contains("No session matches"))
            #expect(none.text.contains(#"href="/">Clear filters"#))
            #expect(try await visitor.get("/api/sessions/count").text == #"{"count":1}"#)
        }
    }
}
