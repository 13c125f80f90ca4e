import Ingest
@testable import RedisStore
import Testing

/// Reads, decisions and removals on what the commit writes.
@Suite("Committed reports")
struct CommittedReportsTests {
    private func store(_ bench: CommitBench) throws -> ProblemStore { try ProblemStore(redis: bench.client, keys: bench.schema) }

    private func problem(_ bench: CommitBench) async throws -> Problem {
        try #require(try await store(bench).find(ProblemDelta.fingerprint("f"), project: "default", nowMs: 2_000_000)?.problem)
    }

    @Test("01-62: resolved, then committed again: open, a regression with its release; noted once; an ignored one stays ignored")
    func regression() async throws {
        let bench = try await CommitBench()
        let fingerprint = ProblemDelta.fingerprint("f")
        _ = try await bench.store([.error(.sample(), session: "s1")])
        func set(_ status: ProblemStatus) async throws {
            #expect(try await store(bench).set(StatusChange(status), of: [fingerprint], project: "default", by: "ann") == [fingerprint])
        }
        try await set(.resolved)
        #expect(try await problem(bench).status == .resolved)
        _ = try await bench.store([.error(.sample(release: "r2"), session: "s2"), .error(.sample(release: "r3"), session: "s3")])
        let reopened = try await problem(bench)
        #expect(reopened.status == .open && reopened.count == 3 && reopened.resolvedAt == nil && reopened.regressedRelease == "r2")
        #expect(try await bench.entries(bench.shard.alerts).map { $0["kind"] } == ["new", "regression"])
        #expect(try await store(bench).noteRegression(of: fingerprint, project: "default"))
        #expect(try await problem(bench).regressedRelease == "r2")
        try await set(.ignored)
        _ = try await bench.store([.error(.sample(), session: "s1")])
        #expect(try await problem(bench).status == .ignored)
    }

    @Test("01-106, 01-109: an erasure takes what was committed, texts too; the next occurrence brings them back; later reports of it end as erased")
    func erasure() async throws {
        let bench = try await CommitBench()
        let erasure = try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 60, userKey: "userId", patienceSeconds: 0)
        _ = try await bench.store([
            .error(.sample(message: "secret"), session: "s1"), .error(.sample(message: "secret two"), session: "s1"),
            .event(ServerEventDraft(name: "paid", level: .info, atMs: 1_000, payload: Array("{}".utf8)), session: "s1"),
        ])
        let receipt = try await erasure.erase(.sessions(["s1"]), project: "default")
        #expect(receipt.occurrences == 2 && receipt.serverEvents == 1 && receipt.sessions == 1)
        let left = try await problem(bench)
        #expect(left.title == "RuntimeError" && left.message.isEmpty && left.count == 2 && left.sessions == 0)
        #expect(try await bench.store([.error(.sample(message: "secret"), session: "s1")]) == [.erased])
        _ = try await bench.store([.error(.sample(message: "new"), session: "s2")])
        let next = try await problem(bench)
        #expect(next.title == "RuntimeError: new" && next.message == "new" && next.sessions == 1)
        try await bench.expectBalanced()
    }

    @Test("a hold taken before and one taken after an occurrence copy alike; nothing is copied twice")
    func held() async throws {
        let bench = try await CommitBench()
        let hold = try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 86_400)
        _ = try await bench.store([Draft(), .error(.sample(), session: "s1")])
        #expect(try await hold.hold(project: "default", session: "s1", reason: "x"))
        let event = ServerEventDraft(name: "paid", level: .info, atMs: 1_000, payload: Array("{}".utf8))
        _ = try await bench.store([.error(.sample(), session: "s1"), .event(event, session: "s1")])
        #expect(try await hold.hold(project: "default", session: "s1", reason: "y"))
        let copies = try await bench.entries(bench.project.heldReports("s1"))
        #expect(copies.count == 3 && Set(copies.compactMap { $0["id"] }).count == 3)
        try await bench.send("DEL", bench.project.occurrences(ProblemDelta.fingerprint("f")), bench.project.track)
        #expect(try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 9).count == 2)
        let events = ServerEventStore(redis: bench.client, keys: bench.schema)
        #expect(try await events.ofSession("s1", project: "default", limit: 9).map(\.name) == ["paid"])
    }

    @Test("01-112: what was decided lives as long as any shard's part, not as the home's")
    func decision() async throws {
        let bench = try await CommitBench()
        let fingerprint = ProblemDelta.fingerprint("f")
        _ = try await bench.store([.error(.sample(), session: "s1")])
        _ = try await store(bench).set(StatusChange(.ignored), of: [fingerprint], project: "default", by: "ann")
        var settings = CommitSettings()
        settings.retentionErrorsSeconds = 60
        _ = try await bench.store([.error(.sample(), session: "s1")], settings: settings)
        #expect(try await bench.timeToLive(bench.project.problem(fingerprint).rawValue) > 0)
        #expect(try await bench.timeToLive(bench.project.status(fingerprint).rawValue) == -1)
        // Redis expires the part; the sweep ends the decision.
        try await bench.send("DEL", bench.project.problem(fingerprint))
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        _ = try await sweeper.sweep(retentionSeconds: 60, nowMs: try await bench.now())
        #expect(try await bench.send("EXISTS", bench.project.status(fingerprint)).int == 0)
        #expect(try await bench.send("ZCARD", bench.project.problems).int == 0)
    }
}
