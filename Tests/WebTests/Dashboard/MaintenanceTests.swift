import Foundation
import HTTPTypes
import HummingbirdTesting
import RedisStore
import Testing

@testable import Web

/// Purges (spec 03 section 1.7) and what is audited (1.10).
@Suite struct MaintenanceTests {
    private static func today(_ offset: Double = 0) -> String { String(Format.time(Date().timeIntervalSince1970 + offset).iso.prefix(10)) }

    @Test("03-C36 without token, box or date nothing is deleted, and the page says why")
    func refused() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])))
            for path in ["/maintenance/purge-before", "/maintenance/purge-expired"] {
                #expect(try await visitor.send(.post, path, form: [("date", Self.today()), ("confirm", "1")]).status == .forbidden)
            }
            for (form, notice) in [
                ([("date", Self.today())], "tick the box"), ([("date", "garbage"), ("confirm", "1")], "choose a date"),
                ([("confirm", "1")], "choose a date"),
            ] {
                let response = try await visitor.post("/maintenance/purge-before", form)
                #expect(response.status == .found)
                #expect(response.headers[.location] == "/maintenance")
                #expect(try await visitor.get("/maintenance").text.contains(notice))
                #expect(try await !visitor.get("/maintenance").text.contains(notice))
            }
            #expect(try await server.rowExists("s1"))
        }
    }

    @Test("03-C89 purging up to yesterday keeps today's sessions, up to today takes them")
    func purgeBefore() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record((0..<5).map { RecordedBatch("s\($0)", events: RecordedBatch.events([1])) })
            let yesterday = try await visitor.post("/maintenance/purge-before", [("date", Self.today(-86_400)), ("confirm", "1")])
            #expect(yesterday.status == .found)
            #expect(try await visitor.get("/maintenance").text.contains("0 recordings deleted."))
            #expect(try await server.rowExists("s1"))
            _ = try await visitor.post("/maintenance/purge-before", [("date", Self.today()), ("confirm", "1")])
            #expect(try await visitor.get("/maintenance").text.contains("5 recordings deleted."))
            #expect(try await server.rowExists("s1") == false)
            #expect(try await visitor.get("/api/maintenance/purge").text.contains(#""state":"done""#))
        }
    }

    @Test("03-C90 the retention purge needs a retention period")
    func purgeExpired() async throws {
        let old = Int64(Date().timeIntervalSince1970 * 1000) - 7_200_000
        try await LiveServer.dashboard {
            $0.retentionPeriod = 0
        } _: { server, visitor async throws in
            try await server.record(RecordedBatch("old", at: old, events: RecordedBatch.events([1])))
            _ = try await visitor.post("/maintenance/purge-expired")
            #expect(try await visitor.get("/maintenance").text.contains("no retention period is set"))
            #expect(try await server.rowExists("old"))
        }
        try await LiveServer.dashboard {
            $0.retentionPeriod = 3600
        } _: { server, visitor async throws in
            try await server.record(
                RecordedBatch("old", at: old, events: RecordedBatch.events([1])), RecordedBatch("new", events: RecordedBatch.events([1])))
            #expect(try await visitor.get("/maintenance").text.contains("1 session older than that"))
            _ = try await visitor.post("/maintenance/purge-expired")
            #expect(try await visitor.get("/maintenance").text.contains("1 recording deleted."))
            #expect(try await server.rowExists("old") == false)
            #expect(try await server.rowExists("new"))
        }
    }

    @Test("03-C89 what is seen and changed is audited, what is refused is not")
    func audit() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])), RecordedBatch("s2", events: RecordedBatch.events([1])))
            let probe = AuditProbe()
            let dashboard = try TestDashboard(server, audit: probe.audit)
            _ = try await dashboard.get("/", [:])
            _ = try await dashboard.get("/sessions/nope/windows/w1", visitor.headers())
            #expect(probe.said.isEmpty)
            let index = try await dashboard.get("/", visitor.headers())
            visitor.cookies["sentiero_csrf"] = try #require(index.headers[.setCookie]?.firstMatch(of: /sentiero_csrf=([0-9a-f]+)/)).1.description
            _ = try await dashboard.get("/sessions/s1/windows/w1", visitor.headers())
            _ = try await dashboard.get("/api/sessions/s1/windows/w1/events", visitor.headers())
            var form: HTTPFields = visitor.headers()
            form[.contentType] = "application/x-www-form-urlencoded"
            let token = "csrf_token=\(visitor.cookies["sentiero_csrf"] ?? "")"
            _ = try await dashboard.send(.post, "/sessions/bulk_delete", form, "session_ids[]=s1&session_ids[]=gone")
            _ = try await dashboard.send(.post, "/sessions/bulk_delete", form, "session_ids[]=s1&session_ids[]=gone&\(token)")
            _ = try await dashboard.send(.post, "/maintenance/purge-before", form, "date=2020-01-01&confirm=1&\(token)")
            _ = try await dashboard.send(.post, "/maintenance/purge-expired", form, token)
            let sessions = ["view_session session:s1", "view_session session:s1", "delete_session session:s1"]
            #expect(probe.said.dropLast() == ["list_sessions -"] + sessions + ["erase_where range:..2020-01-01"])
            #expect(probe.entries.last?.action == .purge)
            #expect(probe.entries.last?.detail.map(\.0) == ["sessions", "keys", "problems", "occurrences", "server_events", "held"])
            #expect(probe.entries.allSatisfy { $0.actor == "admin" && $0.result == .ok })
        }
    }
}
