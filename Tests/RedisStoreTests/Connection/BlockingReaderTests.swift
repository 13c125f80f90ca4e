import RedisServerFixture
import RedisStore
import Testing

@Suite struct BlockingReaderTests {
    @Test func waitsWithoutHoldingUpTheClient() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let reader = RedisBlockingReader(configuration: client.configuration, logger: TestClient.logger)
        let stream = try KeySchema().shard(0).ingest(0)
        let waiting = Task { try await reader.waitForEntry(in: [(stream, "0")], blockMs: 30_000) }
        #expect(try await client.until { try await client.send(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true })
        _ = try await client.send(RedisCommand("XADD", stream, "*", "f", "v"))
        #expect(try await waiting.value)
    }

    @Test func returnsWhenTheTimeIsOver() async throws {
        let server = try await RedisServer.start()
        let reader = RedisBlockingReader(configuration: server.configuration, logger: TestClient.logger)
        let stream = try KeySchema().shard(0).ingest(0)
        #expect(try await !reader.waitForEntry(in: [(stream, "0")], blockMs: 20))
        #expect(try await !reader.waitForEntry(in: [(stream, "$")], blockMs: 20))
    }

    @Test func endsOnShutdown() async throws {
        let server = try await RedisServer.start()
        let reader = RedisBlockingReader(configuration: server.configuration, logger: TestClient.logger)
        let observer = try await TestClient.connected(to: server)
        let waiting = Task {
            do throws(RedisError) {
                _ = try await reader.send(RedisCommand("BLPOP", "none", 0), blockMs: 60_000)
                return RedisError.Code?.none
            } catch { return error.code }
        }
        #expect(try await observer.until { try await observer.send(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true })
        reader.shutdown()
        #expect(await waiting.value == .shutdown)
    }
}
