import HTTPTypes
import RedisServerFixture
import RedisStore
import Testing

@testable import Web

/// When a batch cannot be taken, the client hears so at once, and other pages stay up.
@Suite struct UnavailableStoreTests {
    @Test("Redis killed: 503 with Retry-After while the server stays up, 200 again after its restart")
    func killed() async throws {
        try await LiveServer.run { server async throws in
            #expect(try await server.post(Payloads.valid).status == .ok)
            server.redis.kill()
            for _ in 0..<3 {
                let response = try await server.post(Payloads.valid)
                #expect(response.status == .serviceUnavailable)
                #expect(response.text == #"{"error":"storage unavailable"}"#)
                #expect(Int(response.headers[.retryAfter] ?? "") ?? 0 > 0)
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
            }
            #expect(try await server.get("/healthz").status == .ok)
            #expect(try await server.get("/readyz").status == .serviceUnavailable)
            #expect(try await server.get("/assets/nothing").status == .notFound)
            try await server.redis.restart()
            try await server.waitUntilReady()
            #expect(try await server.post(Payloads.valid).status == .ok)
        }
    }

    @Test("Redis that hangs: 503 when the command's time is over, not when the client gives up")
    func suspended() async throws {
        try await LiveServer.run(commandTimeoutMs: 300) { _ in
        } _: { server async throws in
            server.redis.suspend()
            let response = try await server.post(Payloads.valid)
            server.redis.resume()
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] != nil)
        }
    }

    @Test("Redis away: pages say so, and the metrics of the process can be read", arguments: [true, false])
    func pages(isFrozen: Bool) async throws {
        try await LiveServer.run {
            $0.basicAuth = BasicCredentials("admin:secret")
        } _: { server async throws in
            let html: HTTPFields = [.authorization: "Basic YWRtaW46c2VjcmV0", .accept: "text/html"]
            #expect(try await server.get("/", html).status == .ok)
            if isFrozen { server.redis.suspend() } else { server.redis.kill() }
            defer { if isFrozen { server.redis.resume() } }
            for _ in 0..<3 {
                let page = try await server.get("/", html)
                #expect(page.status == .serviceUnavailable)
                #expect(page.text.contains("Redis cannot be reached right now."))
                #expect(page.headers[.retryAfter] != nil)
                let metrics = try await server.get("/metrics", html)
                #expect(metrics.status == .ok)
                #expect(metrics.text.contains("sentiero_redis_connected 0"))
                #expect(metrics.text.contains("sentiero_http_request_seconds_count"))
            }
        }
    }

    @Test("a batch is refused for nothing else than its own partition's length")
    func streamBound() async throws {
        let keys = try KeySchema(partitions: 2)
        let sessions = (0..<20).map { "session-\($0)" }
        let full = keys.place(project: "default", session: sessions[0])
        try await LiveServer.run(keys: keys, { $0.lane.maxStreamLength = 3 }) { server async throws in
            for _ in 0..<3 { #expect(try await server.post(Payloads.with(session: "\"\(sessions[0])\"")).status == .ok) }
            try await eventually { try await server.post(Payloads.with(session: "\"\(sessions[0])\"")).status == .serviceUnavailable }
            for session in sessions {
                let response = try await server.post(Payloads.with(session: "\"\(session)\""))
                let isFull = keys.place(project: "default", session: session) == full
                if isFull { #expect(response.status == .serviceUnavailable) }
                if isFull { #expect(response.text == #"{"error":"too much unprocessed data"}"#) }
            }
            // Drained by a worker, it is open again.
            _ = try await server.store.send(RedisCommand("DEL", keys.shard(full.shard).ingest(full.partition)))
            try await eventually { try await server.post(Payloads.with(session: "\"\(sessions[0])\"")).status == .ok }
        }
    }

    @Test(
        "memory watermark: against maxmemory, in bytes, and against our own limit when Redis has none",
        arguments: [
            (MemoryWatermark.fraction(0.5), 0, 1), (.bytes(1), 64 << 20, 1 << 40), (.fraction(0.000_001), 64 << 20, 1 << 40),
        ])
    func watermark(_ mark: MemoryWatermark, maxmemory: Int, limit: Int) async throws {
        let redis = try await RedisServer.start { $0.maxMemoryBytes = maxmemory }
        try await LiveServer.run(
            redis: redis,
            { configuration in
                configuration.lane.memoryWatermark = mark
                configuration.lane.memoryLimit = limit
            }
        ) { server async throws in
            try await eventually { try await server.post(Payloads.valid).status == .serviceUnavailable }
            let response = try await server.post(Payloads.valid)
            #expect(response.text == #"{"error":"too much unprocessed data"}"#)
            #expect(response.headers[.retryAfter] != nil)
            #expect(try await server.get("/readyz").status == .ok)
        }
    }

    @Test("above maxmemory Redis itself refuses, and that is 503 too")
    func outOfMemory() async throws {
        let redis = try await RedisServer.start { $0.maxMemoryBytes = 1 << 20 }
        try await LiveServer.run(redis: redis, { $0.lane.memoryWatermark = .bytes(1 << 40) }) { server async throws in
            // bytes() above the limit is capped at it, so force the race: the poll has not run since Redis filled up.
            _ = try await server.store.send([RedisCommand("SET", "filler", String(repeating: "x", count: 2 << 20))])
            let response = try await server.post(Payloads.valid)
            #expect(response.status == .serviceUnavailable)
        }
    }

    @Test(
        "bounds by settings",
        arguments: [
            (MemoryWatermark.fraction(0.8), 1000, 500, 800), (.fraction(0.8), 0, 500, 400), (.bytes(700), 1000, 500, 700), (.bytes(700), 0, 500, 500),
        ])
    func bound(_ mark: MemoryWatermark, maxmemory: Int, limit: Int, expected: Int) {
        var lane = EventsLaneConfiguration()
        lane.memoryWatermark = mark
        lane.memoryLimit = limit
        #expect(lane.memoryBound(maxmemory: maxmemory) == expected)
    }
}

/// Polls until something holds; fails the test when it never does.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<400 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("never happened")
}
