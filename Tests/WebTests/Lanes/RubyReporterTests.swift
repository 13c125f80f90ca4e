import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The requests of the original's own reporter (spec 01 section 6), member for member: a Ruby server changes only its endpoint.
@Suite struct RubyReporterTests {
    private static let headers: HTTPFields = [
        .contentType: "application/json", .authorization: "Bearer s3cret", .accept: "*/*", .userAgent: "Ruby", .acceptEncoding: "identity",
    ]

    @Test("an exception of a request, from the middleware")
    func middleware() async throws {
        let body = #"""
            {"exception_class":"ActiveRecord::RecordNotFound","message":"Couldn't find Order with 'id'=7","backtrace":["/srv/shop/app/controllers/orders_controller.rb:14:in `show'","/usr/lib/ruby/gems/3.2.0/gems/rack-3.0.8/lib/rack/etag.rb:29:in `call'"],"context":{"request":{"method":"GET","path":"/orders/7","params":{"id":"7","token":"[FILTERED]"},"ip":"203.0.113.0"},"environment":"production","release":"2026.6.1"},"timestamp":1780000000.123456,"platform":"ruby","session_id":"4f1c2c8e-6f1a-4a58-9b0e-0a6f3d1f7f11","window_id":"w-9"}
            """#
        try await LiveServer.reporting { server async throws in
            let response = try await server.post(body, Self.headers, path: "/errors")
            #expect(response.status == .ok)
            let (report, batch) = try await server.queuedError()
            #expect(response.text == #"{"status":"ok","fingerprint":"\#(report.fingerprint)"}"#)
            #expect((batch.project, batch.session, batch.window) == ("shop", "4f1c2c8e-6f1a-4a58-9b0e-0a6f3d1f7f11", "w-9"))
            #expect((report.platform, report.environment, report.release, report.page) == ("ruby", "production", "2026.6.1", "/orders/7"))
            #expect(report.backtrace.count == 2)
            #expect(report.atMs == 1_780_000_000_123)
        }
    }

    @Test("an exception that was never raised has no frames; nothing is in the context but the process' own facts")
    func bare() async throws {
        let body = #"""
            {"exception_class":"RuntimeError","message":"boom","backtrace":[],"context":{"environment":null,"release":null},"timestamp":1780000000.0,"platform":"ruby"}
            """#
        try await LiveServer.reporting { server async throws in
            #expect(try await server.post(body, Self.headers, path: "/errors").status == .ok)
            let (report, batch) = try await server.queuedError()
            #expect(batch.session.isEmpty && report.sessionID == nil)
            #expect((report.environment, report.release) == (nil, nil))
            #expect(report.exceptionClass == "RuntimeError")
        }
    }

    @Test("an event, with and without a session")
    func track() async throws {
        for session in ["", #","session_id":"sess-1""#] {
            let body = #"{"name":"order.completed","level":"info","payload":{"total":12.5,"items":[1,2]},"timestamp":1780000000.5\#(session)}"#
            try await LiveServer.reporting { server async throws in
                #expect(try await server.post(body, Self.headers, path: "/track").text == #"{"status":"ok"}"#)
                let (report, batch) = try await server.queuedEvent()
                #expect(batch.session == (session.isEmpty ? "" : "sess-1"))
                #expect(report.draft.atMs == 1_780_000_000_500)
                #expect(String(decoding: report.draft.payload, as: UTF8.self).contains("12.5"))
            }
        }
    }
}
