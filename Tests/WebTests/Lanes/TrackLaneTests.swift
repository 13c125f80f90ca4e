import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// Spec 01 section 1.8.
@Suite struct TrackLaneTests {
    private static let taken: [(String, String, ServerEventLevel)] = [
        (#"{"name":"order_placed","level":"warn"}"#, "order_placed", ServerEventLevel.warn), (#"{"name":"a","level":"banana"}"#, "a", .info),
        (#"{"name":"a","level":"ERROR"}"#, "a", .info), (#"{"name":"a","level":5,"payload":"text","window_id":"not valid!"}"#, "a", .info),
        (#"{"name":"\#(String(repeating: "n", count: 300))"}"#, String(repeating: "n", count: 200), .info),
        (#"{"name":"a","payload":[1],"session_id":null,"timestamp":"junk"}"#, "a", .info),
    ]

    @Test("01-54 what is accepted, and what becomes of it")
    func accepted() async throws {
        try await LiveServer.reporting { server async throws in
            for (body, name, level) in Self.taken {
                let response = try await server.report(body, to: "/track")
                #expect(response.status == .ok)
                #expect(response.text == #"{"status":"ok"}"#)
                let (report, batch) = try await server.queuedEvent()
                #expect(report.draft.name == name)
                #expect(report.draft.level == level)
                #expect(report.draft.payload.isEmpty)
                #expect(report.sessionID == nil)
                #expect((batch.lane, batch.project, batch.session, batch.window) == ("track", "shop", "", ""))
                #expect(batch.fingerprint == IngestBatch.fingerprint(ofEvent: name))
                #expect(report.draft.atMs == batch.receivedMs)
            }
        }
    }

    @Test("a session's events go with the session; payloads are redacted and bounded")
    func payload() async throws {
        try await LiveServer.reporting { server async throws in
            let body =
                #"{"name":"paid","session_id":"sess-1","batchId":"b-7","timestamp":1780000000.25,"payload":{"to":"zed@secret-mail.com","n":1}}"#
            #expect(try await server.report(body, to: "/track").status == .ok)
            let (report, batch) = try await server.queuedEvent()
            #expect((batch.session, batch.batchID, batch.fingerprint) == ("sess-1", "b-7", nil))
            #expect(report.draft.atMs == 1_780_000_000_250)
            let payload = String(decoding: report.draft.payload, as: UTF8.self)
            #expect(payload.contains("[redacted]") && !payload.contains("secret-mail"))
        }
        try await LiveServer.reporting { server async throws in
            let body = "{\"name\":\"a\",\"payload\":{\"a\":\"\(String(repeating: "x y ", count: 4_250))\"}}"
            #expect(try await server.report(body, to: "/track").status == .ok)
            #expect(String(decoding: try await server.queuedEvent().report.draft.payload, as: UTF8.self) == #"{"_truncated":true}"#)
        }
    }

    private static let refusals = [
        ("{}", "name is required"), (#"{"name":""}"#, "name is required"), (#"{"name":5}"#, "name is required"),
        (#"{"name":null,"session_id":"a b"}"#, "name is required"), (#"{"name":"a","session_id":"a b"}"#, "invalid session_id"),
        (#"{"name":"a","session_id":""}"#, "invalid session_id"),
    ]

    @Test("01-55 what is refused")
    func refused() async throws {
        try await LiveServer.reporting { server async throws in
            for (body, message) in Self.refusals {
                let response = try await server.report(body, to: "/track")
                #expect(response.status == .badRequest)
                #expect(response.text == #"{"error":"\#(message)"}"#, "\(body)")
            }
            #expect(try await server.batches().isEmpty)
        }
    }
}
