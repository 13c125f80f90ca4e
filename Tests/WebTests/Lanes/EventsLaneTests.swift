import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// Spec 01 section 8, what the lane decides. Every case reads the stream back: an answer alone proves nothing.
@Suite struct EventsLaneTests {
    @Test("01-1 a valid POST is accepted and queued once")
    func valid() async throws {
        try await LiveServer.run { server async throws in
            let response = try await server.post(Payloads.valid)
            #expect(response.status == .ok)
            #expect(response.text == #"{"status":"ok"}"#)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.contentType] == "application/json")
            let batches = try await server.batches()
            #expect(batches.count == 1)
            #expect(batches.first?.body == Array(Payloads.valid.utf8))
            #expect(batches.first?.project == "default")
            #expect(batches.first?.session == "sess-1")
            #expect(batches.first?.window == "win-1")
            #expect(batches.first?.eventCount == 1)
            #expect(batches.first?.encoding == .identity)
        }
    }

    @Test("01-2 01-3 gzip by header in any case, or by magic bytes, is queued as received", arguments: ["gzip", "GZIP", nil] as [String?])
    func gzip(encoding: String?) async throws {
        try await LiveServer.run { server async throws in
            let body = Payloads.gzip(Payloads.valid)
            var headers: HTTPFields = [.contentType: "text/plain"]
            headers[.contentEncoding] = encoding
            #expect(try await server.post(body, headers).status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.body == body)
            #expect(batch.encoding == .gzip)
            #expect(batch.inflatedBytes == Payloads.valid.utf8.count)
            #expect(batch.eventCount == 1)
        }
    }

    @Test("01-4 01-5 both caps")
    func caps() async throws {
        try await LiveServer.run { configuration in
            configuration.lane.envelope = EnvelopeLimits(maxBodyBytes: 524_288, maxInflatedBytes: 524_288)
        } _: { server async throws in
            #expect(try await server.post(Payloads.padded(to: 524_288)).status == .ok)
            let tooLong = try await server.post(Payloads.padded(to: 524_289))
            #expect(tooLong.status == .contentTooLarge)
            #expect(tooLong.text == #"{"error":"request body too large"}"#)
            let bomb = Payloads.gzip(String(decoding: Payloads.padded(to: 600_000), as: UTF8.self))
            #expect(try await server.post(bomb, [.contentEncoding: "gzip"]).status == .contentTooLarge)
            #expect(try await server.post(bomb).status == .contentTooLarge)
            #expect(try await server.batches().count == 1)
        }
    }

    @Test("01-4 the default caps take 1 MiB as received and refuse one byte more")
    func standardCap() async throws {
        try await LiveServer.run { server async throws in
            #expect(try await server.post(Payloads.padded(to: 1_048_576)).status == .ok)
            #expect(try await server.post(Payloads.padded(to: 1_048_577)).status == .contentTooLarge)
        }
    }

    static let corrupt: [UInt8] = {
        var bytes = Payloads.gzip(Payloads.valid)
        for index in 10..<20 { bytes[index] = 0xff }
        return bytes
    }()

    @Test(
        "01-6 01-7 01-8 01-9 01-37 bodies that are no batch",
        arguments: [
            (Array("plain".utf8), "gzip", "invalid gzip encoding"),
            (corrupt, "gzip", "invalid gzip encoding"),
            (Array(Payloads.gzip(Payloads.valid).dropLast(5)), "gzip", "invalid gzip encoding"),
            (Array("not-json{{{".utf8), nil, "invalid JSON body"),
            ([], nil, "invalid JSON body"),
            (Payloads.gzip(""), "gzip", "invalid JSON body"),
            (Array(Payloads.with(events: #"[{"timestamp":1000,"a":NaN}]"#).utf8), nil, "invalid JSON body"),
            (Array("[]".utf8), nil, "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (Array("null".utf8), nil, "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (Array("5".utf8), nil, "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (Array("true".utf8), nil, "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (Array(#"{"sessionId":"s","windowId":"w","events":[{"a":""#.utf8) + [0xff, 0xfe] + Array(#""}]}"#.utf8), nil, "invalid JSON body"),
        ] as [([UInt8], String?, String)])
    func noBatch(body: [UInt8], encoding: String?, message: String) async throws {
        try await LiveServer.run { server async throws in
            var headers: HTTPFields = [:]
            headers[.contentEncoding] = encoding
            let response = try await server.post(body, headers)
            #expect(response.status == .badRequest)
            #expect(response.text == #"{"error":"\#(message)"}"#)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("01-10 01-12 01-13 01-14 01-17 what the fields must be")
    func fields() async throws {
        let session = "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"
        let window = "windowId must be 1-128 alphanumeric, hyphen, or underscore characters"
        let events = "events must be a non-empty array of objects"
        let timestamp = "invalid timestamp value"
        let long = "\"" + String(repeating: "a", count: 129) + "\""
        var cases: [(String, String)] = [(#"{"windowId":"w","events":[{}]}"#, session)]
        for value in [
            #""""#, "12345", #"["a"]"#, "{}", "null", #""a:b""#, #""a/b""#, #""a b""#, #""a.b""#, #""a\n""#, #""a\u0000""#, #""<b>""#, long,
        ] {
            cases.append((Payloads.with(session: value), session))
        }
        cases.append((Payloads.with(window: #""win@bad!id""#), window))
        cases.append((Payloads.with(window: "true"), window))
        cases.append((Payloads.with(session: #""a b""#, window: "5"), session))
        cases.append((#"{"sessionId":"s","windowId":"w"}"#, events))
        for value in ["[]", #""x""#, "{}", "[null]", "[{},42]"] { cases.append((Payloads.with(events: value), events)) }
        for value in [#""Infinity""#, #""-Infinity""#, #""NaN""#, "1e400", "null", "true", #""""#] {
            cases.append((Payloads.with(events: #"[{"timestamp":1},{"timestamp":\#(value)}]"#), timestamp))
        }
        let all = cases
        try await LiveServer.run { server async throws in
            for (body, message) in all {
                let response = try await server.post(body)
                #expect(response.status == .badRequest, "\(body)")
                #expect(response.text == #"{"error":"\#(message)"}"#, "\(body)")
            }
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("01-11 01-16 01-18 01-35 what is fine")
    func accepted() async throws {
        let deep = String(repeating: #"{"childNodes":["#, count: 5000) + "1" + String(repeating: "]}", count: 5000)
        let bodies = [
            Payloads.with(session: "\"" + String(repeating: "a", count: 128) + "\""),
            Payloads.with(session: #""8f14e45f-ceea-4671-9a2e-3c3f1f0b0a11""#),
            Payloads.with(events: #"[{"timestamp":"1000.5"},{"timestamp":2000}]"#),
            Payloads.with(events: #"[{"type":3}]"#),
            Payloads.with(events: #"[{"type":2,"timestamp":1,"data":\#(deep)}]"#),
        ]
        try await LiveServer.run { server async throws in
            for body in bodies { #expect(try await server.post(body).status == .ok, "\(body.prefix(80))") }
            #expect(try await server.batches().count == bodies.count)
        }
    }

    @Test("01-15 max_events_per_request")
    func eventCount() async throws {
        func events(_ count: Int) -> String { Payloads.with(events: "[" + [String](repeating: "{}", count: count).joined(separator: ",") + "]") }
        let (right, tooMany) = (events(100), events(200))
        try await LiveServer.run { configuration in
            configuration.lane.envelope.maxEventsPerRequest = 100
        } _: { server async throws in
            let response = try await server.post(tooMany)
            #expect(response.status == .badRequest)
            #expect(response.text == #"{"error":"too many events (max 100)"}"#)
            #expect(try await server.post(right).status == .ok)
            #expect(try await server.batches().map(\.eventCount) == [100])
        }
    }

    @Test("01-19 03-C24 other methods get 405 JSON, on the lane and below it", arguments: ["GET", "HEAD", "PUT", "DELETE", "PATCH", "PROPFIND"])
    func methods(name: String) async throws {
        let method = try #require(HTTPRequest.Method(name))
        try await LiveServer.run { server async throws in
            for path in ["/events", "/events/anything", "/errors", "/track"] {
                let response = try await server.send(method, path)
                #expect(response.status == .methodNotAllowed, "\(path)")
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(response.headers[.contentType] == "application/json")
                #expect(response.headers[.allow] == nil)
                if name != "HEAD" { #expect(response.text == #"{"error":"method not allowed"}"#) }
            }
        }
    }

    @Test("01-24 OPTIONS")
    func options() async throws {
        try await LiveServer.run { configuration in
            configuration.lane.userOptOut = true
            configuration.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            let response = try await server.send(.options, "/events", [.cookie: "sentiero_optout=1", .origin: "https://other.example"])
            #expect(response.status == .noContent)
            #expect(response.headers[.accessControlAllowMethods] == "POST")
            #expect(response.headers[.accessControlAllowHeaders] == "Content-Type, Content-Encoding")
            #expect(response.headers[.accessControlMaxAge] == "86400")
            #expect(response.headers[.contentType] == "text/plain")
            #expect(response.headers[.accessControlAllowOrigin] == nil)
        }
    }
}
