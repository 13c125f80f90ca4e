import Foundation
@testable import RedisStore
import Testing

@Suite("Commit: entries that are hard to bury")
struct CommitBurialTests {
    /// Not by the web tier, which writes twenty fields.
    @discardableResult
    private func acceptWide(_ bench: CommitBench, _ draft: Draft, fields: Int) async throws -> StreamID {
        var command = draft.batch.adding(to: bench.shard.ingest(0))
        for number in 0..<fields { command.append(contentsOf: ["field\(number)", "x"]) }
        return try #require(StreamID(try await bench.client.send(command).string ?? ""))
    }

    @Test("an entry of any number of fields is buried with those a batch has, between others stored once", arguments: [2_900, 3_600, 40_000])
    func wideEntry(fields: Int) async throws {
        let bench = try await CommitBench()
        let dead = Draft("s2") {
            $0.disposition = .dead(reason: "not_json")
            $0.events = 9
        }
        let drafts = [Draft(), dead, Draft("s3")]
        try await bench.accept(drafts[0])
        let id = try await acceptWide(bench, dead, fields: fields)
        try await bench.accept(drafts[2])
        #expect(try await bench.drain(drafts).map(\.outcome) == [.stored, .dead, .stored])
        #expect(try await bench.row("s1")["event_count"] == "1")
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 0)
        try await bench.expectBalanced()

        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let letter = try #require(try await letters.list().first)
        #expect(letter.reason == "not_json" && letter.entryID == id && letter.session == "s2")
        #expect(try letter.batch.get() == dead.batch)
        let values = try await bench.send("XRANGE", bench.shard.dead, "-", "+").array?[0].array?[1].pairs ?? []
        #expect(values.count == (fields == 2_900 ? 20 + fields + 6 : 20 + 6 + 1))
        #expect(values.contains { $0.field == "truncated" } == (fields != 2_900))
        #expect(try await letters.redrive(letter))
        try await bench.drain([dead])
        #expect(try await letters.drop(try #require(try await letters.list().first)))
        try await bench.expectBalanced()
    }

    @Test("what raises while a session is written is buried likewise")
    func wideAfterCommitError() async throws {
        let bench = try await CommitBench()
        try await bench.send("RPUSH", bench.project.session("s2"), "wrong")
        try await bench.accept(Draft())
        try await acceptWide(bench, Draft("s2"), fields: 3_600)
        #expect(try await bench.drain([Draft(), Draft("s2")]).map(\.outcome) == [.stored, .dead])
        try await bench.expectBalanced()
    }

    @Test("repeated fields are kept once, the first of them, which is the one a batch is read from")
    func repeatedFields() async throws {
        let bench = try await CommitBench()
        let dead = Draft { $0.disposition = .dead(reason: "not_json") }
        var command = dead.batch.adding(to: bench.shard.ingest(0))
        for _ in 0..<5_000 { command.append(contentsOf: ["body", "other"]) }
        _ = try await bench.client.send(command)
        #expect(try await bench.drain([dead]).map(\.outcome) == [.dead])
        let letter = try #require(try await DeadLetters(client: bench.client, schema: bench.schema).list().first)
        #expect(try letter.batch.get() == dead.batch)
        try await bench.expectBalanced()
    }

    @Test("an entry without a field of ours leaves a letter that can be shown and dropped")
    func foreignEntry() async throws {
        let bench = try await CommitBench()
        var command = RedisCommand("XADD", bench.shard.ingest(0), "*")
        for number in 0..<3_600 { command.append(contentsOf: ["field\(number)", "x"]) }
        _ = try await bench.client.send(command)
        #expect(try await bench.drain([Draft { $0.disposition = .dead(reason: "missing_field:v") }]).map(\.outcome) == [.dead])
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let letter = try #require(try await letters.list().first)
        #expect(try await letters.redrive(letter) == false)
        #expect(try await letters.drop(letter))
        try await bench.expectBalanced()
    }

    @Test("a letter with too many fields, put there by hand, can be re-driven")
    func wideLetter() async throws {
        let bench = try await CommitBench()
        let batch = Draft().batch
        var command = batch.adding(to: bench.shard.dead)
        for number in 0..<40_000 { command.append(contentsOf: ["field\(number)", "x"]) }
        _ = try await bench.client.send(command)
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        #expect(try await letters.redrive(try #require(try await letters.list().first)))
        #expect(try await bench.queue.read(bench.place, count: 1).first?.batch.get() == batch)
    }

    /// The last id there can be: XADD refuses every further one.
    @Test("a dead stream that takes no more keeps the entry in its partition, and what came before it is applied once")
    func fullDeadStream() async throws {
        let bench = try await CommitBench()
        let last = "\(UInt64.max)-\(UInt64.max)"
        try await bench.send("XADD", bench.shard.dead, last, "body", "x")
        let drafts = [Draft(), Draft("s2") { $0.disposition = .dead(reason: "not_json") }, Draft("s3")]
        var ids: [StreamID] = []
        for draft in drafts { ids.append(try await bench.accept(draft)) }
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { throw BenchError.leaseHeld }
        let entries = zip(drafts, ids).map { $0.entry($1, revision: .known(nil)) }
        let commit = try bench.commit()
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(result.applied.map(\.outcome) == [.stored] && result.isStale)
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(ids[0])")
        #expect(try await bench.hash(bench.shard.outcomes) == ["stored": "1"])
        let before = try await bench.send("DEBUG", "DIGEST").string
        let refusal = await #expect(throws: CommitError.self) {
            try await commit.apply(Array(entries[1...]), place: bench.place, holder: CommitBench.holder, applied: ids[0])
        }
        guard case .brokenPartition(let message) = refusal else { throw BenchError.queueEmpty }
        #expect(message.hasPrefix("SENTIERO DEAD "))
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
        try await bench.send("DEL", bench.shard.dead)
        #expect(try await bench.drain(Array(drafts[1...])).map(\.outcome) == [.dead, .stored])
        try await bench.expectBalanced()
    }

    @Test("an index write that raises leaves the entries applied and counted")
    func raisingIndex() async throws {
        let bench = try await CommitBench()
        let place = "  local list = { 'SADD', key }\n"
        let parts = try Scripts.named("commit").source.components(separatedBy: place)
        #expect(parts.count == 2)
        let broken = Script(name: "commit", keyCount: nil, source: parts.joined(separator: "  error('broken here')\n" + place))
        let id = try await bench.accept(Draft())
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { throw BenchError.leaseHeld }
        let encoding = CommitEncoding(entries: [Draft().entry(id, revision: .known(nil))], shard: bench.shard, partition: 0)
        _ = try await bench.client.run(
            encoding.call(broken, holder: CommitBench.holder, applied: lease.applied, settings: CommitSettings(), shards: 1))
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(id)")
        #expect(try await bench.hash(bench.shard.outcomes) == ["stored": "1", "index_errors": "4"])
        try await bench.expectBalanced()
    }

    /// Lua takes more texts for numbers than the worker does: such a revision would never hold.
    @Test("a revision that is no plain number sends its entry to dead instead of being computed for ever", arguments: [" 5", "0x5", "5e0", "5.0"])
    func oddRevision(text: String) async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        try await bench.send("HSET", bench.project.session("s1"), "rev", text)
        let id = try await bench.accept(Draft())
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { throw BenchError.leaseHeld }
        let commit = try bench.commit()
        let start = try await commit.begin(
            bench.place, holder: CommitBench.holder, applied: lease.applied, range: id...id,
            sessions: [SessionReference(project: "default", session: "s1")])
        let entries = Draft.entries([Draft()], ids: [id], start: start)
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(result.applied.map(\.outcome) == [.dead] && !result.isStale)
    }
}
