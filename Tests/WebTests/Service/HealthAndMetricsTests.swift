import Foundation
import HTTPTypes
import Testing

@testable import Web

@Suite struct HealthAndMetricsTests {
    static func basic(_ login: String) -> HTTPFields { [.authorization: "Basic " + Data(login.utf8).base64EncodedString()] }

    @Test("health is public and at the root whatever the mount")
    func health() async throws {
        try await LiveServer.run { configuration in
            configuration.mount = "/sentiero"
            configuration.basicAuth = BasicCredentials("admin:secret")
        } _: { server async throws in
            #expect(try await server.get("/healthz").text == #"{"status":"ok"}"#)
            #expect(try await server.get("/readyz").status == .ok)
            #expect(try await server.send(.head, "/healthz").bytes.isEmpty)
            #expect(try await server.post(Payloads.valid, path: "/sentiero/events").status == .ok)
            #expect(try await server.post(Payloads.valid, path: "/events").status != .ok)
        }
    }

    @Test("metrics need the login or the token")
    func metricsAccess() async throws {
        try await LiveServer.run { configuration in
            configuration.basicAuth = BasicCredentials("admin:se:cret")
            configuration.metricsToken = "t0ken"
        } _: { server async throws in
            let refused = try await server.get("/metrics")
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.wwwAuthenticate] == #"Basic realm="Sentiero""#)
            for header in ["Bearer nope", "Bearer ", "Bearer", "t0ken", "Basic t0ken"] {
                #expect(try await server.get("/metrics", [.authorization: header]).status == .unauthorized, "\(header)")
            }
            #expect(try await server.get("/metrics", Self.basic("admin:wrong")).status == .unauthorized)
            #expect(try await server.get("/metrics", Self.basic("admin:se:cret")).status == .ok)
            #expect(try await server.get("/metrics", [.authorization: "bearer t0ken"]).status == .ok)
        }
        try await LiveServer.run { server async throws in
            #expect(try await server.get("/metrics").status == .forbidden)
        }
        try await LiveServer.run {
            $0.allowInsecureDashboard = true
        } _: { server async throws in
            #expect(try await server.get("/metrics").status == .ok)
        }
    }

    @Test("metrics say what was accepted, refused and queued, by templates and never by ids")
    func content() async throws {
        try await LiveServer.run {
            $0.allowInsecureDashboard = true
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid).status == .ok)
            #expect(try await server.post("garbage").status == .badRequest)
            #expect(try await server.get("/events").status == .methodNotAllowed)
            _ = try await server.get("/no/such/page/4711")
            try await eventually { try await server.get("/metrics").text.contains(#"sentiero_ingest_queue_entries{shard="0",partition="#) }
            let text = try await server.get("/metrics").text
            #expect(text.contains(#"sentiero_batches_accepted_total{lane="events"} 1"#))
            #expect(text.contains(#"sentiero_batches_rejected_total{lane="events",status="400"} 1"#))
            #expect(text.contains(#"sentiero_batches_rejected_total{lane="events",status="405"} 1"#))
            #expect(text.contains(#"sentiero_http_request_seconds_count{route="/events",method="POST",status="200"} 1"#))
            #expect(text.contains(#"sentiero_build_info{version="test"} 1"#))
            #expect(text.contains("sentiero_redis_round_trip_seconds_bucket"))
            #expect(text.contains("sentiero_redis_memory_bytes"))
            #expect(text.contains("sentiero_dead_letters 0"))
            #expect(text.contains("sentiero_leases_held 0"))
            #expect(text.contains(#"sentiero_batches_outcome_total{outcome="stored"} 0"#))
            #expect(!text.contains("4711"))
            let queued = text.split(separator: "\n").filter { $0.hasPrefix("sentiero_ingest_queue_entries{") && $0.hasSuffix(" 1") }
            #expect(queued.count == 1)
            let ages = text.split(separator: "\n").filter { $0.hasPrefix("sentiero_ingest_oldest_entry_seconds{") }
            #expect(ages.count == 1)
        }
    }
}
