import RedisServerFixture
import Testing

@testable import RedisStore

@Suite("What doctor says of encryption") struct EncryptionCheckTests {
    private func findings(_ bench: EncryptionBench, _ encryption: Encryption?) async -> [String: StartupFinding] {
        let findings = await EncryptionCheck(encryption: encryption, data: bench.bench.client).findings()
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0) })
    }

    @Test("each case is named: off, one Redis, a Redis of the keys")
    func cases() async throws {
        let one = try await EncryptionBench(isSeparate: false)
        #expect(await findings(one, nil)["encryption"]?.detail.contains("off") == true)
        #expect(await findings(one, try one.encryption())["encryption"]?.detail.contains("Backups hold the wrapped keys too") == true)
        let two = try await EncryptionBench(isSeparate: true)
        let found = await findings(two, try two.encryption())
        #expect(found["encryption"]?.detail.contains("Copies of the data alone cannot be read") == true)
        #expect(found["key-redis"]?.status == .ok)
        #expect(found["key-redis-eviction"]?.status == .ok)
        // A restart of it would lose every key, and with them every recording.
        #expect(found["key-redis-persistence"]?.status == .warning)
        _ = try await two.keyClient.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"))
        #expect(await findings(two, try two.encryption())["key-redis-eviction"]?.status == .failure)
    }

    @Test("the same server is noticed under another address: refused with the same database, warned of with another", arguments: [0, 1])
    func sameServer(database: Int) async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let client = TestClient.make(bench.bench.server.configuration) {
            $0.unixSocket = bench.bench.server.unixSocket
            $0.database = database
        }
        defer { client.shutdown() }
        let encryption = try Encryption(
            masters: TestKeys.masters(1), client: client, isSeparate: true, schema: bench.bench.schema, retentionSeconds: nil)
        #expect(await findings(bench, encryption)["key-redis"]?.status == (database == 0 ? .failure : .warning))
    }

    @Test("one that is away stops a start")
    func away() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let encryption = try bench.encryption()
        bench.keyServer?.kill()
        let client = TestClient.make(bench.keyServer?.configuration ?? RedisConfiguration()) {
            $0.commandTimeoutMs = 200
            $0.connectTimeoutMs = 200
        }
        defer { client.shutdown() }
        let gone = try Encryption(
            masters: encryption.vault.masters, client: client, isSeparate: true, schema: bench.bench.schema, retentionSeconds: nil)
        await #expect(throws: StartupRefusal.self) { _ = try await EncryptionCheck(encryption: gone, data: bench.bench.client).require() }
    }
}
