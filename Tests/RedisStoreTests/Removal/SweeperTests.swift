import RedisStore
import Testing

@Suite("Sweeper")
struct SweeperTests {
    @Test("01-112: no index keeps an expired id, also one that expired up to an hour before its score says so")
    func indexes() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        let drafts = (0..<250).map { number in
            Draft("s\(number)") {
                $0.receivedMs = now - Int64(number) * 1000
                $0.dimensions = [("browser", "B\(number % 3)"), ("country", "DE")]
            }
        }
        _ = try await bench.store(drafts)
        // As if Redis had expired every session but two.
        for number in 2..<250 {
            try await bench.send(
                "DEL", bench.project.session("s\(number)"), bench.project.windows("s\(number)"), bench.project.events("s\(number)", "w1"))
        }
        let counts = try await Sweeper(client: bench.client, schema: bench.schema).sweep(
            retentionSeconds: 86_400, nowMs: now + 86_400_000 - 1_800_000)
        #expect(counts.sessions == 248 && counts.indexEntries == 496 && counts.failures.isEmpty)
        for key in [bench.project.sessions, bench.project.sessionsByCreation, bench.project.sessionsByEvents, bench.project.by("country", "DE")] {
            #expect(try await bench.send("ZCARD", key).int == 2, "\(key)")
        }
        // B2 has nothing left: its name goes too.
        #expect(
            Set(try await bench.send("SMEMBERS", bench.project.indexes).array?.compactMap(\.string) ?? []) == [
                "browser:B0", "browser:B1", "country:DE",
            ])
        #expect(try await bench.hash(bench.shard.outcomes)["swept_sessions"] == "248")
    }

    @Test("a row kept without expiry goes once retention is set; a living one stays")
    func outlived() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        let kept = CommitSettings(retentionSeconds: nil)
        _ = try await bench.store([Draft("old") { $0.receivedMs = now - 100_000_000 }, Draft("new")], settings: kept)
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        #expect(try await sweeper.sweep(retentionSeconds: nil, nowMs: now).sessions == 0)
        #expect(try await sweeper.sweep(retentionSeconds: 86_400, nowMs: now).sessions == 1)
        #expect(try await bench.send("EXISTS", bench.project.session("old"), bench.project.events("old", "w1")).int == 0)
        #expect(try await bench.row("new")["event_count"] == "1")
    }

    @Test("dead letters past retention are trimmed and count as dropped")
    func deadLetters() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        for hours in [50, 40, 30, 20, 1] {
            try await bench.send("XADD", bench.shard.dead, "\(now - Int64(hours) * 3_600_000)-0", "reason", "x")
        }
        try await bench.send("HSET", bench.shard.outcomes, "dead", 5)
        let counts = try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 86_400, nowMs: now)
        #expect(counts.deadLetters == 3)
        let outcomes = try await bench.hash(bench.shard.outcomes)
        #expect(outcomes["dead"] == "2" && outcomes["dropped"] == "3")
        #expect(try await bench.send("XLEN", bench.shard.dead).int == 2)
    }

    @Test("one step of trimming dead letters is bounded in number and in bytes", arguments: [(1, 100), (1_048_576, 4)])
    func boundedTrim(size: Int, most: Int) async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        // All within one second, as after an outage.
        for number in 0..<(2 * most + 1) {
            try await bench.send("XADD", bench.shard.dead, "\(now - 90_000_000)-\(number)", "body", String(repeating: "x", count: size))
        }
        try await bench.send("XADD", bench.shard.dead, "\(now - 86_400_000)-0", "body", "stays")
        try await bench.send("HSET", bench.shard.outcomes, "dead", 2 * most + 2)
        let script = try Scripts.named("trimDead")
        let reply = try await bench.client.run(script, keys: [bench.shard.dead, bench.shard.outcomes], arguments: [now - 86_400_000])
        #expect(reply.array?.compactMap(\.string) == ["\(most)", "1"])
        let counts = try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 86_400, nowMs: now)
        #expect(counts.deadLetters == most + 1)
        #expect(try await bench.send("XLEN", bench.shard.dead).int == 1)
        #expect(try await bench.hash(bench.shard.outcomes)["dropped"] == "\(2 * most + 1)")
    }

    @Test("01-112: with an index for every user a sweep looks through some of them, the next goes on, and all come to their turn")
    func manyIndexes() async throws {
        let bench = try await CommitBench()
        for user in 0..<700 {
            let token = IndexToken(dimension: "user", value: "\(user)")
            try await bench.send("SADD", bench.project.indexes, token.rawValue)
            try await bench.send("ZADD", bench.project.by(token), 1_000, "gone\(user)")
        }
        try await bench.send("SADD", bench.shard.projects, "default")
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema, mostIndexes: 200)
        let now = try await bench.now()
        var swept: [Int] = []
        while try await bench.send("SCARD", bench.project.indexes).int != 0, swept.count < 20 {
            swept.append(try await sweeper.sweep(retentionSeconds: 60, nowMs: now).indexEntries)
        }
        #expect(swept.count > 1 && swept.reduce(0, +) == 700 && swept.allSatisfy { $0 <= 500 }, "\(swept)")
    }

    @Test("a key of another type stops its part, not the sweep")
    func failures() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        _ = try await bench.store([Draft { $0.dimensions = [("browser", "X"), ("country", "DE")] }])
        try await bench.send("DEL", bench.project.by("browser", "X"), bench.project.session("s1"))
        try await bench.send("RPUSH", bench.project.by("browser", "X"), "wrong")
        let counts = try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 60, nowMs: now + 70_000)
        #expect(counts.sessions == 1 && counts.indexEntries == 1 && counts.failures.count == 1)
    }
}
