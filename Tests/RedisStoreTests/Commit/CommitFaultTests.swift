import Foundation
@testable import RedisStore
import Testing

@Suite("Commit: keys that are not as they should be")
struct CommitFaultTests {
    /// A session with two browsers' worth of state, and one more batch waiting that touches every kind of key.
    private func prepared() async throws -> (bench: CommitBench, applied: StreamID, id: StreamID, entry: CommitEntry) {
        let bench = try await CommitBench()
        let first = Draft {
            $0.batchID = "one"
            $0.dimensions = [("browser", "Chrome"), ("device", "desktop")]
        }
        _ = try await bench.store([first])
        let rev = Int(try await bench.row("s1")["rev"] ?? "")
        let next = Draft {
            $0.batchID = "two"
            $0.receivedMs += 5_000
            $0.dimensions = [("browser", "Firefox"), ("device", "desktop")]
            $0.events = 7
        }
        let id = try await bench.accept(next)
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place), let applied = lease.applied else {
            throw BenchError.leaseHeld
        }
        return (bench, applied, id, next.entry(id, revision: .known(rev)))
    }

    private func spoil(_ bench: CommitBench, _ key: RedisKey) async throws {
        try await bench.send("DEL", key)
        // Nothing of ours is a list.
        try await bench.send("RPUSH", key, "wrong")
    }

    @Test(
        "a partition's key of the wrong type stops the commit with nothing written",
        arguments: ["lease", "applied", "inflight", "ingest", "outcomes", "dead"])
    func partitionKey(name: String) async throws {
        let (bench, applied, _, entry) = try await prepared()
        let keys = [
            "lease": bench.shard.lease(0), "applied": bench.shard.applied(0), "inflight": bench.shard.inflight(0),
            "ingest": bench.shard.ingest(0), "outcomes": bench.shard.outcomes, "dead": bench.shard.dead,
        ]
        let key = try #require(keys[name])
        try await spoil(bench, key)
        let before = try await bench.send("DEBUG", "DIGEST").string
        await #expect(throws: CommitError.brokenPartition("SENTIERO WRONGTYPE \(key)")) {
            try await bench.commit().apply([entry], place: bench.place, holder: CommitBench.holder, applied: applied)
        }
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
    }

    @Test("a counter that is no number stops the commit with nothing written")
    func badCounter() async throws {
        let (bench, applied, _, entry) = try await prepared()
        try await bench.send("HSET", bench.shard.outcomes, "stored", "many")
        let before = try await bench.send("DEBUG", "DIGEST").string
        await #expect(throws: CommitError.brokenPartition("SENTIERO BADCOUNTER stored")) {
            try await bench.commit().apply([entry], place: bench.place, holder: CommitBench.holder, applied: applied)
        }
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
    }

    /// `by old` is met only in the write phase: the backstop.
    @Test(
        "a session's or index's key of the wrong type sends the entry to dead as commit_error; the partition moves on and what was stored stays",
        arguments: ["row", "windows", "events", "sessions", "by events", "indexes", "by new", "by same", "by old"])
    func sessionKey(name: String) async throws {
        let (bench, applied, id, entry) = try await prepared()
        let keys = [
            "row": bench.project.session("s1"), "windows": bench.project.windows("s1"), "events": bench.project.events("s1", "w1"),
            "sessions": bench.project.sessions, "by events": bench.project.sessionsByEvents, "indexes": bench.project.indexes,
            "by new": bench.project.by("browser", "Firefox"), "by same": bench.project.by("device", "desktop"),
            "by old": bench.project.by("browser", "Chrome"),
        ]
        let key = try #require(keys[name])
        try await spoil(bench, key)
        let state = [bench.project.session("s1"), bench.project.windows("s1"), bench.project.events("s1", "w1")]
        var dumps: [RedisValue] = []
        for key in state { dumps.append(try await bench.send("DUMP", key)) }

        let result = try await bench.commit().apply([entry], place: bench.place, holder: CommitBench.holder, applied: applied)
        #expect(result.applied.map(\.outcome) == [.dead])
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(id)")
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 0)
        let letters = try await DeadLetters(client: bench.client, schema: bench.schema).list()
        let letter = try #require(letters.first)
        #expect(letter.reason == "commit_error" && letter.entryID == id && letter.detail.contains("WRONGTYPE"))
        #expect(try letter.batch.get().eventCount == 7)
        for (key, dump) in zip(state, dumps) { #expect(try await bench.send("DUMP", key) == dump, "\(key)") }
        try await bench.expectBalanced()
    }

    @Test("keys only a new session touches", arguments: ["created", "projects"])
    func newSessionKey(name: String) async throws {
        let bench = try await CommitBench()
        try await spoil(bench, name == "created" ? bench.project.sessionsByCreation : bench.shard.projects)
        #expect(try await bench.store([Draft(), Draft("s2")]) == [.dead, .dead])
        #expect(try await bench.send("EXISTS", bench.project.session("s1"), bench.project.events("s1", "w1")).int == 0)
        try await bench.expectBalanced()
    }

    @Test("a row or window that cannot be read sends its entries to dead, not those of others")
    func unreadableRow() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft(), Draft("s2"), Draft("s3")])
        try await bench.send("HSET", bench.project.session("s1"), "event_count", "many")
        try await bench.send("HSET", bench.project.windows("s2"), "w1", "?")
        #expect(try await bench.store([Draft(), Draft("s2"), Draft("s3")]) == [.dead, .dead, .stored])
        try await bench.expectBalanced()
        try await bench.expectConsistent("s3")
    }

    /// No state of Redis is known to raise after the first write, so the script itself is broken there.
    @Test(
        "whatever raises in the write phase ends as commit_error, takes the chunk back and moves the partition on",
        arguments: ["  if plan.trim then writeTrim(", "  callList({ 'HSET', state.key, unpack(plan.set) })\n  if plan.keep"])
    func raisingWrite(place: String) async throws {
        let (bench, applied, id, entry) = try await prepared()
        let source = try Scripts.named("commit").source
        let parts = source.components(separatedBy: place)
        #expect(parts.count == 2)
        let broken = Script(name: "commit", keyCount: nil, source: parts.joined(separator: "  error('broken here')\n" + place))
        let second = try await bench.accept(Draft("s2"))
        let windows = try await bench.hash(bench.project.windows("s1"))
        let row = try await bench.row("s1")
        let encoding = CommitEncoding(
            entries: [entry, Draft("s2").entry(second, revision: .known(nil))], shard: bench.shard, partition: 0)
        let reply = try await bench.client.run(
            encoding.call(broken, holder: CommitBench.holder, applied: applied, settings: CommitSettings(), shards: 1))
        #expect(reply.array?.compactMap(\.string) == ["2", "", "dead", "", "dead", "", "0", "0"])
        #expect(try await bench.allKeys().filter { $0.contains(":s2") }.isEmpty)
        let letter = try #require(try await DeadLetters(client: bench.client, schema: bench.schema).list().first)
        #expect(letter.reason == "commit_error" && letter.detail.contains("broken here") && letter.entryID == id)
        #expect(try await bench.chunks("s1", "w1").count == 1)
        #expect(try await bench.hash(bench.project.windows("s1")) == windows)
        #expect(try await bench.row("s1") == row)
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(second)")
        try await bench.expectBalanced()
    }

    @Test("an entry after a commit_error of its session is computed afresh")
    func afterCommitError() async throws {
        let (bench, applied, id, entry) = try await prepared()
        try await spoil(bench, bench.project.by("browser", "Chrome"))
        let second = try await bench.accept(Draft())
        let entries = [entry, Draft().entry(second, revision: .chained)]
        let result = try await bench.commit().apply(entries, place: bench.place, holder: CommitBench.holder, applied: applied)
        #expect(result.applied.map(\.entryID) == [id] && result.isStale)
    }

    @Test("values a script cannot take are refused before anything is written")
    func tooManyFields() async throws {
        let bench = try await CommitBench()
        let draft = Draft { $0.lastFields = (0..<4_000).map { ("field\($0)", "x") } }
        #expect(try await bench.store([draft]) == [.dead])
        #expect(try await bench.send("EXISTS", bench.project.session("s1"), bench.project.events("s1", "w1")).int == 0)
        let extreme = Draft {
            $0.t0 = .min
            $0.t1 = .max
        }
        #expect(try await bench.store([extreme]) == [.stored])
        #expect(try await bench.row("s1")["last_event_at"] == "9007199254740992")
    }

    @Test("a chunk id below the stream's last one is replaced, order kept")
    func lowID() async throws {
        let bench = try await CommitBench()
        try await bench.send(
            "XADD", bench.project.events("s1", "w1"), "99999999999999-0", "v", "1", "n", "1", "t0", "0", "t1", "0", "full", "0", "z", "x")
        #expect(try await bench.store([Draft { $0.events = 2 }, Draft { $0.events = 3 }]) == [.stored, .stored])
        #expect(try await bench.chunks("s1", "w1").map { $0["n"] } == ["1", "2", "3"])
    }
}
