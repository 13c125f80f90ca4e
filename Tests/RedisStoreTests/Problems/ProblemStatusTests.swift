import Ingest
@testable import RedisStore
import Testing

@Suite("Status of problems")
struct ProblemStatusTests {
    private func store(_ bench: CommitBench) throws -> ProblemStore { try ProblemStore(redis: bench.client, keys: bench.schema) }

    private func problem(_ bench: CommitBench, nowMs: Int64 = 0) async throws -> Problem {
        try #require(try await store(bench).find("f1", project: "default", nowMs: nowMs)?.problem)
    }

    @discardableResult
    private func set(_ bench: CommitBench, _ status: ProblemStatus, untilCount: Int? = nil, until: Double? = nil) async throws -> [String] {
        try await store(bench).set(StatusChange(status, untilCount: untilCount, until: until), of: ["f1"], project: "default", by: "ann")
    }

    @Test("01-62: a resolved problem that happens again is open, as a regression; an ignored one stays ignored", arguments: [1, 4])
    func reopens(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        for session in ["s1", "s2", "s3", "s4"] { try await seed.occurrence("f1", session: session) }
        #expect(try await set(bench, .resolved) == ["f1"])
        let resolved = try await problem(bench)
        #expect(resolved.status == .resolved && resolved.resolvedAt != nil && resolved.regressedAt == nil)
        // An old timestamp counts, too: arrival decides. The shard need not be one that knew the problem.
        try await seed.occurrence("f1", session: "s9") {
            $0.atMs = 1_000
            $0.release = "v2"
        }
        let reopened = try await problem(bench)
        #expect(reopened.status == .open && reopened.resolvedAt == nil && reopened.count == 5)
        #expect(reopened.regressedAt != nil && reopened.regressedRelease == "v2")
        #expect(try await store(bench).noteRegression(of: "f1", project: "default"))
        #expect(try await store(bench).noteRegression(of: "f1", project: "default") == false)
        let noted = try await problem(bench)
        #expect(noted.status == .open && noted.regressedAt != nil && noted.regressedRelease == "v2")

        try await set(bench, .ignored)
        try await seed.occurrence("f1", session: "s1")
        #expect(try await problem(bench).status == .ignored)
        try await set(bench, .resolved)
        #expect(try await problem(bench).regressedAt == nil)
    }

    @Test("it came back where it was first met, whichever shards meet it later")
    func firstRegression() async throws {
        let bench = try await CommitBench(shards: 4)
        let seed = ProblemSeed(bench)
        let now = try await bench.now()
        let sessions = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]
        #expect(Set(sessions.map { bench.schema.place(project: "default", session: $0).shard }).count > 2)
        for session in sessions { try await seed.occurrence("f1", session: session) { $0.receivedMs = now - 1_000 } }
        try await set(bench, .resolved)
        for (number, session) in sessions.enumerated() {
            try await seed.occurrence("f1", session: session) { ($0.receivedMs, $0.release) = (now + 60_000 + Int64(number) * 1_000, "v\(number)") }
        }
        for _ in 0..<2 {
            let back = try await problem(bench)
            #expect(back.status == .open && back.regressedRelease == "v0" && back.regressedAt == Double(now + 60_000) / 1_000)
            try await store(bench).noteRegression(of: "f1", project: "default")
        }
    }

    @Test("a decision is not about a problem of the same name that began after it", arguments: [ProblemStatus.resolved, .ignored])
    func decisionOfAnEarlierLife(status: ProblemStatus) async throws {
        let bench = try await CommitBench()
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await set(bench, status)
        #expect(try await problem(bench).status == status)
        // As when Redis expires its keys, and it comes back before anything was swept.
        let names = bench.project
        try await bench.send("DEL", names.problem("f1"), names.trend("f1"), names.facets("f1"), names.occurrences("f1"), names.affected("f1"))
        try await ProblemSeed(bench).occurrence("f1", session: "s2")
        let again = try await problem(bench)
        #expect(again.status == .open && again.regressedAt == nil && again.count == 1)
        let notices = try AlertNotices(redis: bench.client, keys: bench.schema)
        try await bench.send("XADD", bench.shard.alerts, "*", "kind", "new", "project", "default", "fingerprint", "f1", "at", 1)
        #expect(try await store(bench).occasion(of: try #require(try await notices.next(limit: 9).first)) == .new)
        try await set(bench, status)
        #expect(try await problem(bench).status == status)
    }

    @Test("a decision stays when the shard's part it was made on expires, and others go on")
    func decisionOfManyShards() async throws {
        let bench = try await CommitBench(shards: 4)
        let sessions = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]
        let first = bench.schema.project("default", ofSession: sessions[0])
        let other = try #require(sessions.first { bench.schema.project("default", ofSession: $0) != first })
        try await ProblemSeed(bench).occurrence("f1", session: sessions[0])
        try await set(bench, .ignored)
        try await ProblemSeed(bench).occurrence("f1", session: other)
        try await bench.send("DEL", first.problem("f1"))
        #expect(try await problem(bench).status == .ignored)
    }

    @Test("the newest release is that of the newest occurrence, whatever arrives late")
    func newestRelease() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        for (at, release) in [(now - 60_000, "r1"), (now, "r2"), (now - 600_000, "r0")] {
            _ = try await bench.store([.error(.sample(at: at, release: release))])
        }
        let fingerprint = ProblemDelta.fingerprint("f")
        #expect(try await store(bench).find(fingerprint, project: "default", nowMs: now)?.problem.release == "r2")
    }

    @Test("01-63: resolved_at goes with another status; a status is none of ours or made of nothing; who is not there is not made")
    func statuses() async throws {
        let bench = try await CommitBench()
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await set(bench, .resolved)
        try await set(bench, .ignored)
        #expect(try await problem(bench).resolvedAt == nil)
        #expect(try await bench.hash(bench.project.status("f1"))["resolved_at"] == nil)
        #expect(try await bench.hash(bench.project.problem("f1"))["resolved"] == nil)
        #expect(ProblemStatus(rawValue: "banana") == nil)
        let changed = try await store(bench).set(StatusChange(.resolved), of: ["nobody", "f1", "f1"], project: "default", by: "")
        #expect(changed == ["f1"])
        #expect(try await bench.allKeys().filter { $0.contains("nobody") }.isEmpty)
        let page = try await store(bench).page(ProblemQuery(), project: "default", nowMs: 0)
        #expect(page.problems.map(\.status) == [.resolved])
    }

    @Test("ignored until so many more, or until a time", arguments: [1, 4])
    func bounds(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        for session in ["s1", "s2"] { try await seed.occurrence("f1", session: session) }
        try await set(bench, .ignored, untilCount: 2)
        #expect(try await problem(bench).ignoredUntilCount == 2)
        try await seed.occurrence("f1", session: "s3")
        #expect(try await problem(bench).status == .ignored)
        #expect(try await problem(bench).ignoredUntilCount == 1)
        try await seed.occurrence("f1", session: "s4")
        #expect(try await problem(bench).status == .open)
        try await set(bench, .ignored, until: 5_000)
        #expect(try await problem(bench, nowMs: 4_999_999).ignoredUntil == 5_000)
        #expect(try await problem(bench, nowMs: 5_000_000).status == .open)
        #expect(try await problem(bench, nowMs: 5_000_000).ignoredUntil == nil)
    }

    @Test("an occurrence between the decision and its mark is a regression with a notice; marks that come late are passed over")
    func races() async throws {
        let bench = try await CommitBench()
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        let mark = try Scripts.named("markProblem")
        let keys = [bench.project.problem("f1"), bench.shard.alerts]
        let before = try await bench.now() * 1000 - 60_000_000
        #expect(try await bench.client.run(mark, keys: keys, arguments: ["default", "f1", "resolved", before]).string == "regressed")
        let notice = try await bench.send("XRANGE", bench.shard.alerts, "-", "+").array?.first?.array?[1].pairs ?? []
        #expect(notice.map(\.field) == ["kind", "project", "fingerprint", "session", "window", "at"])
        #expect(notice.first?.value.string == "regression")
        #expect(try await bench.client.run(mark, keys: keys, arguments: ["default", "f1", "ignored", before - 1]).string == "outdated")
        #expect(
            try await bench.client.run(mark, keys: [bench.project.problem("f2"), keys[1]], arguments: ["d", "f2", "open", 1]).string == "absent")
    }

    @Test("01-65: of many decisions at once the last one stands, in every shard", arguments: [1, 4])
    func concurrent(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        for number in 0..<8 { try await ProblemSeed(bench).occurrence("f1", session: "s\(number)") }
        let store = try store(bench)
        for _ in 0..<5 {
            let changed = try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<12 {
                    group.addTask {
                        try await store.set(StatusChange(ProblemStatus.allCases[number % 3]), of: ["f1"], project: "default", by: "")
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(changed.count == 12)
            let decided = try await bench.hash(bench.schema.home(project: "default", fingerprint: "f1").status("f1"))
            for shard in bench.schema.allShards {
                let part = try await bench.hash(shard.project("default").problem("f1"))
                guard !part.isEmpty else { continue }
                #expect(part["decided_at"] == decided["set_at"])
                #expect((part["resolved"] == "1") == (decided["status"] == "resolved"))
            }
        }
    }
}
