import RedisServerFixture
import RedisStore
import Testing

@Suite struct StartupCheckTests {
    private func findings(
        _ server: RedisServer, shards: Int = 1, partitions: Int = 8, writesLayout: Bool = true,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws -> [String: StartupFinding] {
        let client = TestClient.make(server.configuration, change)
        let schema = try KeySchema(shards: shards, partitions: partitions)
        let findings = await StartupCheck(client: client, schema: schema).findings(writesLayout: writesLayout)
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0) })
    }

    @Test func findsNothingWrongWithAGoodServer() async throws {
        let server = try await RedisServer.start { $0.appendOnly = true }
        let findings = try await findings(server)
        #expect(findings.values.filter { $0.status != .ok } == [])
        #expect(findings["version"]?.detail.hasPrefix("Redis 7") == true || findings["version"]?.detail.hasPrefix("Valkey") == true)
        #expect(findings["persistence"]?.detail.contains("everysec") == true)
    }

    @Test(arguments: ["allkeys-lru", "volatile-ttl"])
    func refusesEviction(policy: String) async throws {
        let server = try await RedisServer.start {
            $0.maxMemoryPolicy = policy; $0.maxMemoryBytes = 100 << 20
        }
        let finding = try await findings(server)["eviction"]
        #expect(finding?.status == .failure)
        #expect(finding?.detail.contains(policy) == true)
        let client = try await TestClient.connected(to: server)
        await #expect(throws: StartupRefusal.self) { try await StartupCheck(client: client, schema: KeySchema()).require() }
    }

    @Test func warnsWithoutPersistence() async throws {
        let none = try await RedisServer.start()
        #expect(try await findings(none)["persistence"]?.status == .warning)
        let snapshots = try await RedisServer.start { $0.extra = ["save 60 1"] }
        #expect(try await findings(snapshots)["persistence"]?.status == .ok)
        let lazy = try await RedisServer.start {
            $0.appendOnly = true; $0.appendFsync = "no"
        }
        #expect(try await findings(lazy)["persistence"]?.status == .warning)
    }

    @Test func reportsMemorySettingsThatDiffer() async throws {
        let server = try await RedisServer.start { $0.extra = ["stream-node-max-bytes 4096", "hash-max-listpack-value 64"] }
        let findings = try await findings(server)
        #expect(findings["stream-node-max-bytes"]?.status == .warning)
        #expect(findings["stream-node-max-bytes"]?.detail.contains("4096") == true)
        #expect(findings["hash-max-listpack-value"]?.status == .warning)
    }

    @Test func refusesAnotherLayoutAndNamesBoth() async throws {
        let server = try await RedisServer.start()
        #expect(try await findings(server, shards: 4, partitions: 2)["layout"]?.status == .ok)
        let finding = try await findings(server, shards: 1, partitions: 8)["layout"]
        #expect(finding?.status == .failure)
        #expect(finding?.detail.contains("4 shards of 2 partitions") == true)
        #expect(finding?.detail.contains("1 shard of 8 partitions") == true)
        #expect(try await findings(server, shards: 4, partitions: 2)["layout"]?.status == .ok)
    }

    @Test func onlyLooksWhenAsked() async throws {
        let server = try await RedisServer.start()
        #expect(try await findings(server, writesLayout: false)["layout"]?.status == .ok)
        let client = try await TestClient.connected(to: server)
        #expect(try await client.send(RedisCommand("DBSIZE")).int == 0)
    }

    /// Of many first starts at once with different numbers, one wins with both of its numbers.
    @Test func agreesOnOneLayout() async throws {
        let server = try await RedisServer.start()
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 1...8 {
                group.addTask { try await findings(server, shards: number, partitions: number)["layout"]?.status == .ok }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test func reportsOutOfMemoryAtTheFirstStart() async throws {
        let server = try await RedisServer.start { $0.maxMemoryBytes = 1 }
        let finding = try await findings(server)["layout"]
        #expect(finding?.status == .failure)
        #expect(finding?.detail.contains("OOM") == true)
    }

    @Test func warnsWhenCONFIGIsForbidden() async throws {
        let server = try await RedisServer.start {
            $0.appendOnly = true; $0.users = ["app on >pw ~* +@all -config"]
        }
        let findings = try await findings(server) {
            $0.username = "app"; $0.password = "pw"
        }
        #expect(findings.values.filter { $0.status == .failure } == [])
        #expect(findings["eviction"]?.status == .ok)
        #expect(findings["stream-node-max-bytes"]?.status == .warning)
    }

    @Test(arguments: [
        ("~sentiero:* +@all -xdel -xadd", "XADD"), ("~other:* +@all", "NOPERM"), ("~sentiero:* +@all -evalsha_ro", "evalsha_ro"),
    ])
    func reportsMissingPermissions(rules: String, mention: String) async throws {
        let server = try await RedisServer.start { $0.users = ["app on >pw \(rules)"] }
        let client = TestClient.make(server.configuration) {
            $0.username = "app"; $0.password = "pw"
        }
        do {
            _ = try await StartupCheck(client: client, schema: KeySchema()).require()
            Issue.record("not refused")
        } catch let refusal as StartupRefusal { #expect(refusal.description.contains(mention)) }
    }

    @Test func aUserWithTheProductsRightsIsEnough() async throws {
        let server = try await RedisServer.start {
            $0.appendOnly = true
            $0.users = [
                "app on >pw resetchannels ~sentiero:* +@read +@write +@transaction +@connection +info +config|get +script|load +evalsha +evalsha_ro +time"
            ]
        }
        let findings = try await findings(server) {
            $0.username = "app"; $0.password = "pw"
        }
        #expect(findings.values.filter { $0.status != .ok } == [])
    }

    @Test func noticesACluster() async throws {
        let server = try await RedisServer.start { $0.extra = ["cluster-enabled yes", "cluster-require-full-coverage no"] }
        let findings = try await findings(server)
        #expect(findings["cluster"]?.status == .warning)
        // Nobody gave this node any slots.
        #expect(findings["slots"]?.status == .failure)
    }

    @Test func reportsThatRedisIsAway() async throws {
        let server = try await RedisServer.start()
        server.kill()
        let findings = try await findings(server) {
            $0.connectTimeoutMs = 200; $0.commandTimeoutMs = 200
        }
        #expect(findings.count == 1)
        #expect(findings["connection"]?.status == .failure)
    }
}
