import RedisServerFixture
import Testing

@testable import RedisStore

@Suite struct ScriptRunTests {
    private let key = RedisKey("k")
    private let count = Script(name: "count", keyCount: 1, source: "#!lua\nreturn redis.call('INCRBY', KEYS[1], ARGV[1])")
    private let peek = Script(name: "peek", keyCount: 1, source: "#!lua flags=no-writes\nreturn redis.call('GET', KEYS[1])")

    private func client(_ scripts: [Script], _ server: RedisServer) async throws -> RedisClient {
        var configuration = server.configuration
        configuration.commandTimeoutMs = 20_000
        configuration.connectTimeoutMs = 20_000
        let client = RedisClient(configuration: configuration, logger: TestClient.logger, scripts: scripts)
        try await client.connect()
        return client
    }

    @Test func loadsScriptsAtConnect() async throws {
        let server = try await RedisServer.start()
        let client = try await client([count], server)
        #expect(try await client.send(RedisCommand("SCRIPT", "EXISTS", count.sha1, peek.sha1)).array == [.integer(1), .integer(0)])
        // Without the recovery, then: straight by digest.
        #expect(try await client.send(RedisCommand("EVALSHA", count.sha1, 1, key, 2)).int == 2)
    }

    @Test func loadsScriptsAgainAtReconnect() async throws {
        let server = try await RedisServer.start()
        let client = try await client([count], server)
        try await server.restart()
        let exists = RedisCommand("SCRIPT", "EXISTS", count.sha1)
        #expect(try await client.until { (try? await client.send(exists))?.array == [.integer(1)] })
    }

    /// Redis hangs up on a client that sends more than 16 KB before it is let in; the reason must arrive all the same.
    @Test func sendsNoScriptsBeforeItIsLetIn() async throws {
        let large = Script(name: "large", keyCount: 0, source: "#!lua\n--" + String(repeating: "x", count: 100_000))
        let server = try await RedisServer.start { $0.password = "right" }
        var configuration = server.configuration
        configuration.password = "wrong"
        let client = RedisClient(configuration: configuration, logger: TestClient.logger, scripts: [large])
        await #expect { try await client.connect() } throws: { ($0 as? RedisError)?.code == .wrongPassword }
    }

    @Test func recoversFromNoScriptAndRunsOnce() async throws {
        let server = try await RedisServer.start()
        let client = try await client([count], server)
        #expect(try await client.run(count, keys: [key], arguments: [3]).int == 3)
        _ = try await client.send(RedisCommand("SCRIPT", "FLUSH"))
        #expect(try await client.run(count, keys: [key], arguments: [3]).int == 6)
        _ = try await client.send(RedisCommand("SCRIPT", "FLUSH"))
        var calls: [ScriptCall] = []
        for amount in 1...3 {
            var call = try count.call(keys: [key])
            call.append(amount)
            calls.append(call)
        }
        #expect(try await client.run(calls).map(\.int) == [7, 9, 12])
    }

    @Test func runsReadOnlyScriptsAsSuch() async throws {
        let server = try await RedisServer.start()
        let client = try await client([peek], server)
        _ = try await client.send(RedisCommand("SET", key, "v"))
        #expect(try await client.run(peek, keys: [key]).string == "v")
        #expect(try await client.send(RedisCommand("INFO", "commandstats")).string?.contains("cmdstat_evalsha_ro:") == true)
    }

    @Test func refusesAWrongNumberOfKeys() async throws {
        let server = try await RedisServer.start()
        let client = try await client([count], server)
        await #expect { try await client.run(count, keys: [key, key]) } throws: { ($0 as? RedisError)?.code == .scriptUnavailable }
    }

    @Test func typesErrorsOfScripts() async throws {
        let fail = Script(name: "fail", keyCount: 0, source: "#!lua\nreturn redis.error_reply('SENTIERO LEASE held by another')")
        let raise = Script(name: "raise", keyCount: 0, source: "#!lua\nerror({err='SENTIERO STALE rev 4'})")
        let broken = Script(name: "broken", keyCount: 0, source: "#!lua\nreturn (")
        let server = try await RedisServer.start()
        let client = try await client([fail, raise, broken], server)
        await #expect { try await client.run(fail, keys: []) } throws: { ($0 as? RedisError)?.code == .script("LEASE") }
        await #expect { try await client.run(raise, keys: []) } throws: { ($0 as? RedisError)?.code == .script("STALE") }
        await #expect { try await client.run(broken, keys: []) } throws: { ($0 as? RedisError)?.message.contains("compiling script") == true }
    }

    @Test func refusesScriptsWithoutAllowOOMAboveMaxmemory() async throws {
        let allowed = Script(name: "allowed", keyCount: 1, source: "#!lua flags=allow-oom\nreturn redis.call('DEL', KEYS[1])")
        let server = try await RedisServer.start()
        let client = try await client([count, allowed], server)
        _ = try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", 1))
        await #expect { try await client.run(count, keys: [key], arguments: [1]) } throws: { ($0 as? RedisError)?.code == .outOfMemory }
        #expect(try await client.run(allowed, keys: [key]).int == 0)
    }
}
