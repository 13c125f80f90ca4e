import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The requests the original's recorder bundle makes (spec 01 sections 2.3-2.6): it must work against this server unchanged.
@Suite struct RecorderRequestTests {
    static let session = "0b9f6c1e-5a54-4f6e-9f0b-6a2f1f0c7d11"
    static let window = "7d8e2f3a-1b2c-4d5e-8f90-a1b2c3d4e5f6"
    static let cookies = "sentiero_sid=\(session); sentiero_wid=\(window)"

    /// First payload of a page: Meta, FullSnapshot, and metadata as with `captureMetadata`.
    static let firstPayload = """
        {"sessionId":"\(session)","windowId":"\(window)","events":[\
        {"type":4,"data":{"href":"https://shop.example/?utm=1","width":1280,"height":720},"timestamp":1718000000000},\
        {"type":2,"data":{"node":{"type":0,"childNodes":[],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1718000000001},\
        {"type":5,"data":{"tag":"navigation","payload":{"url":"https://shop.example/cart","text":"Cart"}},"timestamp":1718000000002},\
        {"type":5,"data":{"tag":"__form_submit","payload":{"id":"login","url":"https://shop.example/"}},"timestamp":1718000000003}],\
        "metadata":{"url":"https://shop.example/","referrer":"","userAgent":"Mozilla/5.0","viewport":"1280x720",\
        "entry_url":"https://shop.example/","entry_referrer":""}}
        """

    @Test("flush: gzip fetch with both headers and the id cookies; no batch id")
    func flush() async throws {
        let body = Payloads.gzip(Self.firstPayload)
        try await LiveServer.run {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            let response = try await server.post(
                body,
                [
                    .contentType: "application/json", .contentEncoding: "gzip", .origin: "https://shop.example", .accept: "*/*",
                    .cookie: Self.cookies,
                    .userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36",
                    .referer: "https://shop.example/",
                ])
            #expect(response.status.kind == .successful, "any 2xx clears the retry counter")
            #expect(response.headers[.accessControlAllowOrigin] == "https://shop.example")
            let batch = try #require(try await server.batches().first)
            #expect(batch.body == body)
            #expect(batch.session == Self.session)
            #expect(batch.window == Self.window)
            #expect(batch.eventCount == 4)
            #expect(batch.batchID == nil)
            #expect(batch.sequence == nil)
            #expect(batch.recorder == nil)
            #expect(batch.browser == "Chrome")
            #expect(batch.device == "Desktop")
        }
    }

    @Test("hide beacon: a text/plain Blob of gzip bytes without Content-Encoding, no preflight")
    func beacon() async throws {
        let body = Payloads.gzip(Payloads.with(session: "\"\(Self.session)\"", window: "\"\(Self.window)\""))
        try await LiveServer.run { server async throws in
            let response = try await server.post(body, [.contentType: "text/plain", .cookie: Self.cookies])
            #expect(response.status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.encoding == .gzip)
            #expect(batch.body == body)
        }
    }

    @Test("cross-origin: preflight, then the fetch without credentials")
    func crossOrigin() async throws {
        try await LiveServer.run {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            let preflight = try await server.send(
                .options, "/events",
                [
                    .origin: "https://shop.example", .accessControlRequestMethod: "POST",
                    .accessControlRequestHeaders: "content-encoding,content-type",
                ])
            #expect(preflight.status == .noContent)
            #expect(preflight.headers[.accessControlAllowOrigin] == "https://shop.example")
            #expect(preflight.headers[.accessControlAllowCredentials] == nil)
        }
    }

    @Test("repeated deliveries without a batch id are all accepted; ours travel with ids")
    func identity() async throws {
        let named = #"{"sessionId":"s","windowId":"w","batchId":"abcDEF012-_x","sequence":7,"recorder":"0.1.0-1a2b","events":[{}]}"#
        try await LiveServer.run { server async throws in
            for _ in 0..<2 { #expect(try await server.post(Payloads.valid).status == .ok) }
            #expect(try await server.post(named).status == .ok)
            let batches = try await server.batches()
            #expect(batches.count == 3)
            let ours = try #require(batches.first { $0.batchID != nil })
            #expect(ours.batchID == "abcDEF012-_x")
            #expect(ours.sequence == 7)
            #expect(ours.recorder == "0.1.0-1a2b")
        }
    }

    @Test(
        "invalid identities get 400, after the timestamp check",
        arguments: [#""batchId":"a b""#, #""batchId":"""#, #""sequence":-1"#, #""sequence":"x""#])
    func invalidIdentity(field: String) async throws {
        try await LiveServer.run { server async throws in
            let response = try await server.post(#"{"sessionId":"s","windowId":"w",\#(field),"events":[{}]}"#)
            #expect(response.status == .badRequest)
            let both = try await server.post(#"{"sessionId":"s","windowId":"w",\#(field),"events":[{"timestamp":null}]}"#)
            #expect(both.text == #"{"error":"invalid timestamp value"}"#)
        }
    }
}
