import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import RedisStore
import Testing

@testable import Web

extension LiveServer {
    /// Audit lines, oldest first; waits until there are so many.
    func audited(_ count: Int) async throws -> [AuditLine] {
        let reader = AuditReader(client: store, schema: keys)
        for _ in 0..<1_000 {
            let lines = try await reader.page(limit: 1_000).entries
            if lines.count >= count { return lines.reversed() }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await reader.page(limit: 1_000).entries.reversed()
    }
}

/// What of the dashboard is audited, and as whom (spec 03 section 1.10).
@Suite struct AuditTests {
    private static let session = RecordedBatch("s1", events: RecordedBatch.events([1, 2, 3]))

    private static func forwarded(_ value: String) -> HTTPFields { [HTTPField.Name("x-forwarded-for")!: value] }

    @Test("03-C95 list, view, events pages and each deletion are audited; what is refused or missing is not")
    func actions() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session, RecordedBatch("s2", events: RecordedBatch.events([1])))
            // Refused or not there: none of these may leave a line.
            _ = try await server.get("/")
            _ = try await visitor.get("/sessions/nope")
            _ = try await visitor.get("/sessions/nope/windows/w1")
            _ = try await visitor.get("/sessions/s1/windows/nope")
            _ = try await visitor.get("/api/sessions/nope/windows/w1/events?cursor=")
            _ = try await visitor.get("/api/sessions/s1/windows/nope/events")
            _ = try await visitor.get("/sessions/bad%20id/windows/w1")
            _ = try await visitor.send(.post, "/sessions/s1?_method=delete", form: [("csrf_token", "x")])
            _ = try await visitor.post("/sessions/nope?_method=delete")
            // The post above opened the index once.
            _ = try await visitor.get("/sessions/s1/windows/w1")
            _ = try await visitor.get("/api/sessions/s1/windows/w1/events?cursor=&limit=2")
            _ = try await visitor.get("/api/sessions/s1/windows/w1/events?after=1")
            _ = try await visitor.post("/sessions/s1/windows/w1?_method=delete")
            _ = try await visitor.post("/sessions/bulk_delete", [("session_ids[]", "s1"), ("session_ids[]", "s2")])
            let lines = try await server.audited(6)
            #expect(
                lines.map { "\($0.action) \($0.target ?? "-") \($0.result)" } == [
                    "list_sessions - ok", "view_session session:s1 ok", "view_session session:s1 ok", "view_session session:s1 ok",
                    "delete_session session:s1 ok", "delete_session session:s2 ok",
                ])
            #expect(lines.allSatisfy { $0.actor == "admin" && $0.project == "default" && $0.ip == "127.0.0.0" })
            #expect(lines[4].detail.map { "\($0.name)=\($0.value)" } == ["window=w1"])
            #expect(lines.map(\.path).last == "/sessions/bulk_delete")
        }
    }

    @Test("failed logins are audited without the name that was tried; of a pause only the first try")
    func logins() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            _ = try await Visitor(server, login: nil).get("/")
            for _ in 0..<10 { _ = try await Visitor(server, login: "hunter2:guess").get("/maintenance") }
            for _ in 0..<3 { #expect(try await visitor.get("/").status == .tooManyRequests) }
            let lines = try await server.audited(11)
            #expect(lines.count == 11 && lines.allSatisfy { $0.action == "login" && $0.result == "denied" && $0.actor == nil })
            #expect(lines.last?.detail.first?.name == "throttled")
            #expect(lines.first?.path == "/maintenance")
            #expect(!lines.contains { $0.line.contains("hunter2") })
        }
    }

    @Test("01-113 03-C96 an audit that fails changes no answer")
    func raising() async throws {
        struct Broken: Error {}
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            let audit = Audit(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { _ in throw Broken() }
            let dashboard = try TestDashboard(server, audit: audit)
            #expect(try await dashboard.get("/", visitor.headers()).status == .ok)
            #expect(try await dashboard.get("/sessions/s1/windows/w1", visitor.headers()).status == .ok)
        }
    }

    @Test(
        "01-114 03-C96 03-C97 the address: of the client as trusted proxies tell it, reduced unless the operator says otherwise",
        arguments: [
            (true, ["127.0.0.1", "192.168.1.0/24"], "10.0.0.1, 192.168.1.100", "10.0.0.0"),
            (false, ["127.0.0.1", "192.168.1.0/24"], "10.0.0.1, 192.168.1.100", "10.0.0.1"),
            (false, ["127.0.0.1"], "10.0.0.1, 192.168.1.100", "192.168.1.100"),
            (false, [], "10.0.0.1", "127.0.0.1"),
            (true, ["127.0.0.1"], "2001:db8:1:2::3", "2001:db8:1::"),
            (true, ["127.0.0.1"], "nonsense", nil),
        ] as [(Bool, [String], String, String?)])
    func address(anonymizes: Bool, trusted: [String], header: String, expected: String?) async throws {
        let proxies = try TrustedProxies(trusted)
        try await LiveServer.dashboard {
            $0.anonymizeIP = anonymizes
            $0.trustedProxies = proxies
        } _: { server, visitor async throws in
            _ = try await visitor.get("/", Self.forwarded(header))
            let line = try #require(try await server.audited(1).first)
            #expect(line.ip == expected)
        }
    }

    @Test("without a login the actor is nobody")
    func anonymous() async throws {
        try await LiveServer.run {
            $0.allowInsecureDashboard = true
        } _: { server async throws in
            _ = try await server.get("/")
            let line = try #require(try await server.audited(1).first)
            #expect(line.actor == nil && line.line.contains(#""actor":null"#))
        }
    }
}
