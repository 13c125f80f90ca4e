import Foundation
import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// Erasure, holds and the audit log on the dashboard's pages.
@Suite struct MaintenancePageTests {
    private static func batch(_ id: String) -> RecordedBatch { RecordedBatch(id, events: RecordedBatch.events([1])) }

    @Test("erasing: a page shows what would go; without the box nothing does; the receipt is told once")
    func erase() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"), Self.batch("s2"))
            let form = [("by", "sessions"), ("sessions", "s1\r\n s2 ,s1")]
            let question = try await visitor.post("/maintenance/erase", form)
            #expect(question.status == .ok && question.text.contains("Erase 2 sessions?"))
            #expect(try await server.rowExists("s1"))
            let done = try await visitor.post("/maintenance/erase", form + [("confirm", "1")])
            #expect(done.status == .found && done.headers[.location] == "/maintenance")
            #expect(try await server.rowExists("s1") == false)
            let receipt = try await visitor.get("/maintenance").text
            #expect(receipt.contains("2 sessions erased"))
            let digest = try #require(receipt.firstMatch(of: /<code>([0-9a-f]{64})<\/code>/)).1
            #expect(try await !visitor.get("/maintenance").text.contains("sessions erased"))
            let line = try #require(try await server.audited(3).last { $0.action == "erase_sessions" })
            #expect(line.detail.contains { $0.name == "digest" && $0.value == digest })
        }
    }

    @Test(
        "erasing: what is not understood is said, and nothing goes",
        arguments: [
            [("by", "sessions"), ("sessions", " ")], [("by", "sessions"), ("sessions", "s1 bad!id")], [("by", "user"), ("user", " ")],
            [("by", "range")], [("by", "range"), ("since", "2099-01-02"), ("until", "2099-01-01")], [("by", "range"), ("until", "soon")],
            [("by", "everything")], [],
        ] as [[(String, String)]])
    func refused(form: [(String, String)]) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            #expect(try await visitor.post("/maintenance/erase", form + [("confirm", "1")]).headers[.location] == "/maintenance")
            #expect(try await visitor.get("/maintenance").text.contains("Nothing was erased: "))
            #expect(try await server.rowExists("s1"))
        }
    }

    @Test("without the token nothing is erased, held or released, and nothing audited")
    func token() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            for path in ["/maintenance/erase", "/sessions/s1/hold", "/sessions/s1/release"] {
                let form = [("by", "sessions"), ("sessions", "s1"), ("confirm", "1"), ("reason", "x")]
                #expect(try await visitor.send(.post, path, form: form).status == .forbidden)
                #expect(try await visitor.get(path).status == .methodNotAllowed)
            }
            #expect(try await server.rowExists("s1"))
            _ = try await visitor.get("/")
            #expect(try await server.audited(1).map(\.action) == ["list_sessions"])
        }
    }

    @Test("a held session is kept by every kind of deletion, and said so")
    func held() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"), Self.batch("s2"))
            let held = try await visitor.post("/sessions/s1/hold", [("reason", "case <17>"), ("window", "w1")])
            #expect(held.headers[.location] == "/sessions/s1/windows/w1")
            #expect(try await visitor.get("/sessions/s1/windows/w1").text.contains("case &lt;17&gt;"))
            for path in ["/sessions/s1?_method=delete", "/sessions/s1/windows/w1?_method=delete"] {
                _ = try await visitor.post(path)
                #expect(try await visitor.get("/").text.contains("under legal hold"))
            }
            _ = try await visitor.post("/sessions/bulk_delete", [("session_ids[]", "s1"), ("session_ids[]", "s2")])
            #expect(try await visitor.get("/").text.contains("1 recording deleted. 1 recording under legal hold stayed."))
            let today = String(Format.time(Date().timeIntervalSince1970).iso.prefix(10))
            _ = try await visitor.post("/maintenance/purge-before", [("date", today), ("confirm", "1")])
            #expect(try await server.rowExists("s1"))
            _ = try await visitor.post("/sessions/s1/release")
            let page = try await visitor.get("/maintenance").text
            #expect(page.contains("The legal hold has ended.") && page.contains("No session is held."))
            _ = try await visitor.post("/sessions/s1?_method=delete")
            #expect(try await server.rowExists("s1") == false)
            for (reason, notice) in [("", "needs a reason"), (String(repeating: "x", count: 600), "at most 500")] {
                _ = try await visitor.post("/sessions/s2/hold", [("reason", reason)])
                #expect(try await visitor.get("/maintenance").text.contains(notice))
            }
        }
    }

    @Test("a purge can be looked at first")
    func preview() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            let today = String(Format.time(Date().timeIntervalSince1970).iso.prefix(10))
            let page = try await visitor.post("/maintenance/purge-before", [("date", today), ("preview", "1")])
            #expect(page.status == .ok && page.text.contains("Delete 1 session?"))
            #expect(try await server.rowExists("s1"))
        }
    }

    @Test("the maintenance page tells figures and settings")
    func figures() async throws {
        try await LiveServer.dashboard {
            $0.lane.userOptOut = true
            $0.retentionPeriod = 0
        } _: { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            let page = try await visitor.get("/maintenance").text
            for text in ["Batches accepted", "Dead letters", "is a worker running?", "Memory of Redis", "sentiero_optout", "respected", "for ever"] {
                #expect(page.contains(text), "\(text)")
            }
        }
    }

    @Test("the audit page: newest first, filtered, in pages; junk in the address is no filter and not shown")
    func auditPage() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            for _ in 0..<55 { _ = try await visitor.get("/") }
            _ = try await visitor.get("/sessions/s1/windows/w1")
            _ = try await server.audited(56)
            let first = try await visitor.get("/audit").text
            #expect(first.contains(#"href="/sessions/s1""#))
            #expect(first.matches(of: /<tr><td class="col-time">/).count == 50)
            let older = try #require(first.firstMatch(of: /rel="next" href="([^"]*)"/)).1.replacing("&amp;", with: "&")
            #expect(try await visitor.get(String(older)).text.matches(of: /<tr><td class="col-time">/).count >= 6)
            let views = try await visitor.get("/audit?action=view_session&actor=admin&result=ok&since=2020-01-01").text
            #expect(views.matches(of: /<tr><td class="col-time">/).count == 1)
            #expect(try await visitor.get("/audit?actor=nobody").text.contains("Nothing in the log matches."))
            let junk = try await visitor.get("/audit?action=Owned&result=Owned&since=Owned&before=Owned&check=Owned").text
            #expect(!junk.contains("Owned") && junk.contains("View session"))
            #expect(try await visitor.get("/audit?check=1").text.contains("The chain is intact"))
            #expect(try await Visitor(server, login: nil).get("/audit").status == .unauthorized)
            #expect(try await server.audited(57).contains { $0.action == "view_audit" })
        }
    }

    @Test(
        "03-C57 03-C58 redirects lead into the dashboard whatever a parameter or header says",
        arguments: [
            ("window", "w1\r\nSet-Cookie: x=1"), ("window", "//evil.example"), ("window", "w1"), ("date", "2020-01-01\r\nX: y"),
            ("search", "a\r\nLocation: https://evil.example"), ("sessions", "s\r\nX-Evil: 1"),
        ])
    func redirects(name: String, value: String) async throws {
        try await LiveServer.dashboard {
            $0.mount = "/rec"
        } _: { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            _ = try await visitor.get("/rec/")
            let evil: HTTPFields = [
                HTTPField.Name("x-forwarded-host")!: "evil.example", HTTPField.Name("x-forwarded-proto")!: "gopher",
            ]
            let form = [(name, value), ("by", "sessions"), ("confirm", "1"), ("reason", "x"), ("project", "default")]
            for path in [
                "/sessions/s1/hold", "/sessions/s1/release", "/maintenance/purge-before", "/maintenance/erase", "/sessions/bulk_delete",
                "/sessions/s1?_method=delete",
            ] {
                let response = try await visitor.post("/rec" + path, form, evil)
                let location = try #require(response.headers[.location], "\(path)")
                #expect(location.hasPrefix("/rec/") && !location.hasPrefix("//") && !location.contains("evil.example\r") && !location.contains("\n"))
                #expect(
                    location == "/rec/maintenance" || location == "/rec/" || location.hasPrefix("/rec/?search=")
                        || location == "/rec/sessions/s1/windows/w1")
                for cookie in response.headers[values: .setCookie] { #expect(cookie.hasPrefix("sentiero_flash=") && !cookie.contains("x=1")) }
            }
        }
    }
}
