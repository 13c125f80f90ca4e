import Ingest
@testable import RedisStore
import Testing

@Suite("Purge of problems")
struct ProblemPurgeTests {
    private func removal(_ bench: CommitBench) throws -> SessionRemoval {
        try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600)
    }

    private func store(_ bench: CommitBench) throws -> ProblemStore { try ProblemStore(redis: bench.client, keys: bench.schema) }

    /// Over all shards.
    private func keys(_ bench: CommitBench, of fingerprint: String) async throws -> [String] {
        try await bench.allKeys().filter { $0.hasSuffix(":\(fingerprint)") }
    }

    private func seed(_ bench: CommitBench, now: Int64) async throws {
        let seed = ProblemSeed(bench)
        for number in 0..<8 {
            try await seed.occurrence("old", session: "s\(number)") {
                $0.receivedMs = now - 100_000 + Int64(number)
                $0.release = "v1"
                $0.user = "u"
            }
            try await seed.occurrence("mixed", session: "s\(number)") { $0.receivedMs = now - 100_000 + Int64(number) }
            try await seed.serverEvent("old", session: "s\(number)", receivedMs: now - 100_000 + Int64(number))
        }
        for session in ["s0", "new"] { try await seed.occurrence("mixed", session: session) { $0.release = "v2" } }
        try await seed.serverEvent("new", session: "new")
        try await seed.occurrence("alone") { $0.receivedMs = now - 100_000 }
        try await bench.send("SET", bench.schema.home(project: "default", fingerprint: "alone").dataKey(".alone"), "wrapped")
        #expect(try await store(bench).set(StatusChange(.ignored), of: ["old", "mixed"], project: "default", by: "ann").count == 2)
    }

    @Test(
        "01-111: what is older goes with every key and copy, what is newer stays; a second run returns 0; without retention nothing",
        arguments: [1, 4])
    func purge(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let now = try await bench.now()
        try await seed(bench, now: now)
        #expect(try await removal(bench).purgeExpired(retentionSeconds: nil, nowMs: now, project: "default") == RemovalCounts())
        #expect(try await removal(bench).countProblems(olderThanMs: now - 50_000, project: "default") == 2)
        let figures = try await ErrorFigures.read(redis: bench.client, keys: bench.schema)
        #expect(figures.problems == 3 && figures.serverEvents == 9)
        let purged = try await removal(bench).purgeExpired(retentionSeconds: 50, nowMs: now, project: "default")
        #expect(purged.problems == 2 && purged.occurrences == 17 && purged.serverEvents == 8 && purged.sessions == 0)
        #expect(try await keys(bench, of: "old").isEmpty)
        #expect(try await keys(bench, of: "alone").isEmpty)
        let left = try #require(try await store(bench).find("mixed", project: "default", nowMs: now))
        #expect(left.problem.count == 10 && left.problem.status == .ignored && Set(left.sessions.map(\.session)) == ["s0", "new"])
        #expect(try await store(bench).occurrences("mixed", project: "default", limit: 50).occurrences.count == 2)
        #expect(try await store(bench).page(ProblemQuery(), project: "default", nowMs: now).problems.map(\.fingerprint) == ["mixed"])
        #expect(try await store(bench).names(project: "default").releases == ["v2"])
        // No session is linked to what is gone.
        let links = try await bench.hash(bench.schema.project("default", ofSession: "s3").reports("s3")).keys
        #expect(!links.contains("p:old") && links.contains("p:mixed"))
        #expect(try await removal(bench).purgeExpired(retentionSeconds: 50, nowMs: now, project: "default") == RemovalCounts())
        #expect(try await removal(bench).countProblems(olderThanMs: now - 50_000, project: "default") == 0)
    }

    @Test("01-111: the purge up to a day takes them, an erasure of a range does not: it is of sessions")
    func range() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        try await seed(bench, now: now)
        let since = try RemovalRange(sinceMs: now - 200_000, untilMs: now - 50_000)
        #expect(try await removal(bench).remove(since, project: "default", reason: .purged).problems == 0)
        let until = try RemovalRange(sinceMs: nil, untilMs: now - 50_000)
        #expect(try await removal(bench).remove(until, project: "default", reason: .erased).problems == 0)
        #expect(try await removal(bench).remove(until, project: "default", reason: .purged).problems == 2)
    }

    @Test("01-112: sweeping leaves nothing past retention: occurrences of living problems, expired parts, their decision", arguments: [1, 4])
    func sweep(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let now = try await bench.now()
        try await seed(bench, now: now)
        // As if Redis had expired every part.
        for shard in bench.schema.allShards {
            let names = shard.project("default")
            for key in [names.problem, names.trend, names.facets, names.occurrences, names.affected, names.users].map({ $0("old") }) {
                try await bench.send("DEL", key)
            }
        }
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        #expect(try await sweeper.sweep(retentionSeconds: 50, errorRetentionSeconds: 0, nowMs: now).occurrences == 0)
        let counts = try await sweeper.sweep(retentionSeconds: 1_000_000, errorRetentionSeconds: 50, nowMs: now)
        #expect(counts.failures.isEmpty && counts.problems == 1 && counts.occurrences == 9 && counts.serverEvents == 8)
        #expect(try await keys(bench, of: "old").isEmpty)
        for shard in bench.schema.allShards {
            let members = try await bench.send("ZRANGE", shard.project("default").problems, 0, -1).array?.compactMap(\.string) ?? []
            #expect(members.isEmpty || members == ["mixed"])
        }
        #expect(try await store(bench).find("mixed", project: "default", nowMs: now)?.problem.status == .ignored)
        let again = try await sweeper.sweep(retentionSeconds: 50, nowMs: now)
        #expect(again == Sweeper.Counts())
    }

    @Test("many problems go in steps; a key of another type stops its part of the sweep only")
    func steps() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        let seed = ProblemSeed(bench)
        for number in 0..<25 { try await seed.occurrence("f\(number)") { $0.receivedMs = now - (number % 5 == 0 ? 0 : 100_000) } }
        let problems = try ProblemRemoval(client: bench.client, schema: bench.schema, keys: nil, step: 4)
        #expect(try await problems.purge(olderThanMs: now - 50_000, project: "default").problems == 20)
        #expect(try await store(bench).page(ProblemQuery(), project: "default", nowMs: now).total == 5)
        try await bench.send("DEL", bench.project.track)
        try await bench.send("SET", bench.project.track, "wrong")
        let counts = try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 50, nowMs: now)
        #expect(counts.failures.count == 1)
    }

    @Test("in a Redis of their own the keys of what was left, and of problems, are not ended by the sweep of keys")
    func keySweep() async throws {
        let bench = try await CommitBench()
        let keyServer = try await CommitBench()
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await ProblemSeed(bench).occurrence("f2")
        try await ProblemSeed(bench).serverEvent("paid")
        let vault = try KeyVault(
            client: keyServer.client, schema: bench.schema, masters: try TestKeys.masters(7), isSeparate: true, retentionSeconds: nil)
        for name in ["s1", ".f2", ".paid", "nobody"] { try await keyServer.send("SET", keyServer.project.dataKey(name), "wrapped") }
        // Its last window was deleted.
        try await bench.send("SET", bench.project.erased("s1"), "deleted 1")
        var suspects: Set<SessionReference> = []
        _ = try await KeySweep(vault: vault, data: bench.client).sweep(suspects: &suspects)
        #expect(try await KeySweep(vault: vault, data: bench.client).sweep(suspects: &suspects) == 1)
        #expect(try await keyServer.allKeys().count == 3)
    }
}
