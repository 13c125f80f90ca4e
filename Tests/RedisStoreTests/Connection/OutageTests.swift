import RedisServerFixture
import RedisStore
import Testing

/// What callers see when Redis goes and comes.
@Suite struct OutageTests {
    @Test func comesBackAfterKillAndRestart() async throws {
        let server = try await RedisServer.start {
            $0.appendOnly = true; $0.appendFsync = "always"
        }
        let client = try await TestClient.connected(to: server)
        _ = try await client.send(RedisCommand("SET", "k", "v"))
        for _ in 0..<3 {
            try await server.restart()
            #expect(try await client.until { (try? await client.send(RedisCommand("GET", "k")))?.string == "v" })
        }
        #expect(client.reconnects == 3)
    }

    /// Redis is frozen while INCR is on its way; then it dies.
    @Test func failsCommandsInFlightAndDoesNotRepeatThem() async throws {
        let server = try await RedisServer.start {
            $0.appendOnly = true; $0.appendFsync = "always"
        }
        let client = try await TestClient.connected(to: server)
        _ = try await client.send(RedisCommand("SET", "counter", 5))
        server.suspend()
        let calls = (0..<20).map { _ in Task { await client.failure(of: RedisCommand("INCR", "counter")) } }
        #expect(try await client.until { client.pendingCommands == 20 })
        // Long enough that the connection's thread has written them.
        try await Task.sleep(for: .milliseconds(100))
        server.kill()
        for call in calls { #expect(await call.value?.code == .connectionLost) }
        try await server.restart()
        #expect(try await client.until { (try? await client.send(RedisCommand("GET", "counter")))?.int == 5 })
    }

    @Test func repeatsIdempotentCommandsOnce() async throws {
        let server = try await RedisServer.start {
            $0.appendOnly = true; $0.appendFsync = "always"
        }
        let client = try await TestClient.connected(to: server)
        _ = try await client.send(RedisCommand("SET", "k", "v"))
        server.suspend()
        let read = Task { try await client.send(RedisCommand("GET", "k", isIdempotent: true)) }
        let write = Task { await client.failure(of: RedisCommand("INCR", "counter")) }
        #expect(try await client.until { client.pendingCommands == 2 })
        try await Task.sleep(for: .milliseconds(100))
        try await server.restart()
        #expect(try await read.value.string == "v")
        #expect(await write.value?.code == .connectionLost)
        #expect(try await client.send(RedisCommand("EXISTS", "counter")).int == 0)
    }

    @Test func waitsForAConnectionWithinTheCommandTimeout() async throws {
        let server = try await RedisServer.start()
        let client = TestClient.make(server.configuration)
        server.kill()
        let call = Task { try await client.send(RedisCommand("INCR", "counter")) }
        try await Task.sleep(for: .milliseconds(50))
        try await server.restart()
        #expect(try await call.value.int == 1)
    }

    @Test func failsWhenRedisIsAwayForLonger() async throws {
        let server = try await RedisServer.start()
        server.kill()
        let client = TestClient.make(server.configuration) { $0.commandTimeoutMs = 200 }
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .notConnected)
        // By now the outage is known, and calls fail without waiting.
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .notConnected)
        #expect(!client.isConnected)
        #expect(try await client.until { client.pendingCommands == 0 })
        try await server.restart()
        #expect(try await client.until { (try? await client.send(RedisCommand("PING"))) == .status("PONG") })
    }

    /// The time for replies is long here: it must not be what ends these calls.
    @Test func waitsForAConnectionNoLongerThanAsked() async throws {
        let server = try await RedisServer.start()
        server.kill()
        let client = TestClient.make(server.configuration) {
            $0.commandTimeoutMs = 600_000; $0.connectionWaitMs = 100
        }
        for _ in 0..<3 { #expect(await client.failure(of: RedisCommand("PING"))?.code == .notConnected) }
        try await server.restart()
        #expect(try await client.until { (try? await client.send(RedisCommand("PING"))) == .status("PONG") })
    }

    /// Redis is frozen: the first call waits for its reply, the next ones know.
    @Test func doesNotWaitTwiceForASilentRedis() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) {
            $0.commandTimeoutMs = 500; $0.connectTimeoutMs = 600_000
        }
        server.suspend()
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .timeout)
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .notConnected)
        server.resume()
    }

    /// The kernel accepts for a frozen process; the handshake is what does not end.
    @Test func failsWhenRedisAcceptsButDoesNotAnswer() async throws {
        let server = try await RedisServer.start()
        server.suspend()
        let client = TestClient.make(server.configuration) {
            $0.commandTimeoutMs = 200; $0.connectTimeoutMs = 300
        }
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .notConnected)
        server.resume()
        #expect(try await client.until { (try? await client.send(RedisCommand("PING"))) == .status("PONG") })
    }

    @Test func breaksTheConnectionWhenAReplyIsLate() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) { $0.commandTimeoutMs = 300 }
        _ = try await client.send(RedisCommand("SET", "k", "old"))
        #expect(await client.failure(of: RedisCommand("DEBUG", "SLEEP", "1"))?.code == .timeout)
        // The late reply must not be taken for that of a later command.
        #expect(try await client.until { (try? await client.send(RedisCommand("GET", "k")))?.string == "old" })
        #expect(client.reconnects == 1)
    }

    @Test func timesOutWhilePaused() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) { $0.commandTimeoutMs = 300 }
        let other = try await TestClient.connected(to: server)
        _ = try await other.send(RedisCommand("CLIENT", "PAUSE", 60_000, "WRITE"))
        #expect(await client.failure(of: RedisCommand("INCR", "counter"))?.code == .timeout)
        _ = try await other.send(RedisCommand("CLIENT", "UNPAUSE"))
        #expect(try await client.until { (try? await client.send(RedisCommand("INCR", "counter"))) != nil })
    }

    @Test func resolvesNamesAndReportsUnknownOnes() async throws {
        let server = try await RedisServer.start()
        _ = try await TestClient.connected(to: server) { $0.host = "localhost" }
        let lost = TestClient.make(server.configuration) {
            $0.host = "redis.invalid"; $0.commandTimeoutMs = 300
        }
        #expect(await lost.failure(of: RedisCommand("PING"))?.code == .notConnected)
    }
}
