import RedisServerFixture
import RedisStore
import Testing

/// Bounds, cancellation, shutdown.
@Suite struct ClientLimitsTests {
    @Test func refusesMoreCommandsThanMayWait() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) { $0.maxPendingCommands = 10 }
        server.suspend()
        let waiting = (0..<10).map { _ in Task { try await client.send(RedisCommand("INCR", "counter")) } }
        #expect(try await client.until { client.pendingCommands == 10 })
        #expect(await client.failure(of: RedisCommand("INCR", "counter"))?.code == .queueFull)
        server.resume()
        for call in waiting { _ = try await call.value }
        #expect(try await client.send(RedisCommand("GET", "counter")).int == 10)
    }

    @Test func refusesMoreBytesThanMayWait() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) { $0.maxPendingBytes = 100_000 }
        server.suspend()
        let waiting = Task { try await client.send(RedisCommand("SET", "a", [UInt8](repeating: 1, count: 90_000))) }
        #expect(try await client.until { client.pendingCommands == 1 })
        #expect(await client.failure(of: RedisCommand("SET", "b", [UInt8](repeating: 1, count: 90_000)))?.code == .queueFull)
        server.resume()
        _ = try await waiting.value
        // The room is given back, and one command larger than all of it is still sent.
        _ = try await client.send(RedisCommand("SET", "c", [UInt8](repeating: 1, count: 200_000)))
    }

    @Test func cancellationEndsTheWaitAndNothingElse() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        server.suspend()
        let cancelled = Task { await client.failure(of: RedisCommand("ECHO", "cancelled")) }
        let kept = Task { try await client.send(RedisCommand("ECHO", "kept")) }
        #expect(try await client.until { client.pendingCommands == 2 })
        cancelled.cancel()
        #expect(await cancelled.value?.code == .cancelled)
        server.resume()
        #expect(try await kept.value.string == "kept")
        #expect(try await client.send(RedisCommand("ECHO", "after")).string == "after")
        #expect(client.reconnects == 0)
    }

    @Test func cancelledCommandsAreNotSentOnceRedisIsBack() async throws {
        let server = try await RedisServer.start()
        server.kill()
        let client = TestClient.make(server.configuration)
        let call = Task { await client.failure(of: RedisCommand("INCR", "counter")) }
        #expect(try await client.until { client.pendingCommands == 1 })
        call.cancel()
        #expect(await call.value?.code == .cancelled)
        try await server.restart()
        try await client.connect()
        #expect(try await client.send(RedisCommand("EXISTS", "counter")).int == 0)
    }

    @Test func aTaskCancelledBeforehandGetsCancelled() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        // Or the reply might be there before anybody waits for it.
        server.suspend()
        let call = Task {
            while !Task.isCancelled { await Task.yield() }
            return await client.failure(of: RedisCommand("PING"))
        }
        call.cancel()
        #expect(await call.value?.code == .cancelled)
        server.resume()
    }

    @Test func shutdownFailsWhatWaitsAndWhatComes() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        server.suspend()
        let waiting = (0..<5).map { _ in Task { await client.failure(of: RedisCommand("PING")) } }
        #expect(try await client.until { client.pendingCommands == 5 })
        client.shutdown()
        for call in waiting { #expect(await call.value?.code == .shutdown) }
        #expect(await client.failure(of: RedisCommand("PING"))?.code == .shutdown)
    }

    @Test func shutdownWhileRedisIsAway() async throws {
        let server = try await RedisServer.start()
        server.kill()
        let client = TestClient.make(server.configuration)
        let waiting = Task { await client.failure(of: RedisCommand("PING")) }
        #expect(try await client.until { client.pendingCommands == 1 })
        client.shutdown()
        #expect(await waiting.value?.code == .shutdown)
    }

    /// A client nobody holds any more closes its connection.
    @Test func endsWithItsLastReference() async throws {
        let server = try await RedisServer.start()
        let observer = try await TestClient.connected(to: server)
        do {
            let client = try await TestClient.connected(to: server) { $0.clientName = "short" }
            #expect(try await client.send(RedisCommand("CLIENT", "LIST")).string?.contains("name=short ") == true)
        }
        #expect(try await observer.until { try await observer.send(RedisCommand("CLIENT", "LIST")).string?.contains("name=short ") == false })
    }
}
