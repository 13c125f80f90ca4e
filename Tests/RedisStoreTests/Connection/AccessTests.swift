import RedisServerFixture
import RedisStore
import Testing

/// Passwords, users, sockets.
@Suite struct AccessTests {
    @Test func logsInWithAPassword() async throws {
        let server = try await RedisServer.start { $0.password = "se cret" }
        _ = try await TestClient.connected(to: server)
    }

    @Test(arguments: [(String?.none, RedisError.Code.noAuth), ("wrong", .wrongPassword)])
    func reportsWhyRedisDoesNotLetItIn(password: String?, code: RedisError.Code) async throws {
        let server = try await RedisServer.start { $0.password = "right" }
        let client = TestClient.make(server.configuration) { $0.password = password }
        do throws(RedisError) {
            try await client.connect()
            Issue.record("let in")
        } catch { #expect(error.code == code) }
        #expect(await client.failure(of: RedisCommand("GET", "k"))?.code == code)
    }

    @Test func reportsADatabaseThatDoesNotExist() async throws {
        let server = try await RedisServer.start()
        let client = TestClient.make(server.configuration) { $0.database = 999 }
        #expect(await client.failure(of: RedisCommand("PING"))?.message.contains("DB index is out of range") == true)
    }

    @Test func worksAsAnACLUserWithinItsRights() async throws {
        let server = try await RedisServer.start { $0.users = ["app on >pw ~mine:* +get +set"] }
        let client = try await TestClient.connected(to: server) {
            $0.username = "app"; $0.password = "pw"
        }
        #expect(try await client.send(RedisCommand("SET", "mine:k", 1)) == .status("OK"))
        #expect(await client.failure(of: RedisCommand("SET", "other", 1))?.code == .noPermission)
        #expect(await client.failure(of: RedisCommand("FLUSHALL"))?.code == .noPermission)
    }

    @Test func reachesAUnixSocket() async throws {
        let server = try await RedisServer.start { $0.password = "pw" }
        let configuration = try RedisConfiguration(url: "unix://:pw@\(server.unixSocket)?db=2")
        let client = TestClient.make(configuration)
        try await client.connect()
        _ = try await client.send(RedisCommand("SET", "k", "v"))
        try await server.restart()
        #expect(try await client.until { (try? await client.send(RedisCommand("PING"))) == .status("PONG") })
    }
}
