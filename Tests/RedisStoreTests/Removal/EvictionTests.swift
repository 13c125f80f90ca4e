import RedisStore
import Testing

@Suite("Eviction")
struct EvictionTests {
    @Test("01-105: with max_sessions 2 and three sessions the oldest is evicted, never the one just written")
    func oldest() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store(
            ["a", "b", "c"].enumerated().map { index, session in
                Draft(session) {
                    $0.receivedMs += Int64(index) * 2_000; $0.dimensions = [("browser", "X")]
                }
            })
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 2)
        #expect(try await eviction.evictOne(project: "default", shard: 0, writing: ["c"]) == .evicted(session: "a", excess: 0))
        #expect(try await eviction.evictOne(project: "default", shard: 0) == .none)
        #expect(try await bench.allKeys().filter { $0.contains(":a") && !$0.contains("applied") }.isEmpty)
        for key in [bench.project.sessions, bench.project.sessionsByCreation, bench.project.sessionsByEvents, bench.project.by("browser", "X")] {
            #expect(try await bench.send("ZCARD", key).int == 2, "\(key)")
        }
        #expect(try await bench.hash(bench.shard.outcomes)["evicted_sessions"] == "1")
        // Not erased: its next batch makes it again.
        #expect(try await bench.store([Draft("a")]) == [.stored])
    }

    @Test("where recordings stay for ever and errors do not, nothing of an evicted one outlives its reports")
    func reportsOnly() async throws {
        let bench = try await CommitBench()
        let token = UserToken.dimension(key: "userId", of: "ann")
        _ = try await bench.store(
            [Draft("a") { $0.dimensions = [token] }, Draft("b") { $0.receivedMs += 2_000 }], settings: CommitSettings(retentionSeconds: nil))
        try await ProblemSeed(bench).occurrence("f1", session: "a")
        try await bench.send("SET", bench.project.dataKey("a"), "wrapped")
        try await bench.send("EXPIRE", bench.project.reports("a"), 1_000)
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 1)
        #expect(try await eviction.evictOne(project: "default", shard: 0) == .evicted(session: "a", excess: 0))
        let left = try await bench.timeToLive(bench.project.dataKey("a").rawValue)
        #expect(left > 0 && left <= 1_000_000)
        let index = bench.project.by(token.dimension, token.value)
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        let later = try await bench.now() + 10_000_000
        _ = try await sweeper.sweep(retentionSeconds: nil, errorRetentionSeconds: 1_000, nowMs: later - 10_000_000)
        #expect(try await bench.send("ZCARD", index).int == 1)
        try await bench.send("DEL", bench.project.reports("a"))
        #expect(try await sweeper.sweep(retentionSeconds: nil, errorRetentionSeconds: 1_000, nowMs: later).indexEntries == 1)
        #expect(try await bench.send("EXISTS", index).int == 0)
        #expect(try await bench.row("b").isEmpty == false)
    }

    @Test("sessions being written are passed over; when all are, none goes")
    func written() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft("a"), Draft("b") { $0.receivedMs += 2_000 }])
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 1)
        #expect(try await eviction.evictOne(project: "default", shard: 0, writing: ["a", "b"]) == .none)
        #expect(try await eviction.evictOne(project: "default", shard: 0, writing: ["a"]) == .evicted(session: "b", excess: 0))
    }

    @Test("an index entry without a row is swept, not counted as evicted")
    func ghost() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft("a")])
        try await bench.send("ZADD", bench.project.sessions, 1, "ghost")
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 1)
        #expect(try await eviction.evictOne(project: "default", shard: 0) == .swept(session: "ghost", excess: 0))
    }

    @Test("a commit computed from an evicted session is stale")
    func race() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft("a"), Draft("b")])
        let rev = Int(try await bench.row("a")["rev"] ?? "")
        let id = try await bench.accept(Draft("a"))
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { return }
        _ = try await Eviction(client: bench.client, schema: bench.schema, maxSessions: 1).evictOne(project: "default", shard: 0, writing: ["b"])
        let result = try await bench.commit().apply(
            [Draft("a").entry(id, revision: .known(rev))], place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(result.isStale && result.applied.isEmpty)
    }
}
