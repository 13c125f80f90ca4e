import HTTPTypes
import RedisServerFixture
import RedisStore
import Testing

@testable import Web

/// Paths, methods, ids, redirects (spec 03 sections 1.1-1.4).
@Suite struct RoutingTests {
    private static let malformed = [
        "a:b", "a%20b", "%2e%2e", "a%2Fb", String(repeating: "x", count: 129), "%3Cscript%3E", "a%0d%0aX-Evil:1", "%00", "%zz",
    ]

    @Test("03-C14 03-C46 malformed ids are refused everywhere", arguments: malformed)
    func ids(id: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let paths = [
                "/sessions/\(id)", "/sessions/\(id)/windows/w1", "/sessions/s1/windows/\(id)", "/api/sessions/\(id)/windows/w1/events",
                "/api/sessions/s1/windows/\(id)/chunks",
            ]
            for path in paths {
                let response = try await visitor.get(path)
                #expect(response.status == .badRequest, "\(path)")
                #expect(response.text == #"{"error":"invalid ID format"}"#)
                #expect(response.headers[.contentType] == "application/json")
            }
            #expect(try await visitor.post("/sessions/\(id)?_method=delete").status == .badRequest)
            #expect(try await visitor.send(.delete, "/sessions/s1/windows/\(id)").status == .badRequest)
        }
    }

    @Test("03-C15 unknown sessions")
    func unknown() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for path in ["/sessions/nope", "/sessions/nope/windows/w1"] {
                let response = try await visitor.get(path)
                #expect(response.status == .notFound)
                #expect(response.text.contains("Session not found"))
                #expect(response.text.contains("30 days"))
            }
            let events = try await visitor.get("/api/sessions/nope/windows/w1/events")
            #expect(events.status == .ok)
            #expect(events.text == "[]")
            let envelope = try await visitor.get("/api/sessions/nope/windows/w1/events?cursor=")
            #expect(envelope.text.hasPrefix(#"{"events":[],"next_cursor":null,"total":0"#))
        }
    }

    @Test("03-C16 a session leads to the window with the newest event, and keeps the moment")
    func newest() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", "old", events: RecordedBatch.events([1000, 2000])),
                RecordedBatch("s1", "new", events: RecordedBatch.events([500, 9000])),
                RecordedBatch("s1", "mid", events: RecordedBatch.events([8000])))
            let response = try await visitor.get("/sessions/s1?t=2500&x=a%26b")
            #expect(response.status == .found)
            #expect(response.headers[.location] == "/sessions/s1/windows/new?t=2500&x=a%26b")
        }
    }

    @Test("03-C75 a window the session does not have")
    func unknownWindow() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])))
            let response = try await visitor.get("/sessions/s1/windows/other")
            #expect(response.status == .notFound)
            #expect(response.text.contains(#"href="/sessions/s1""#))
        }
    }

    @Test("03-C24 the ingest's own paths stay its own")
    func siblings() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for path in ["/events", "/errors", "/track"] {
                let response = try await visitor.get(path)
                #expect(response.status == .methodNotAllowed)
                #expect(response.headers[.contentType]?.hasPrefix("application/json") == true)
            }
        }
    }

    @Test(
        "03-C25 03-C26 wrong methods say which are right",
        arguments: [
            (HTTPRequest.Method.post, "/", "GET, HEAD"), (.delete, "/maintenance", "GET, HEAD"), (.get, "/sessions/bulk_delete", "POST"),
            (.get, "/maintenance/purge-before", "POST"), (.put, "/sessions/s1", "GET, HEAD, DELETE"), (.post, "/sessions/s1", "GET, HEAD, DELETE"),
            (.post, "/sessions/s1/windows/w1", "GET, HEAD, DELETE"), (.post, "/api/sessions/s1/windows/w1/events", "GET, HEAD"),
        ])
    func methods(method: HTTPRequest.Method, path: String, allow: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let response = try await visitor.send(method, path)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == allow)
        }
    }

    @Test("03-C26 HEAD is GET without its body")
    func head() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])))
            for path in ["/", "/sessions/s1", "/sessions/s1/windows/w1", "/api/sessions/s1/windows/w1/events", "/maintenance", "/nothing"] {
                let get = try await visitor.get(path)
                let head = try await visitor.send(.head, path)
                #expect(head.status == get.status, "\(path)")
                #expect(head.bytes.isEmpty)
                #expect(head.headers[.contentType] == get.headers[.contentType])
                #expect(head.headers[.contentSecurityPolicy] == get.headers[.contentSecurityPolicy])
            }
        }
    }

    @Test("03-C57 03-C58 nothing from a request gets into a redirect's host, or breaks a header")
    func redirects() async throws {
        try await LiveServer.dashboard {
            $0.mount = "/rec"
        } _: { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])))
            let forwarded = HTTPField.Name("x-forwarded-host")!
            let evil: HTTPFields = [forwarded: "evil.example", .hostForTests: "evil.example"]
            let paths = [
                "/rec/sessions/s1", "/rec/sessions/s1?t=1%0d%0aSet-Cookie:%20a=b", "/rec/sessions/s1?t=//evil.example",
                "/rec/sessions/s1?return_to=//evil.example",
            ]
            for path in paths {
                let response = try await visitor.get(path, evil)
                let location = try #require(response.headers[.location])
                #expect(location.hasPrefix("/rec/"), "\(location)")
                #expect(!location.contains("\n") && !location.contains("\r"))
                #expect(response.headers[values: .setCookie].allSatisfy { !$0.contains("a=b") })
            }
            _ = try await visitor.get("/rec/")
            let token = visitor.cookies["sentiero_csrf"] ?? ""
            let bulk = try await visitor.send(
                .post, "/rec/sessions/bulk_delete", form: [("csrf_token", token), ("search", "x\r\nLocation: //evil"), ("since", "//evil")])
            #expect(bulk.status == .found)
            #expect(bulk.headers[.location] == "/rec/?search=x%0D%0ALocation%3A%20%2F%2Fevil")
        }
    }

    @Test("projects are separate, and links keep theirs")
    func projects() async throws {
        try await LiveServer.dashboard {
            $0.projects = Projects(browserKeys: [.init(value: "k1", project: "shop"), .init(value: "k2", project: "blog")])
        } _: { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1])) { $0.project = "blog" })
            #expect(ListTests.ids(try await visitor.get("/").text).isEmpty)
            let blog = try await visitor.get("/?project=blog")
            #expect(ListTests.ids(blog.text) == ["s1"])
            #expect(blog.text.contains(#"href="/sessions/s1?project=blog""#))
            #expect(try await visitor.get("/sessions/s1?project=blog&t=5").headers[.location] == "/sessions/s1/windows/w1?t=5&project=blog")
            #expect(try await visitor.get("/sessions/s1").status == .notFound)
            #expect(try await visitor.get("/?project=nope").status == .notFound)
            #expect(try await visitor.get("/?project=shop").text.contains("?key=k1"))
        }
    }

    @Test("Redis away: the page says so, and when to come back")
    func away() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            server.redis.kill()
            let response = try await visitor.get("/")
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] != nil)
        }
    }
}
