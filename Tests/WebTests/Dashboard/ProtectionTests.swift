import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// Headers, cookies, tokens, escaping (spec 03 sections 1.2 and 1.6).
@Suite struct ProtectionTests {
    private static let session = RecordedBatch("s1", events: RecordedBatch.events([1, 2]))

    @Test("03-C27 03-C38 pages carry a strict policy and are never stored")
    func pages() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            for path in ["/", "/maintenance", "/sessions/s1/windows/w1", "/nothing", "/sessions/gone"] {
                let response = try await visitor.get(path)
                let policy = try #require(response.headers[.contentSecurityPolicy])
                #expect(policy.contains("script-src 'self';"))
                #expect(policy.contains("object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"))
                #expect(!policy.contains("http") && !policy.contains("*"))
                #expect(policy.contains("'unsafe-inline'") == path.hasSuffix("w1"), "only where a recording is rebuilt")
                #expect(!policy.contains("script-src 'self' 'unsafe"))
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(response.headers[.xFrameOptions] == "DENY")
                #expect(response.headers[.dnsPrefetchControl] == "off")
                #expect(response.headers[.referrerPolicy] == "same-origin")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            }
        }
    }

    @Test("03-S29 a page with a recording in it loads nothing from its own server but script, style and data, and from others only what is allowed")
    func replayPolicy() {
        let closed = DashboardReply.Policy.replay(assetOrigins: []).text
        #expect(
            closed.hasPrefix(
                "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; font-src data:; "))
        #expect(closed.contains("frame-src 'none'; object-src 'none';"))
        let open = DashboardReply.Policy.replay(assetOrigins: ["https://cdn.example"]).text
        #expect(
            open.contains(
                "style-src 'self' 'unsafe-inline' https://cdn.example; img-src data: https://cdn.example; font-src data: https://cdn.example;"))
        #expect(open.contains("script-src 'self'; connect-src 'self';") && open.contains("frame-src 'none'"))
    }

    @Test("03-C38 JSON, redirects and plain errors")
    func others() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            let json = try await visitor.get("/api/sessions/s1/windows/w1/events")
            #expect(json.headers[.cacheControl] == "no-store")
            #expect(json.headers[.xContentTypeOptions] == "nosniff")
            #expect(try await visitor.get("/sessions/s1").headers[.cacheControl] == "no-store")
            let plain = try await visitor.get("/nothing", [.accept: "*/*"])
            #expect(plain.status == .notFound)
            #expect(plain.text.hasPrefix("Not Found"))
            #expect(plain.headers[.contentType]?.hasPrefix("text/plain") == true)
            #expect(plain.headers[.xContentTypeOptions] == "nosniff")
            #expect(try await server.get("/").headers[.xContentTypeOptions] == "nosniff")
        }
    }

    @Test("03-C28 no page has a script or a style in it")
    func inline() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            for path in ["/", "/maintenance", "/sessions/s1/windows/w1", "/nothing"] {
                let html = try await visitor.get(path).text
                for tag in html.matches(of: /<script([^>]*)>/) {
                    #expect(tag.1.contains("src=") || tag.1.contains("application/json"), "\(path)")
                }
                #expect(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick"))
            }
        }
    }

    @Test("03-C29 the token's cookie")
    func cookie() async throws {
        let proxies = try TrustedProxies(["127.0.0.0/8"])
        try await LiveServer.dashboard {
            $0.mount = "/rec"; $0.trustedProxies = proxies
        } _: { server, visitor async throws in
            let plain = try #require(try await visitor.get("/rec/").headers[values: .setCookie].first)
            #expect(plain.hasPrefix("sentiero_csrf="))
            #expect(
                plain.contains("HttpOnly") && plain.contains("SameSite=Strict") && plain.contains("Path=/rec") && !plain.contains("Secure;")
                    && !plain.hasSuffix("Secure"))
            let proto = HTTPField.Name("x-forwarded-proto")!
            let secure = try #require(try await visitor.get("/rec/", [proto: "https"]).headers[values: .setCookie].first)
            #expect(secure.hasPrefix("__Secure-sentiero_csrf="))
            #expect(secure.contains("Secure"))
        }
    }

    @Test("03-C30 03-C31 03-C32 deleting needs the token, in the body")
    func deletes() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            _ = try await visitor.get("/")
            let token = try #require(visitor.cookies["sentiero_csrf"])
            let other = String(repeating: "a", count: 64)
            let path = "/sessions/s1?_method=delete"
            for form in [
                [], [("csrf_token", "")], [("csrf_token", other)], [("csrf_token", token + "0")], [("csrf_token", String(token.dropLast()))],
            ] {
                #expect(try await visitor.send(.post, path, form: form).status == .forbidden)
            }
            #expect(try await visitor.send(.post, path + "&csrf_token=\(token)").status == .forbidden)
            let bare = Visitor(server)
            #expect(try await bare.send(.post, path, form: [("csrf_token", token)]).status == .forbidden)
            bare.cookies["sentiero_csrf"] = ""
            #expect(try await bare.send(.post, path, form: [("csrf_token", "")]).status == .forbidden)
            #expect(try await server.rowExists("s1"))
            let done = try await visitor.send(.delete, "/sessions/s1", form: [("csrf_token", token)])
            #expect(done.status == .found)
            #expect(done.headers[.location] == "/")
            #expect(try await server.rowExists("s1") == false)
        }
    }

    @Test("03-C33 bulk delete: valid ids go, others are skipped, and the list says so once")
    func bulk() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            for id in ["s1", "s2", "s3"] { try await server.record(RecordedBatch(id, events: RecordedBatch.events([1]))) }
            #expect(try await visitor.send(.post, "/sessions/bulk_delete", form: [("session_ids[]", "s1")]).status == .forbidden)
            #expect(try await server.rowExists("s1"))
            let form = [
                ("session_ids[]", "s1"), ("session_ids[]", "../etc/passwd"), ("session_ids[]", "s3"), ("search", "s"), ("sort_by", "event_count"),
                ("page", "2"),
            ]
            let response = try await visitor.post("/sessions/bulk_delete", form)
            #expect(response.status == .found)
            #expect(response.headers[.location] == "/?search=s&sort_by=event_count&page=2")
            #expect(try await server.rowExists("s1") == false)
            #expect(try await server.rowExists("s2"))
            #expect(try await visitor.get("/").text.contains("2 recordings deleted."))
            #expect(try await !visitor.get("/").text.contains("2 recordings deleted."))
        }
    }

    @Test("without script a page asks before anything is deleted")
    func asks() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            let question = try await visitor.post("/sessions/s1?_method=delete", [("ask", "1"), ("search", "x")])
            #expect(question.status == .ok)
            #expect(question.text.contains("Delete this recording?"))
            #expect(question.text.contains(#"name="search" value="x""#))
            #expect(try await server.rowExists("s1"))
        }
    }

    @Test("03-C37 a form of an older tab still works")
    func twoTabs() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.session)
            let first = try await visitor.get("/")
            let token = try #require(first.text.firstMatch(of: /name="csrf_token" value="([0-9a-f]{64})"/)).1
            _ = try await visitor.get("/maintenance")
            _ = try await visitor.get("/sessions/s1/windows/w1")
            #expect(try await visitor.send(.post, "/sessions/s1?_method=delete", form: [("csrf_token", String(token))]).status == .found)
        }
    }

    @Test(
        "03-C39 forms of other sites are refused",
        arguments: [
            ("origin", "https://evil.example", 403), ("origin", "null", 403), ("origin", "http://127.0.0.1", 403),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-site", 403), ("sec-fetch-site", "same-origin", 302), ("sec-fetch-site", "none", 302),
            ("origin", "https://rec.example", 302),
            ("origin", "http://host.example:99", 302),
        ])
    func origins(name: String, value: String, status: Int) async throws {
        try await LiveServer.dashboard {
            $0.publicURL = "https://rec.example"
        } _: { server, visitor async throws in
            let fields: HTTPFields = [HTTPField.Name(name)!: value, .hostForTests: "host.example:99"]
            #expect(try await visitor.post("/sessions/s1?_method=delete", [], fields).status.code == status)
        }
    }

    @Test("03-C40 what was recorded is text on every page")
    func escaping() async throws {
        let evil = #"https://x.example/"><script>alert(1)</script>?'"#
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1])) {
                    $0.fields = [
                        ("url", evil), ("referrer", evil), ("entry_url", evil), ("browser", "<b>"),
                        ("viewport", "</script><script>alert(2)</script>"),
                    ]
                    $0.metadata = [("<i>key", #""</script><script>alert(3)</script>""#)]
                })
            for path in ["/", "/sessions/s1/windows/w1", "/?search=%22%3E%3Cscript%3E"] {
                let html = try await visitor.get(path).text
                #expect(!html.contains("<script>"), "\(path)")
                #expect(!html.contains("<b>") && !html.contains("<i>"))
            }
            let page = try await visitor.get("/sessions/s1/windows/w1").text
            #expect(page.contains("&lt;script&gt;alert(1)"))
            let island = try #require(page.firstMatch(of: /id="sentiero-player-config">([^<]*)<\/script>/)).1
            #expect(island.contains(#"\u003c/script\u003e"#))
        }
    }

    @Test("03-C45 islands escape what could end them")
    func islands() throws {
        let text = try IslandJSON.encode(["a": "<>&\u{2028}\u{2029}\"'\\\n\r"])
        #expect(text == #"{"a":"\u003c\u003e\u0026\u2028\u2029\"'\\\n\r"}"#)
    }

    @Test("03-C59 no link can make a page say something")
    func forged() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            visitor.cookies["sentiero_flash"] = "Owned"
            // A number no random token holds by chance.
            let number = "98765432109876"
            for path in ["/maintenance?purged=\(number)&error=Owned&notice=Owned", "/?purged=\(number)&error=Owned&flash=Owned"] {
                let html = try await visitor.get(path).text
                #expect(!html.contains("Owned") && !html.contains(number))
            }
        }
    }
}
