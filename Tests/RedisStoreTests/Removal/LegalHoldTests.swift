@testable import RedisStore
import Testing

@Suite("Legal hold")
struct LegalHoldTests {
    private func hold(_ bench: CommitBench, retention: Int? = 86_400) throws -> LegalHold {
        try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: retention)
    }

    private func keys(_ bench: CommitBench, of session: String) async throws -> [String] {
        try await bench.allKeys().filter { $0.contains(":\(session)") && !$0.contains(":erased:") }
    }

    @Test("every key of a held session stays without expiry, also those that come later; a release gives all of them the deadline of retention")
    func expiry() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(retentionSeconds: 86_400)
        _ = try await bench.store([Draft(), Draft("s1", "w2")], settings: settings)
        try await bench.send("SET", bench.project.dataKey("s1"), "wrapped", "EX", 100)
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: " court\ncase 7 "))
        #expect(try await keys(bench, of: "s1").count == 5)
        for key in try await keys(bench, of: "s1") { #expect(try await bench.timeToLive(key) == -1, "\(key)") }
        _ = try await bench.store([Draft("s1", "w3"), Draft { $0.receivedMs += 7_200_000 }], settings: settings)
        #expect(try await keys(bench, of: "s1").count == 6)
        for key in try await keys(bench, of: "s1") { #expect(try await bench.timeToLive(key) == -1, "\(key)") }
        #expect(try await bench.row("s1")["expires_at"] == nil)
        try await bench.expectConsistent("s1")
        let listed = try await hold(bench).list(project: "default")
        #expect(listed.map(\.session) == ["s1"] && listed.first?.hold.reason == "court case 7" && (listed.first?.hold.since ?? 0) > 1_000_000_000)

        let release = try await hold(bench).release(project: "default", session: "s1")
        let row = try await bench.row("s1")
        guard case .released(let deadline?) = release else { return #expect(Bool(false), "\(release)") }
        #expect(row["expires_at"] == "\(deadline)" && row["held"] == nil)
        #expect(Double(deadline) == Double(row["updated_at"] ?? "").map { ($0 * 1000).rounded() + 86_400_000 })
        for key in try await keys(bench, of: "s1") { #expect(try await bench.send("PEXPIRETIME", key).int == Int(deadline), "\(key)") }
        #expect(try await hold(bench).list(project: "default").isEmpty)
        #expect(try await hold(bench).release(project: "default", session: "s1") == .notHeld)
        try await bench.expectBalanced()
    }

    @Test("a session released past its retention goes with the next sweep, or by itself a minute later; without retention it stays")
    func lateRelease() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        _ = try await bench.store([Draft("old") { $0.receivedMs = now - 50_000_000 }, Draft("kept")])
        for session in ["old", "kept"] { #expect(try await hold(bench).hold(project: "default", session: session, reason: "x")) }
        #expect(try await hold(bench, retention: nil).release(project: "default", session: "kept") == .released(expiresAtMs: nil))
        #expect(try await bench.timeToLive(bench.project.session("kept").rawValue) == -1)
        guard case .released(let deadline?) = try await hold(bench, retention: 3_600).release(project: "default", session: "old") else {
            return #expect(Bool(false))
        }
        #expect((now + 59_000...now + 120_000).contains(deadline))
        #expect(try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 3_600, nowMs: now).sessions == 1)
        #expect(try await keys(bench, of: "old").isEmpty)
    }

    @Test("nothing takes a held session: deletion, window deletion, erasure by id and range, purge, sweeping, eviction")
    func refusals() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        let dead = Draft { $0.disposition = .dead(reason: "x") }
        _ = try await bench.store(
            [Draft { $0.receivedMs = now - 90_000 }, Draft("s1", "w2") { $0.receivedMs = now - 90_000 }, dead], settings: CommitSettings())
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "x"))
        try await bench.accept(Draft())
        try await bench.send("DEL", bench.shard.lease(0))
        let before = try await bench.send("DEBUG", "DIGEST").string
        let removal = try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 60)
        let erasure = try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 60, userKey: "userId", patienceSeconds: 0)
        let range = try RemovalRange(sinceMs: nil, untilMs: now - 80_000)

        let deleted = try await removal.remove(["s1"], project: "default", reason: .deleted)
        #expect(deleted.held == 1 && deleted.sessions == 0 && deleted.deadLetters == 0)
        #expect(try await removal.removeWindow("w1", session: "s1", project: "default") == .held)
        let purged = try await removal.purgeExpired(retentionSeconds: 60, nowMs: now, project: "default")
        #expect(purged.held == 1 && purged.sessions == 0)
        #expect(try await Sweeper(client: bench.client, schema: bench.schema).sweep(retentionSeconds: 60, nowMs: now).sessions == 0)
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 1)
        #expect(try await eviction.evictOne(project: "default", shard: 0) == .none)
        for selection in [ErasureSelection.sessions(["s1"]), .range(range)] {
            for dryRun in [true, false] {
                let receipt = try await erasure.erase(selection, project: "default", dryRun: dryRun)
                #expect(receipt.held == 1 && receipt.sessions == 0 && receipt.keys == 0 && receipt.queued == 0, "\(receipt)")
                #expect(!receipt.isComplete)
            }
        }
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
    }

    @Test("held sessions neither count against max_sessions nor stand before others; the commit reports the excess without them")
    func eviction() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(maxSessions: 2)
        let drafts = (0..<250).map { number in Draft("s\(1000 + number)") { $0.receivedMs += Int64(number) * 1000 } }
        _ = try await bench.store(drafts)
        for number in 0..<240 { _ = try await hold(bench).hold(project: "default", session: "s\(1000 + number)", reason: "x") }
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 2)
        #expect(try await eviction.evictOne(project: "default", shard: 0, writing: ["s1240"]) == .evicted(session: "s1241", excess: 7))
        let next = Draft("s1249") { $0.receivedMs += 300_000 }
        try await bench.accept(next)
        let waiting = try await bench.queue.read(bench.place, count: 1)
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place), let entry = waiting.first else { return }
        let rev = Int(try await bench.row("s1249")["rev"] ?? "")
        let result = try await bench.commit(settings).apply(
            [next.entry(entry.id, revision: .known(rev))], place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(result.excessSessions == ["default": 7])
    }

    @Test("a hold protects chunks from limits: what finds no room is refused and counted, nothing is trimmed")
    func limits() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(maxEventsPerSession: 3)
        _ = try await bench.store((0..<3).map { _ in Draft() }, settings: settings)
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "x"))
        #expect(try await bench.store([Draft(), Draft { $0.isFull = true }], settings: settings) == [.limitedEvents, .limitedEvents])
        #expect(try await bench.chunks("s1", "w1").count == 3)
        #expect(try await bench.row("s1")["limited"] == "2")
        _ = try await hold(bench).release(project: "default", session: "s1")
        #expect(try await bench.store([Draft()], settings: settings) == [.stored])
        #expect(try await bench.chunks("s1", "w1").count == 3)
        try await bench.expectConsistent("s1")
        try await bench.expectBalanced()
    }

    @Test("a commit computed before the hold is stale, and is made again under it")
    func race() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        let rev = Int(try await bench.row("s1")["rev"] ?? "")
        let id = try await bench.accept(Draft("s1", "w2"))
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { return }
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "x"))
        let stale = try await bench.commit().apply(
            [Draft("s1", "w2").entry(id, revision: .known(rev))], place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(stale.isStale && stale.applied.isEmpty)
        #expect(try await bench.drain([Draft("s1", "w2")]).map(\.outcome) == [.stored])
        #expect(try await bench.timeToLive(bench.project.events("s1", "w2").rawValue) == -1)
    }

    @Test("no hold without a session or a reason; another reason keeps the beginning; what was erased cannot be held")
    func input() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        #expect(try await hold(bench).hold(project: "default", session: "nobody", reason: "x") == false)
        #expect(try await hold(bench).release(project: "default", session: "nobody") == .absent)
        await #expect(throws: LegalHoldError.blankReason) { try await hold(bench).hold(project: "default", session: "s1", reason: " \n") }
        await #expect(throws: LegalHoldError.reasonTooLong) {
            try await hold(bench).hold(project: "default", session: "s1", reason: String(repeating: "x", count: 501))
        }
        await #expect(throws: LegalHoldError.invalidSession("a b")) { try await hold(bench).hold(project: "default", session: "a b", reason: "x") }
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "first"))
        try await bench.send("HSET", bench.project.session("s1"), "held", "1000 first")
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "second"))
        #expect(try await bench.row("s1")["held"] == "1000 second")
        let removal = try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 60)
        _ = try await hold(bench).release(project: "default", session: "s1")
        #expect(try await removal.remove(["s1"], project: "default", reason: .erased).sessions == 1)
        #expect(try await hold(bench).hold(project: "default", session: "s1", reason: "x") == false)
    }
}
