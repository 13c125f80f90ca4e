import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Web

/// Who gets in (spec 03 section 3).
@Suite struct GateTests {
    private static let gated = [
        "/", "/sessions/s1", "/sessions/s1/windows/w1", "/api/sessions/s1/windows/w1/events", "/api/sessions/s1/windows/w1/chunks", "/maintenance",
        "/api/sessions/count", "/analytics", "/issues", "/nothing/here", "/api", "/api/nothing", "/api/v1/nothing", "/sessions/s1/windows",
        "/sessions/s1/nothing/here", "/maintenance/nothing", "/api/sessions/s1/windows/w1", "/audit", "/api/v1/erasures", "/api/v1/sessions/s1/hold",
    ]

    @Test("03-C1 without a login configured every page is closed, with a sentence that says what to set")
    func closed() async throws {
        try await LiveServer.run { server async throws in
            for path in Self.gated {
                let response = try await server.get(path)
                #expect(response.status == .forbidden, "\(path)")
            }
            let page = try await server.get("/", [.accept: "text/html"])
            #expect(page.text.contains("SENTIERO_BASIC_AUTH"))
        }
    }

    @Test("03-C2 an insecure dashboard opens when the operator says so")
    func insecure() async throws {
        try await LiveServer.run {
            $0.allowInsecureDashboard = true
        } _: { server async throws in
            #expect(try await server.get("/").status == .ok)
        }
    }

    @Test(
        "03-C3 03-C4 03-C11 logins",
        arguments: [
            (nil, 401), ("Basic YWRtaW46d3Jvbmc=", 401), ("Basic YWRtaW46c2U6Y3JldA==", 200), ("bAsIc YWRtaW46c2U6Y3JldA==", 200),
            ("Basic %%%not-base64", 401), ("Basic ", 401), ("Basic", 401), ("Bearer YWRtaW46c2U6Y3JldA==", 401), ("Basic Og==", 401),
            ("Basic YWRtaW46", 401),
        ] as [(String?, Int)])
    func logins(header: String?, status: Int) async throws {
        try await LiveServer.dashboard { server, _ async throws in
            var fields: HTTPFields = [:]
            if let header { fields[.authorization] = header }
            let response = try await server.get("/", fields)
            #expect(response.status.code == status)
            if status == 401 {
                #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Basic realm=\"Sentiero\"") == true)
                #expect(response.headers[.contentType]?.hasPrefix("text/plain") == true)
            }
        }
    }

    @Test("03-C5 blank credentials are no login", arguments: [":", "user:", ":password", " : ", "user:  "])
    func blank(text: String) async throws {
        #expect(BasicCredentials(text) == nil)
        try await LiveServer.run {
            $0.basicAuth = BasicCredentials(text)
        } _: { server async throws in
            #expect(try await server.get("/", [.authorization: "Basic Og=="]).status == .forbidden)
        }
    }

    @Test("03-C8 an anonymous caller cannot tell pages apart, whatever the method")
    func uniform() async throws {
        try await LiveServer.dashboard { server, _ async throws in
            for path in Self.gated {
                for method in [HTTPRequest.Method.get, .post, .delete, .put] {
                    #expect(try await server.send(method, path).status == .unauthorized, "\(method) \(path)")
                }
            }
        }
        try await LiveServer.run { server async throws in
            #expect(try await server.send(.put, "/nothing").status == .forbidden)
        }
    }

    @Test("03-C10 recorder, assets and ingest need no login")
    func open() async throws {
        try await LiveServer.dashboard { server, _ async throws in
            #expect(try await server.get("/recorder.js").status != .unauthorized)
            #expect(try await server.get("/assets/nothing.css").status == .notFound)
            #expect(try await server.post("{}").status == .badRequest)
        }
    }

    @Test("03-C12 one decision per request on every route")
    func once() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let count = Atomic(0)
            var gate = AuthGate(
                credentials: BasicCredentials("admin:se:cret"), allowsInsecure: false,
                logins: FailedLogins(redis: server.store, keys: server.keys, logger: Logger(label: "test")))
            gate.onDecision = { _ in count.add(1, ordering: .relaxed) }
            let dashboard = try TestDashboard(server, gate: gate)
            for path in Self.gated {
                count.store(0, ordering: .relaxed)
                _ = try await dashboard.get(path, visitor.headers())
                #expect(count.load(ordering: .relaxed) == 1, "\(path)")
            }
        }
    }

    @Test("failed logins slow an address down, even for the right password")
    func throttle() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let stranger = Visitor(server, login: "admin:guess")
            for _ in 0..<10 { #expect(try await stranger.get("/").status == .unauthorized) }
            let blocked = try await visitor.get("/")
            #expect(blocked.status == .tooManyRequests)
            #expect(blocked.headers[.retryAfter] != nil)
        }
    }
}
