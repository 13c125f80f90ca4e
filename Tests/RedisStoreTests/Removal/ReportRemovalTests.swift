import Ingest
@testable import RedisStore
import Testing

@Suite("Removal of what a session left")
struct ReportRemovalTests {
    private func erasure(_ bench: CommitBench) throws -> Erasure {
        try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600, userKey: "userId", patienceSeconds: 0)
    }

    private func removal(_ bench: CommitBench) throws -> SessionRemoval {
        try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600)
    }

    private func store(_ bench: CommitBench) throws -> ProblemStore { try ProblemStore(redis: bench.client, keys: bench.schema) }

    /// A row, as far as a removal looks at it.
    private func row(_ bench: CommitBench, _ session: String, updatedMs: Int64) async throws {
        let names = bench.schema.project("default", ofSession: session)
        try await bench.send("HSET", names.session(session), "rev", 1, "updated_at", "\(updatedMs / 1000).000")
        try await bench.send("ZADD", names.sessions, "\(updatedMs / 1000)", session)
    }

    private func every(_ bench: CommitBench, naming text: String) async throws -> [String] {
        var found: [String] = []
        for key in try await bench.allKeys() {
            let type = try await bench.send("TYPE", key).string
            let content: RedisValue =
                switch type {
                case "hash": try await bench.send("HGETALL", key)
                case "stream": try await bench.send("XRANGE", key, "-", "+")
                case "set": try await bench.send("SMEMBERS", key)
                case "zset": try await bench.send("ZRANGE", key, 0, -1)
                default: try await bench.send("GET", key)
                }
            if key.contains(text) || "\(content.flattened)".contains(text) { found.append(key) }
        }
        return found
    }

    @Test(
        "01-106: a session goes with its occurrences and server events, every copy; others' stay, and the problem with its counts", arguments: [1, 4])
    func session(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        let now = try await bench.now()
        for session in ["gone", "stays"] { try await row(bench, session, updatedMs: now) }
        let user = UserToken.value(key: "userId", of: "ann")
        for number in 0..<3 {
            try await seed.occurrence("f1", session: "gone") {
                $0.message = "secret of gone \(number)"
                $0.user = user
            }
        }
        try await seed.occurrence("f2", session: "stays") { $0.message = "kept" }
        try await seed.occurrence("f2", session: "gone") { $0.message = "secret of gone" }
        try await seed.occurrence("f1", session: "stays") { $0.user = user }
        try await seed.serverEvent("paid", session: "gone")
        try await seed.serverEvent("paid", session: "stays")
        try await seed.serverEvent("paid")

        let dry = try await erasure(bench).erase(.sessions(["gone"]), project: "default", dryRun: true)
        #expect(dry.sessions == 1 && dry.keys == 2 && dry.occurrences == 4 && dry.serverEvents == 1)
        let receipt = try await erasure(bench).erase(.sessions(["gone"]), project: "default")
        #expect(receipt.sessions == 1 && receipt.keys == 2 && receipt.occurrences == 4 && receipt.serverEvents == 1 && receipt.isComplete)
        #expect(try await every(bench, naming: "gone") == [bench.schema.project("default", ofSession: "gone").erased("gone").rawValue])

        let first = try #require(try await store(bench).find("f1", project: "default", nowMs: now))
        #expect(first.problem.count == 4 && first.problem.sessions == 1 && first.problem.users == 1)
        #expect(first.sessions.map(\.session) == ["stays"] && first.trend.count(lastHours: 24, nowMs: now + 10_000) == 4)
        #expect(try await store(bench).occurrences("f1", project: "default", limit: 9).occurrences.map(\.session) == ["stays"])
        let second = try #require(try await store(bench).find("f2", project: "default", nowMs: now)?.problem)
        #expect(second.title == "TypeError: kept" && !second.message.contains("secret"))
        let events = try await ServerEventStore(redis: bench.client, keys: bench.schema).page(ServerEventQuery(), project: "default").events
        #expect(events.map(\.session) == [nil, "stays"])
        // Again: nothing is counted twice.
        let again = try await erasure(bench).erase(.sessions(["gone"]), project: "default")
        #expect(again.occurrences == 0 && again.serverEvents == 0 && again.sessions == 0)
        #expect(try await store(bench).find("f1", project: "default", nowMs: now)?.problem.sessions == 1)
    }

    @Test("01-106: a deletion counts them, too, and so does an erasure by user or range")
    func counts() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        for session in ["s1", "s2", "s3"] {
            try await row(bench, session, updatedMs: now)
            try await ProblemSeed(bench).occurrence("f1", session: session)
            try await ProblemSeed(bench).serverEvent("paid", session: session)
        }
        let deleted = try await removal(bench).remove(["s1"], project: "default", reason: .deleted)
        #expect(deleted.occurrences == 1 && deleted.serverEvents == 1)
        let token = IndexToken(dimension: "user", value: UserToken.value(key: "userId", of: "ann"))
        try await bench.send("HSET", bench.project.session("s2"), "by", token.rawValue)
        try await bench.send("ZADD", bench.project.by(token), now / 1000, "s2")
        let byUser = try await erasure(bench).erase(.user("ann"), project: "default")
        #expect(byUser.occurrences == 1 && byUser.serverEvents == 1)
        let range = try RemovalRange(sinceMs: now - 60_000, untilMs: now + 60_000)
        let byRange = try await erasure(bench).erase(.range(range), project: "default")
        #expect(byRange.occurrences == 1 && byRange.serverEvents == 1)
        #expect(try await store(bench).find("f1", project: "default", nowMs: now)?.problem.count == 3)
    }

    @Test("01-110: an erasure by time takes reports that no session leads to, by their arrival, and counts the same dry", arguments: [1, 4])
    func unattached(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let now = try await bench.now()
        let seed = ProblemSeed(bench)
        try await row(bench, "lives", updatedMs: now)
        for (offset, name) in [(-90_000, "before"), (-50_000, "within"), (-20_000, "within too"), (0, "after")] {
            for session in [nil, "lives", "expired"] {
                try await seed.occurrence("f1", session: session) { ($0.receivedMs, $0.message) = (now + Int64(offset), "said \(name)") }
                try await seed.serverEvent(name, session: session, receivedMs: now + Int64(offset))
            }
        }
        try await seed.occurrence("f2") { ($0.receivedMs, $0.message) = (now - 50_000, "a secret") }
        let range = ErasureSelection.range(try RemovalRange(sinceMs: now - 50_000, untilMs: now - 20_000))
        let dry = try await erasure(bench).erase(range, project: "default", dryRun: true)
        #expect(dry.sessions == 0 && dry.occurrences == 5 && dry.serverEvents == 4)
        let receipt = try await erasure(bench).erase(range, project: "default")
        #expect(receipt.sessions == 0 && receipt.occurrences == 5 && receipt.serverEvents == 4)
        let left = try await store(bench).occurrences("f1", project: "default", limit: 50).occurrences
        #expect(left.count == 8 && left.count { $0.session == nil } == 2 && left.count { $0.session == "lives" } == 4)
        let events = try await ServerEventStore(redis: bench.client, keys: bench.schema).page(ServerEventQuery(), project: "default").events
        #expect(events.count == 8 && events.filter { $0.name.hasPrefix("within") }.allSatisfy { $0.session == "lives" })
        // The counts stay, and the words of what went are nowhere.
        let second = try #require(try await store(bench).find("f2", project: "default", nowMs: now)?.problem)
        #expect(second.count == 1 && second.title == "TypeError" && second.message.isEmpty)
        #expect(try await store(bench).find("f1", project: "default", nowMs: now)?.problem.message.contains("said") == true)
        let again = try await erasure(bench).erase(range, project: "default")
        #expect(again.occurrences == 0 && again.serverEvents == 0)
    }

    @Test("a title that came later than the problem goes with what it came from")
    func laterTitle() async throws {
        let bench = try await CommitBench()
        let key = bench.project.problem(ProblemDelta.fingerprint("a"))
        for message in ["first", "second"] {
            let before = try await bench.now()
            _ = try await bench.store([.error(.sample("a", message: message))])
            #expect(try await bench.hash(key)["title"] == "RuntimeError: \(message)")
            _ = try await erasure(bench).erase(.range(try RemovalRange(sinceMs: before, untilMs: nil)), project: "default")
            #expect(try await bench.hash(key)["title"] == nil)
        }
    }

    @Test("many unattached reports go in steps, and what a hold copied stays")
    func manyUnattached() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        for number in 0..<1_100 { try await ProblemSeed(bench).serverEvent("e\(number)", receivedMs: now - 60_000 + Int64(number)) }
        try await ProblemSeed(bench).occurrence("f1", session: "held") { $0.receivedMs = now - 60_000 }
        try await bench.send("XADD", bench.project.heldReports("held"), "*", "id", "1-1")
        let range = ErasureSelection.range(try RemovalRange(sinceMs: nil, untilMs: now - 30_000))
        let receipt = try await erasure(bench).erase(range, project: "default")
        #expect(receipt.serverEvents == 1_100 && receipt.occurrences == 0)
    }

    @Test("01-107: with its last window the session goes, and what it left stays; an erasure still takes it, also by its user")
    func lastWindow() async throws {
        let bench = try await CommitBench()
        let token = UserToken.dimension(key: "userId", of: "ann")
        _ = try await bench.store([Draft { $0.dimensions = [token, ("browser", "Chrome")] }])
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await ProblemSeed(bench).serverEvent("paid", session: "s1")
        try await bench.send("SET", bench.project.dataKey("s1"), "wrapped")
        #expect(try await removal(bench).removeWindow("w1", session: "s1", project: "default") == .session)
        #expect(try await bench.row("s1").isEmpty)
        #expect(try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 9).count == 1)
        #expect(try await store(bench).find("f1", project: "default", nowMs: 0)?.problem.sessions == 1)
        // What opens it stays with it, and the way by which its user is found.
        #expect(try await bench.send("EXISTS", bench.project.dataKey("s1")).int == 1)
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        let later = try await bench.now() + 3_000_000
        #expect(try await sweeper.sweep(retentionSeconds: 60, errorRetentionSeconds: 86_400, nowMs: later).failures.isEmpty)
        #expect(try await bench.send("ZCARD", bench.project.by("browser", "Chrome")).int == 0)
        let receipt = try await erasure(bench).erase(.user("ann"), project: "default")
        #expect(receipt.occurrences == 1 && receipt.serverEvents == 1 && receipt.keys == 2)
        #expect(try await bench.allKeys().filter { $0.contains(":s1") } == [bench.project.erased("s1").rawValue])
    }

    @Test("01-109: what is left of a session whose replay has expired, or was evicted, is erased by its id", arguments: [1, 4])
    func expired(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await ProblemSeed(bench).serverEvent("paid", session: "s1")
        #expect(try await erasure(bench).erase(.sessions(["s1"]), project: "default", dryRun: true).occurrences == 1)
        let receipt = try await erasure(bench).erase(.sessions(["s1"]), project: "default")
        #expect(receipt.occurrences == 1 && receipt.serverEvents == 1 && receipt.sessions == 1)
        #expect(try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 9).isEmpty)
        #expect(try await every(bench, naming: "s1").allSatisfy { $0.hasSuffix(":erased:s1") })
    }

    @Test("a legal hold keeps copies no limit takes; nothing removes them; a release drops them and gives the expiry back", arguments: [1, 4])
    func hold(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        let now = try await bench.now()
        let names = bench.schema.project("default", ofSession: "s1")
        try await row(bench, "s1", updatedMs: now - 90_000_000)
        try await seed.occurrence("f1", session: "s1") { $0.receivedMs = now - 90_000_000 }
        try await seed.occurrence("f1") { $0.receivedMs = now - 90_000_000 }
        try await seed.serverEvent("paid", session: "s1", receivedMs: now - 90_000_000, payload: "{\"held\":true}")
        try await bench.send("PEXPIRE", names.reports("s1"), 3_600_000)
        let hold = try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 86_400)
        for reason in ["case 7", "case 8"] { #expect(try await hold.hold(project: "default", session: "s1", reason: reason)) }
        #expect(try await bench.send("XLEN", names.heldReports("s1")).int == 2)
        for key in [names.reports("s1"), names.heldReports("s1")] { #expect(try await bench.timeToLive(key.rawValue) == -1) }

        #expect(try await erasure(bench).erase(.sessions(["s1"]), project: "default").held == 1)
        let purged = try await removal(bench).purge(olderThanMs: now - 1_000, project: "default")
        #expect(purged.held == 1 && purged.problems == 1 && purged.occurrences == 2 && purged.serverEvents == 1)
        #expect(try await store(bench).find("f1", project: "default", nowMs: now) == nil)
        let kept = try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 9)
        #expect(kept.map(\.document?.message) == ["boom"] && kept.map(\.fingerprint) == ["f1"])
        let events = ServerEventStore(redis: bench.client, keys: bench.schema)
        #expect(try await events.ofSession("s1", project: "default", limit: 9).map(\.payload) == ["{\"held\":true}"])

        guard case .released(let deadline?) = try await hold.release(project: "default", session: "s1") else { return #expect(Bool(false)) }
        #expect(try await bench.send("EXISTS", names.heldReports("s1")).int == 0)
        #expect(try await bench.send("PEXPIRETIME", names.reports("s1")).int ?? 0 >= Int(deadline))
        #expect(try await erasure(bench).erase(.sessions(["s1"]), project: "default").isComplete)
        #expect(try await every(bench, naming: "s1").allSatisfy { $0.hasSuffix(":erased:s1") })
    }

    @Test("a release lets reports live as long as what they list may, so that an erasure finds it")
    func release() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        try await row(bench, "s1", updatedMs: now)
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        for (errors, ends) in [(500_000, now + 500_000_000), (0, -1), (nil, now + 86_400_000)] as [(Int?, Int64)] {
            let hold = try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 86_400, errorRetentionSeconds: errors)
            #expect(try await hold.hold(project: "default", session: "s1", reason: "x"))
            _ = try await hold.release(project: "default", session: "s1")
            let found = try await bench.send("PEXPIRETIME", bench.project.reports("s1")).int ?? 0
            #expect(errors == 0 ? found == -1 : abs(Int64(found) - ends) < 60_000, "\(errors.map { "\($0)" } ?? "as sessions")")
        }
    }
}

extension RedisValue {
    /// All texts in a reply.
    fileprivate var flattened: [String] { array?.flatMap(\.flattened) ?? [string ?? ""] }
}
