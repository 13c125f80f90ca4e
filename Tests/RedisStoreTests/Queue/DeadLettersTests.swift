import RedisStore
import Testing

@Suite("Dead letters")
struct DeadLettersTests {
    private func bury(_ bench: CommitBench, _ session: String, _ reason: String) async throws {
        _ = try await bench.store([
            Draft(session) {
                $0.disposition = .dead(reason: reason)
                $0.batchID = "b"
                $0.events = 9
            }
        ])
    }

    @Test("list and show tell where a letter came from, why it died and what it holds")
    func show() async throws {
        let bench = try await CommitBench()
        try await bury(bench, "s1", "not_json")
        try await bury(bench, "s2", "attempts")
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        #expect(try await letters.count() == 2)
        #expect(try await letters.list().map(\.session) == ["s1", "s2"])
        #expect(try await letters.list(DeadLetterFilter(reason: "attempts")).map(\.session) == ["s2"])
        #expect(try await letters.list(DeadLetterFilter(project: "other")).isEmpty)
        #expect(try await letters.list(limit: 1).map(\.session) == ["s1"])
        let first = try #require(try await letters.list().first)
        let shown = try #require(try await letters.show(first.id))
        #expect(shown.reason == "not_json" && shown.partition == 0 && shown.project == "default" && shown.attempts == 0)
        #expect(try shown.batch.get().eventCount == 9)
        #expect(try await letters.show(try #require(StreamID("1-1"))) == nil)
    }

    @Test("a re-driven letter is the entry it was, and counts as accepted anew")
    func redrive() async throws {
        let bench = try await CommitBench()
        try await bury(bench, "s1", "not_json")
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let letter = try #require(try await letters.list().first)
        #expect(try await letters.redrive(letter))
        #expect(try await letters.redrive(letter) == false)
        let entry = try #require(try await bench.queue.read(bench.place, count: 1).first)
        #expect(try entry.batch.get() == letter.batch.get())
        let accounting = try await OutcomeCounters(client: bench.client, schema: bench.schema).read()
        #expect(accounting.isBalanced && accounting.accepted == 1 && accounting.queued == 1 && accounting.count(.dead) == 0)
        #expect(accounting.others["redriven"] == 1)
        try await bench.drain([Draft { $0.events = 9 }])
        #expect(try await bench.row("s1")["event_count"] == "9")
        try await bench.expectBalanced()
    }

    @Test("a dropped letter counts as dropped")
    func drop() async throws {
        let bench = try await CommitBench()
        try await bury(bench, "s1", "not_json")
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let letter = try #require(try await letters.list().first)
        #expect(try await letters.drop(letter))
        #expect(try await letters.drop(letter) == false)
        let accounting = try await OutcomeCounters(client: bench.client, schema: bench.schema).read()
        #expect(accounting.isBalanced && accounting.count(.dropped) == 1 && accounting.deadLetters == 0)
    }

    @Test("all that match, over pages and shards")
    func all() async throws {
        let bench = try await CommitBench(shards: 2)
        for shard in 0..<2 {
            for number in 0..<20 {
                var command = RedisCommand("XADD", bench.schema.shard(shard).dead, "*")
                command.append(contentsOf: [
                    "project", "default", "session", "s\(number)", "body", "x", "reason", number < 15 ? "a" : "b", "partition", "0",
                ])
                _ = try await bench.client.send(command)
            }
            try await bench.send("HSET", bench.schema.shard(shard).outcomes, "dead", 20)
        }
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        #expect(try await letters.list().count == 40)
        #expect(try await letters.dropAll(DeadLetterFilter(reason: "a")) == 30)
        #expect(try await letters.redriveAll(DeadLetterFilter(reason: "b")) == 10)
        #expect(try await letters.count() == 0)
        #expect(try await bench.queue.statuses().reduce(0) { $0 + $1.length } == 10)
    }
}
