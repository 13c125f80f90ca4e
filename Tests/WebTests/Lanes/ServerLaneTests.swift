import HTTPTypes
import Ingest
import RedisServerFixture
import RedisStore
import Testing

@testable import Web

/// What both lanes of servers share (spec 01 section 1.6): who may report, and what of a body is looked at.
@Suite struct ServerLaneTests {
    private static let refused = #"{"error":"invalid or missing ingest key"}"#

    @Test("01-38 without a valid key: 401, whatever the body, and nothing queued", arguments: Reports.lanes)
    func keys(path: String, body: String) async throws {
        try await LiveServer.reporting { server async throws in
            let headers: [String?] = [nil, "", "Bearer", "Bearer ", "Bearer wrong", "Basic s3cret", "Bearer s3cre", "Bearer s3crett", "s3cret"]
            for header in headers {
                for text in [body, "garbage", ""] {
                    var fields: HTTPFields = [:]
                    fields[.authorization] = header
                    let response = try await server.post(text, fields, path: path)
                    #expect(response.status == .unauthorized, "\(header ?? "none")")
                    #expect(response.text == Self.refused)
                    #expect(response.headers[.wwwAuthenticate] == nil)
                    #expect(response.headers[.contentType] == "application/json")
                    #expect(response.headers[.xContentTypeOptions] == "nosniff")
                }
            }
            #expect(try await server.batches().isEmpty)
        }
        // No keys at all.
        try await LiveServer.run { server async throws in
            #expect(try await server.report(body, to: path).status == .unauthorized)
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("01-38 the key is judged before the body is read")
    func beforeTheBody() async throws {
        try await LiveServer.reporting { server async throws in
            let socket = try RawSocket(port: server.port)
            try socket.write("POST /errors HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\nContent-Length: 100\r\n\r\n{")
            #expect(await socket.readAll().hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test("01-39 scheme in any case, key trimmed; the project is the key's, whatever the body says", arguments: Reports.lanes)
    func accepted(path: String, body: String) async throws {
        try await LiveServer.reporting { server async throws in
            let named = body.dropLast() + #","project":"blog"}"#
            for header in ["Bearer s3cret", "bEaReR  s3cret ", "BEARER s3cret"] {
                #expect(try await server.post(String(named), [.authorization: header], path: path).status == .ok, "\(header)")
            }
            let batches = try await server.batches()
            #expect(batches.map(\.project) == ["shop", "shop", "shop"])
            #expect(Set(batches.map(\.lane)) == [String(path.dropFirst())])
            #expect(batches.allSatisfy { $0.eventCount == 1 && $0.body == Array(named.utf8) })
        }
    }

    @Test("01-40 03-C24 other methods: 405 without CORS, also OPTIONS, and no page ever answers", arguments: ["/errors", "/track", "/errors/x"])
    func methods(path: String) async throws {
        try await LiveServer.reporting {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            for method in [HTTPRequest.Method.get, .options, .put, .delete, .head] {
                let response = try await server.send(method, path, [.origin: "https://shop.example", .authorization: "Bearer s3cret"])
                #expect(response.status == .methodNotAllowed)
                #expect(response.text == (method == .head ? "" : #"{"error":"method not allowed"}"#))
                #expect(response.headers[.contentType] == "application/json")
                #expect(response.headers[.accessControlAllowOrigin] == nil)
                #expect(response.headers[.accessControlAllowMethods] == nil)
            }
        }
    }

    @Test("opt-out, GPC and origins do not count: a server reports", arguments: Reports.lanes)
    func noConsent(path: String, body: String) async throws {
        try await LiveServer.reporting { configuration in
            configuration.lane.userOptOut = true
            configuration.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            let response = try await server.report(
                body, to: path, [.gpc: "1", .cookie: "sentiero_optout=1", .origin: "https://else.example", .contentType: "text/plain"])
            #expect(response.status == .ok)
            #expect(response.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("03-C24 below the mount the lanes are the dashboard's siblings")
    func mounted() async throws {
        try await LiveServer.reporting {
            $0.mount = "/sentiero"
        } _: { server async throws in
            for (path, body) in Reports.lanes {
                #expect(try await server.report(body, to: "/sentiero" + path).status == .ok)
                #expect(try await server.report(body, to: path).status != .ok)
            }
        }
    }

    private static let noObjects = [
        ("[]", "body must be a JSON object"), ("5", "body must be a JSON object"), ("null", "body must be a JSON object"),
        (#""x""#, "body must be a JSON object"), ("", "invalid JSON body"), ("{", "invalid JSON body"), (#"{"message":NaN}"#, "invalid JSON body"),
        ("\u{FEFF}{}", "invalid JSON body"),
    ]

    @Test("01-41 what is no JSON object")
    func notAnObject() async throws {
        try await LiveServer.reporting { server async throws in
            for (path, (body, message)) in ["/errors", "/track"].flatMap({ path in Self.noObjects.map { (path, $0) } }) {
                let response = try await server.report(body, to: path)
                #expect(response.status == .badRequest)
                #expect(response.text == #"{"error":"\#(message)"}"#)
            }
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("gzip by header or by its magic bytes is queued as it came; broken gzip is said")
    func gzip() async throws {
        try await LiveServer.reporting { server async throws in
            let packed = Payloads.gzip(Reports.error)
            var headers = Reports.key
            #expect(try await server.post(packed, headers, path: "/errors").status == .ok)
            headers[.contentEncoding] = "GZIP"
            #expect(try await server.post(packed, headers, path: "/errors").status == .ok)
            for batch in try await server.batches() {
                #expect(batch.encoding == .gzip)
                #expect(batch.body == packed)
                #expect(batch.inflatedBytes == Reports.error.utf8.count)
            }
            for body in [Array(Reports.error.utf8), Array(packed.dropLast(5))] {
                let response = try await server.post(body, headers, path: "/errors")
                #expect(response.status == .badRequest)
                #expect(response.text == #"{"error":"invalid gzip encoding"}"#)
            }
        }
    }

    @Test("01-4 01-5 bodies above the limits, as sent and inflated")
    func tooLarge() async throws {
        try await LiveServer.reporting { configuration in
            configuration.lane.envelope = EnvelopeLimits(maxBodyBytes: 20_000, maxInflatedBytes: 30_000)
        } _: { server async throws in
            func padded(_ bytes: Int) -> String { Reports.error + String(repeating: " ", count: bytes - Reports.error.utf8.count) }
            #expect(try await server.report(padded(20_000)).status == .ok)
            #expect(try await server.post(Payloads.gzip(padded(30_000)), Reports.key, path: "/errors").status == .ok)
            for body in [Array(padded(20_001).utf8), Payloads.gzip(padded(30_001))] {
                let response = try await server.post(body, Reports.key, path: "/errors")
                #expect(response.status == .contentTooLarge)
                #expect(response.text == #"{"error":"request body too large"}"#)
            }
            #expect(try await server.batches().count == 2)
        }
    }

    @Test("a Redis that is away or full is said at once, with when to try again", arguments: Reports.lanes)
    func unavailable(path: String, body: String) async throws {
        try await LiveServer.reporting { server async throws in
            server.redis.kill()
            let response = try await server.report(body, to: path)
            #expect(response.status == .serviceUnavailable)
            #expect(response.text == #"{"error":"storage unavailable"}"#)
            #expect(Int(response.headers[.retryAfter] ?? "") ?? 0 > 0)
            #expect(try await server.post(body, path: path).status == .unauthorized, "the key comes first")
        }
        try await LiveServer.reporting {
            $0.lane.maxStreamLength = 2
        } _: { server async throws in
            for _ in 0..<2 { #expect(try await server.report(body, to: path).status == .ok) }
            try await eventually { try await server.report(body, to: path).status == .serviceUnavailable }
            let response = try await server.report(body, to: path)
            #expect(response.text == #"{"error":"too much unprocessed data"}"#)
            #expect(response.headers[.retryAfter] != nil)
        }
    }

    @Test("metrics tell the lanes apart")
    func metrics() async throws {
        try await LiveServer.reporting {
            $0.allowInsecureDashboard = true
        } _: { server async throws in
            #expect(try await server.report(Reports.error).status == .ok)
            for _ in 0..<2 { #expect(try await server.report(Reports.event, to: "/track").status == .ok) }
            #expect(try await server.report("{}").status == .badRequest)
            #expect(try await server.post(Reports.event, path: "/track").status == .unauthorized)
            let text = try await server.get("/metrics").text
            for line in [
                #"sentiero_batches_accepted_total{lane="events"} 0"#, #"sentiero_batches_accepted_total{lane="errors"} 1"#,
                #"sentiero_batches_accepted_total{lane="track"} 2"#, #"sentiero_batches_rejected_total{lane="errors",status="400"} 1"#,
                #"sentiero_batches_rejected_total{lane="track",status="401"} 1"#,
                #"sentiero_http_request_seconds_count{route="/errors",method="POST",status="200"} 1"#,
            ] {
                #expect(text.contains(line), "\(line)")
            }
        }
    }
}
