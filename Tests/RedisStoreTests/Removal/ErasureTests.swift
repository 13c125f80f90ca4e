import Crypto
@testable import RedisStore
import Testing

@Suite("Erasure")
struct ErasureTests {
    private func erasure(_ bench: CommitBench, patience: Int = 0) throws -> Erasure {
        try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600, userKey: "userId", patienceSeconds: patience)
    }

    private func of(_ user: String, _ session: String = "s1", _ change: (inout Draft) -> Void = { _ in }) -> Draft {
        Draft(session) {
            $0.dimensions = [UserToken.dimension(key: "userId", of: user)]
            change(&$0)
        }
    }

    @Test("01-106, spec 06 section 8: the receipt counts what went; its digest is that of the sorted key names; others stay")
    func receipt() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft(), Draft("s1", "w2"), Draft("s2"), Draft { $0.disposition = .dead(reason: "x") }])
        try await bench.send("SET", bench.project.dataKey("s1"), "wrapped")
        let keys = try await bench.allKeys().filter { $0.contains(":s1") }
        #expect(keys.count == 5)
        let dry = try await erasure(bench).erase(.sessions(["s1", "nobody"]), project: "default", dryRun: true)
        #expect(dry.sessions == 1 && dry.keys == 5 && dry.deadLetters == 1 && dry.digest == nil)
        #expect(try await bench.allKeys().filter { $0.contains(":s1") } == keys)
        let receipt = try await erasure(bench).erase(.sessions(["s1", "nobody"]), project: "default")
        var expected = dry
        expected.digest = SHA256.hash(data: Array(keys.sorted().joined(separator: "\n").utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
        #expect(receipt == expected)
        #expect(receipt.isComplete)
        #expect(try await bench.allKeys().filter { $0.contains(":s1") } == [bench.project.erased("s1").rawValue])
        #expect(try await bench.row("s2")["event_count"] == "1")
        // Again: nothing of it is there.
        let again = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(again.sessions == 0 && again.keys == 0 && again.digest == ErasureReceipt.digest(of: []))
        try await bench.expectBalanced()
    }

    @Test("what hangs on a session goes before the session: an erasure that was interrupted in between finds it again")
    func interrupted() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([of("ann", "s1"), of("ann", "s2"), Draft("s1") { $0.disposition = .dead(reason: "x") }])
        try await bench.send("HSET", bench.project.session("s2"), "held", "1 reason")
        let step = try RemovalStep(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600, keys: nil)
        let range = try RemovalRange(sinceMs: 0, untilMs: nil)
        #expect(try await step.mark(["s1", "s2", "nobody"], project: "default", reason: .erased, range: range).sessions == ["s1"])
        #expect(try await bench.row("s1").isEmpty == false)
        #expect(try await bench.row("s2").isEmpty == false)
        let receipt = try await erasure(bench).erase(.user("ann"), project: "default")
        #expect(receipt.sessions == 1 && receipt.deadLetters == 1 && receipt.held == 1)
        #expect(try await bench.row("s1").isEmpty)
        try await bench.expectBalanced()
    }

    @Test("01-108: a bad id stops it before anything is deleted")
    func badID() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft("keep")])
        for dryRun in [true, false] {
            await #expect(throws: SessionRemovalError.invalidSession("bad id!")) {
                try await erasure(bench).erase(.sessions(["keep", "bad id!"]), project: "default", dryRun: dryRun)
            }
        }
        #expect(try await bench.row("keep").isEmpty == false)
    }

    @Test("01-109: an id whose replay has expired gets its tombstone, and its dead letters and queued batches go")
    func expired() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft(), Draft { $0.disposition = .dead(reason: "x") }])
        try await bench.send("DEL", bench.project.session("s1"), bench.project.windows("s1"), bench.project.events("s1", "w1"))
        try await bench.accept(Draft())
        try await bench.send("DEL", bench.shard.lease(0))
        let receipt = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(receipt.sessions == 0 && receipt.deadLetters == 1 && receipt.queued == 1 && receipt.isComplete)
        #expect(try await bench.send("ZSCORE", bench.project.sessions, "s1").isNull)
        #expect(try await bench.store([Draft()]) == [.erased])
        try await bench.expectBalanced()
    }

    @Test("queued batches of the session go at once while nobody owns the partition; those of other sessions and projects stay")
    func unowned() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        // More than one step of the script.
        for number in 0..<150 {
            try await bench.accept(Draft())
            try await bench.accept(Draft("s\(number)x"))
            try await bench.accept(Draft { $0.project = "other" })
        }
        try await bench.send("DEL", bench.shard.lease(0))
        #expect(try await erasure(bench).erase(.sessions(["s1"]), project: "default", dryRun: true).queued == 150)
        let receipt = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(receipt.sessions == 1 && receipt.queued == 150 && receipt.isComplete)
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 300)
        #expect(try await bench.hash(bench.shard.outcomes)["erased"] == "150")
        try await bench.expectBalanced()
    }

    @Test("an owner's batches are left to it: the erasure waits until they have ended as erased, or says how many are pending")
    func owned() async throws {
        let bench = try await CommitBench()
        let drafts = [Draft(), Draft("s2"), Draft()]
        for draft in drafts { try await bench.accept(draft) }
        guard case .acquired = try await bench.leases().acquire(bench.place) else { return }
        let late = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(late.pending == 2 && late.queued == 0 && !late.isComplete)
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 3)
        async let receipt = try erasure(bench, patience: 60).erase(.sessions(["s1"]), project: "default")
        #expect(try await bench.drain(drafts).map(\.outcome) == [.erased, .stored, .erased])
        #expect(try await receipt.isComplete)
        try await bench.expectBalanced()
    }

    @Test("a partition that loses its owner meanwhile is looked through again")
    func ownerDies() async throws {
        let bench = try await CommitBench()
        for _ in 0..<3 { try await bench.accept(Draft()) }
        guard case .acquired = try await bench.leases().acquire(bench.place) else { return }
        async let receipt = try erasure(bench, patience: 60).erase(.sessions(["s1"]), project: "default")
        while try await bench.send("EXISTS", bench.project.erased("s1")).int == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await bench.send("DEL", bench.shard.lease(0))
        let done = try await receipt
        #expect(done.queued == 3 && done.isComplete)
        try await bench.expectBalanced()
    }

    @Test("a late batch that cannot be processed leaves no dead letter of an erased session")
    func lateLetter() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        _ = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        let dead = CommitEntry.Disposition.dead(reason: "x")
        #expect(try await bench.store([Draft { $0.disposition = dead }, Draft("s2") { $0.disposition = dead }]) == [.erased, .dead])
        try await bench.expectBalanced()
    }

    @Test("an attempt made alone is forgotten with its batch")
    func attempts() async throws {
        let bench = try await CommitBench()
        let id = try await bench.accept(Draft())
        try await bench.send("HSET", bench.shard.inflight(0), "first", "\(id)", "last", "\(id)", "alone:\(id)", 2)
        _ = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(try await bench.hash(bench.shard.inflight(0)).keys.contains("alone:\(id)") == false)
        #expect(try await bench.store([Draft("s2")]) == [.stored])
    }

    @Test("01-110: a range goes with stale index entries, inclusive to the millisecond, and counts the same dry")
    func range() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now() / 1000 * 1000
        _ = try await bench.store(
            [-5_001, -5_000, -3_000, -1_000, -999].map { offset in Draft("s\(-offset)") { $0.receivedMs = now + Int64(offset) } })
        try await bench.send("ZADD", bench.project.sessions, "\(now / 1000 - 2)", "ghost")
        let selection = ErasureSelection.range(try RemovalRange(sinceMs: now - 5_000, untilMs: now - 1_000))
        let dry = try await erasure(bench).erase(selection, project: "default", dryRun: true)
        let receipt = try await erasure(bench).erase(selection, project: "default")
        #expect(dry.sessions == 3 && dry.keys == 9)
        #expect(receipt.sessions == 3 && receipt.keys == 9)
        #expect(try await bench.send("ZRANGE", bench.project.sessions, 0, -1).array?.compactMap(\.string) == ["s5001", "s999"])
    }

    @Test("by user: exactly that user's sessions, numbers and texts alike, also those of an earlier login and stale entries")
    func user() async throws {
        let bench = try await CommitBench(shards: 2)
        // Rows and indexes as the commit writes them, in two shards.
        func place(_ session: String, _ users: [String]) async throws {
            let names = bench.schema.project("default", ofSession: session)
            let tokens = users.map { IndexToken(dimension: "user", value: UserToken.value(key: "userId", of: $0)) }
            try await bench.send(
                "HSET", names.session(session), "rev", 1, "updated_at", "1000.000", "by", tokens.map(\.rawValue).joined(separator: " "))
            for token in tokens { try await bench.send("ZADD", names.by(token), 1000, session) }
        }
        for number in 0..<8 { try await place("s\(number)", ["user-42"]) }
        try await place("login", ["anonymous", "user-42"])
        try await place("other", ["user-421"])
        let ghost = bench.schema.project("default", ofSession: "ghost").by(userKey: "userId", of: "user-42")
        try await bench.send("ZADD", ghost, 1000, "ghost")
        #expect(try await erasure(bench).erase(.user("user-42"), project: "default", dryRun: true).sessions == 9)
        let receipt = try await erasure(bench).erase(.user("user-42"), project: "default")
        #expect(receipt.sessions == 9 && receipt.isComplete)
        let rows = try await bench.allKeys().filter { $0.contains(":session:") }
        #expect(rows == [bench.schema.project("default", ofSession: "other").session("other").rawValue])
        #expect(try await bench.allKeys().filter { $0.contains(":by:user:") }.count == 1)
        #expect(try await erasure(bench).erase(.user("user-42"), project: "default").sessions == 0)
    }

    @Test("by user: a session nobody knew when it began is found once its batch has been processed")
    func userInQueue() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([of("7", "known")])
        let drafts = [of("7", "unknown"), of("7", "unknown"), of("8", "else")]
        for draft in drafts { try await bench.accept(draft) }
        guard case .acquired = try await bench.leases().acquire(bench.place) else { return }
        async let receipt = try erasure(bench, patience: 60).erase(.user("7"), project: "default")
        while try await bench.send("EXISTS", bench.project.erased("known")).int == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await bench.drain(drafts)
        let done = try await receipt
        #expect(done.sessions == 2 && done.isComplete, "\(done)")
        #expect(try await bench.allKeys().filter { $0.contains(":session:") } == [bench.project.session("else").rawValue])
    }

    @Test("by user: with batches queued and nobody to process them it says so at once")
    func userUnattended() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([of("7", "known")])
        try await bench.accept(of("7", "unknown"))
        try await bench.send("DEL", bench.shard.lease(0))
        let receipt = try await erasure(bench, patience: 60).erase(.user("7"), project: "default")
        #expect(receipt.sessions == 1 && receipt.pending == 1 && receipt.isUnattended && !receipt.isComplete)
    }

    @Test("by user: held sessions stay in the index, and go after their release")
    func userHeld() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([of("7", "held"), of("7", "free")])
        let hold = try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 86_400)
        #expect(try await hold.hold(project: "default", session: "held", reason: "x"))
        let first = try await erasure(bench).erase(.user("7"), project: "default")
        #expect(first.sessions == 1 && first.held == 1 && !first.isComplete)
        _ = try await hold.release(project: "default", session: "held")
        #expect(try await erasure(bench).erase(.user("7"), project: "default").sessions == 1)
    }

    @Test("by user: without an index, and for nobody, it is refused")
    func userInput() async throws {
        let bench = try await CommitBench()
        let without = try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 60, userKey: "")
        await #expect(throws: SessionRemovalError.noUserKey) { try await without.erase(.user("7"), project: "default") }
        await #expect(throws: SessionRemovalError.blankUser) { try await erasure(bench).erase(.user(" "), project: "default") }
    }

    @Test("a session is in the index of every user it had, up to 32; other dimensions keep the newest value")
    func manyUsers() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store(
            (0..<40).map { number in
                Draft {
                    $0.dimensions = [("browser", "B\(number)"), UserToken.dimension(key: "userId", of: "u\(number)")]
                }
            })
        let tokens = (try await bench.row("s1")["by"] ?? "").split(separator: " ")
        #expect(tokens.count == 33 && tokens.contains("browser:B39"))
        for number in [0, 31] { #expect(try await bench.send("ZCARD", bench.project.by(userKey: "userId", of: "u\(number)")).int == 1) }
        #expect(try await bench.send("EXISTS", bench.project.by(userKey: "userId", of: "u32")).int == 0)
        #expect(try await erasure(bench).erase(.user("u0"), project: "default").sessions == 1)
        #expect(try await bench.allKeys().filter { $0.contains(":by:") }.isEmpty)
    }
}
