import RedisServerFixture
import RedisStore
import Testing

@Suite struct ServerErrorTests {
    @Test(arguments: [
        ("OOM command not allowed", RedisError.Code.outOfMemory, true), ("NOSCRIPT No matching script.", .noScript, false),
        ("WRONGTYPE Operation against", .wrongType, false), ("LOADING Redis is loading", .loading, true), ("READONLY You can't", .readOnly, true),
        ("NOAUTH Authentication required.", .noAuth, false), ("WRONGPASS invalid", .wrongPassword, false), ("NOPERM this user", .noPermission, false),
        ("BUSY Redis is busy", .busy, true), ("MISCONF Redis is configured", .misconfigured, true), ("ERR unknown command", .server("ERR"), false),
        ("SENTIERO LEASE lost to another", .script("LEASE"), false), ("SENTIERO STALE", .script("STALE"), false), ("", .server(""), false),
    ])
    func types(reply: String, code: RedisError.Code, isTransient: Bool) {
        let error = RedisError(reply: reply)
        #expect(error.code == code)
        #expect(error.message == reply)
        #expect(error.isTransient == isTransient)
    }

    @Test func typesOutOfMemory() async throws {
        let server = try await RedisServer.start { $0.maxMemoryBytes = 1 << 20 }
        let client = try await TestClient.connected(to: server)
        let block = [UInt8](repeating: 1, count: 512 << 10)
        var code: RedisError.Code?
        for number in 0..<10 where code == nil { code = await client.failure(of: RedisCommand("SET", "k\(number)", block))?.code }
        #expect(code == .outOfMemory)
        #expect(client.isConnected)
    }

    @Test func typesWrongType() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        _ = try await client.send(RedisCommand("SET", "k", "v"))
        #expect(await client.failure(of: RedisCommand("HGETALL", "k"))?.code == .wrongType)
    }
}
