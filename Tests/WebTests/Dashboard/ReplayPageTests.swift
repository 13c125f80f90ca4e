import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// The replay page as the server renders it.
@Suite struct ReplayPageTests {
    private static func part(of html: String, from: String, to: String) throws -> String {
        let start = try #require(html.firstRange(of: from))
        let rest = html[start.lowerBound...]
        return String(rest[..<(try #require(rest.firstRange(of: to)).lowerBound)])
    }

    @Test(
        "03-C64 tabs are numbered by last activity; of eight, four stay in the row, the open one among them",
        arguments: [(0, [1, 2, 3, 4]), (7, [1, 2, 3, 8]), (3, [1, 2, 3, 4])])
    func tabs(current: Int, row: [Int]) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for number in 0..<8 {
                try await server.record(RecordedBatch("s1", "w\(number)", events: RecordedBatch.events([number, 1000 + number])))
            }
            let html = try await visitor.get("/sessions/s1/windows/w\(current)").text
            let inline = try Self.part(of: html, from: "<nav class=\"tabs\"", to: "<details")
            #expect(inline.matches(of: #/Tab (\d+) /#).map { Int($0.1) ?? 0 } == row)
            #expect(inline.contains("aria-current=\"page\">Tab \(current + 1) "))
            let menu = try Self.part(of: html, from: "<details", to: "</details>")
            #expect(menu.contains("+4 more"))
            #expect(menu.matches(of: #/menu-item/#).count == 4)
        }
    }

    @Test("one tab needs no tabs, five need no menu")
    func fewTabs() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", "w0", events: RecordedBatch.events([1])))
            #expect(try await !visitor.get("/sessions/s1/windows/w0").text.contains("class=\"tabs\""))
            for number in 1..<5 { try await server.record(RecordedBatch("s1", "w\(number)", events: RecordedBatch.events([number]))) }
            let html = try await visitor.get("/sessions/s1/windows/w0").text
            #expect(html.contains("Tab 5 "))
            #expect(!html.contains("tab-menu"))
        }
    }

    @Test("03-C28 the page carries the facts and the player, but no data of the recording")
    func page() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1_000, 63_000])) {
                    $0.fields = [("browser", "Firefox"), ("device", "Desktop"), ("viewport", "1280x720"), ("url", "https://shop.example/cart")]
                    $0.metadata = [("plan", #""gold""#)]
                })
            let html = try await visitor.get("/sessions/s1/windows/w1").text
            for text in [
                "Firefox", "1280x720", "https://shop.example/cart", "1m 2s", "gold", "id=\"replayer\"", "id=\"sentiero-player-config\"",
                "id=\"copy-link-btn\"",
            ] {
                #expect(html.contains(text), "\(text)")
            }
            #expect(!html.contains("\"tag\""))
        }
    }

    @Test("what is missing is said")
    func gaps() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1])) { $0.sequence = 0 },
                RecordedBatch("s1", events: RecordedBatch.events([2])) { $0.sequence = 3 })
            #expect(try await visitor.get("/sessions/s1/windows/w1").text.contains("2 uploads of this tab never arrived"))
            let key = server.keys.project("default", ofSession: "s1").session("s1")
            _ = try await server.store.send(RedisCommand("HSET", key, "trimmed", 3, "limited", 2))
            let html = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(html.contains("reached its size limit"))
            #expect(html.contains("2 uploads came after"))
        }
    }

    @Test(
        "a session that was removed says how",
        arguments: [(RemovalReason.deleted, "was deleted on"), (.erased, "was erased on"), (.purged, "by a purge")])
    func tombstone(reason: RemovalReason, text: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])))
            let removal = try SessionRemoval(client: server.store, schema: server.keys, tombstoneSeconds: 600)
            _ = try await removal.remove(["s1"], project: "default", reason: reason)
            for path in ["/sessions/s1", "/sessions/s1/windows/w1"] {
                let response = try await visitor.get(path)
                #expect(response.status == .gone)
                #expect(response.text.contains(text))
            }
        }
    }

    @Test("deleting a tab leads to the newest one left; with the last one the session goes")
    func deleteWindow() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for number in 1...3 { try await server.record(RecordedBatch("s1", "w\(number)", events: RecordedBatch.events([number * 1000]))) }
            let first = try await visitor.post("/sessions/s1/windows/w3?_method=delete")
            #expect(first.headers[.location] == "/sessions/s1/windows/w2")
            #expect(try await visitor.get("/sessions/s1/windows/w2").text.contains("1 tab deleted."))
            #expect(try await visitor.post("/sessions/s1/windows/w1?_method=delete").headers[.location] == "/sessions/s1/windows/w2")
            #expect(try await visitor.post("/sessions/s1/windows/w2?_method=delete").headers[.location] == "/")
            #expect(try await server.rowExists("s1") == false)
            #expect(try await visitor.get("/sessions/s1").status == .gone)
        }
    }
}
