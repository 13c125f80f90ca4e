import RedisStore
import Testing

@Suite("Commit: fencing")
struct CommitFencingTests {
    @Test("a lost lease stops commit and announcement, with nothing written")
    func lostLease() async throws {
        let bench = try await CommitBench()
        let id = try await bench.accept(Draft())
        let commit = try bench.commit()
        func attempt() async -> CommitError? {
            do {
                _ = try await commit.apply([Draft().entry(id, revision: .known(nil))], place: bench.place, holder: "worker-1", applied: nil)
                return nil
            } catch { return error }
        }
        func announce() async -> CommitError? {
            do {
                _ = try await commit.begin(bench.place, holder: "worker-1", applied: nil, range: id...id, sessions: [])
                return nil
            } catch { return error }
        }
        #expect(await attempt() == .leaseLost(holder: nil))
        _ = try await bench.leases("worker-2").acquire(bench.place)
        let before = try await bench.send("DEBUG", "DIGEST").string
        #expect(await attempt() == .leaseLost(holder: "worker-2"))
        #expect(await announce() == .leaseLost(holder: "worker-2"))
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
    }

    @Test("a stale applied stops commit and announcement, with nothing written; the same call twice applies once")
    func staleApplied() async throws {
        let bench = try await CommitBench()
        let id = try await bench.accept(Draft())
        _ = try await bench.leases().acquire(bench.place)
        let commit = try bench.commit()
        let entries = [Draft().entry(id, revision: .known(nil))]
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: nil)
        #expect(result.applied.map(\.outcome) == [.stored] && !result.isStale)
        let before = try await bench.send("DEBUG", "DIGEST").string
        await #expect(throws: CommitError.appliedMoved(to: id)) {
            try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: nil)
        }
        await #expect(throws: CommitError.appliedMoved(to: id)) {
            try await commit.begin(bench.place, holder: CommitBench.holder, applied: StreamID("1-1"), range: id...id, sessions: [])
        }
        #expect(try await bench.send("DEBUG", "DIGEST").string == before)
    }

    @Test("the longest prefix whose revisions hold is applied")
    func staleRevision() async throws {
        let bench = try await CommitBench()
        let drafts = [Draft("a"), Draft("b"), Draft("a"), Draft("c")]
        var ids: [StreamID] = []
        for draft in drafts { ids.append(try await bench.accept(draft)) }
        _ = try await bench.leases().acquire(bench.place)
        let commit = try bench.commit()
        let revisions: [CommitEntry.Revision] = [.known(nil), .known(nil), .known(7), .known(nil)]
        let entries = zip(zip(drafts, ids), revisions).map { $0.0.0.entry($0.0.1, revision: $0.1) }
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: nil)
        #expect(result.isStale && result.applied.map(\.entryID) == Array(ids[..<2]))
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 2)
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(ids[1])")
        let again = try await commit.apply(Array(entries[2...]), place: bench.place, holder: CommitBench.holder, applied: ids[1])
        #expect(again.isStale && again.applied.isEmpty)
        // The state it stands on: what the first commit returned.
        let fresh = [
            drafts[2].entry(ids[2], revision: .known(result.applied[0].revision)), drafts[3].entry(ids[3], revision: .known(nil)),
        ]
        let last = try await commit.apply(fresh, place: bench.place, holder: CommitBench.holder, applied: ids[1])
        #expect(!last.isStale && last.applied.map(\.outcome) == [.stored, .stored])
    }

    @Test("a chained entry without an earlier one, or on one whose session was evicted, is stale")
    func chained() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        let rev = try #require(Int(try await bench.row("s1")["rev"] ?? ""))
        let first = try await bench.accept(Draft())
        let second = try await bench.accept(Draft())
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { return }
        let commit = try bench.commit()
        let lone = try await commit.apply(
            [Draft().entry(first, revision: .chained)], place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(lone.isStale && lone.applied.isEmpty)
        // The first of the two leaves the session alone; the second stands on the revision it named, and that is gone.
        try await bench.send("DEL", bench.project.session("s1"), bench.project.windows("s1"), bench.project.events("s1", "w1"))
        let entries = [
            Draft { $0.disposition = .filtered }.entry(first, revision: .known(rev)), Draft().entry(second, revision: .chained),
        ]
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: lease.applied)
        #expect(result.isStale && result.applied.map(\.outcome) == [.filtered])
    }

    @Test("batches of an erased session end as erased, whatever they were computed from")
    func tombstone() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        let rev = try #require(Int(try await bench.row("s1")["rev"] ?? ""))
        let first = try await bench.accept(Draft())
        let second = try await bench.accept(Draft())
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { return }
        let removal = try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 100)
        _ = try await removal.remove(["s1"], project: "default", reason: .erased)
        let commit = try bench.commit()
        let start = try await commit.begin(
            bench.place, holder: CommitBench.holder, applied: lease.applied, range: first...second,
            sessions: [SessionReference(project: "default", session: "s1")])
        #expect(start.sessions[SessionReference(project: "default", session: "s1")] == .init(revision: nil, isErased: true))
        let result = try await commit.apply(
            [Draft().entry(first, revision: .known(rev)), Draft().entry(second, revision: .chained)], place: bench.place,
            holder: CommitBench.holder, applied: lease.applied)
        #expect(result.applied.map(\.outcome) == [.erased, .erased] && !result.isStale)
        #expect(try await bench.send("EXISTS", bench.project.session("s1"), bench.project.events("s1", "w1")).int == 0)
    }

    @Test("a row made again never repeats a revision")
    func revisionsDoNotRepeat() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft(), Draft(), Draft()])
        let before = try #require(Int(try await bench.row("s1")["rev"] ?? ""))
        try await bench.send("DEL", bench.project.session("s1"))
        _ = try await bench.store([Draft()])
        let after = try #require(Int(try await bench.row("s1")["rev"] ?? ""))
        #expect(after > before)
    }

    @Test("several projects and sessions in one call, with the excess of each project")
    func severalProjects() async throws {
        let bench = try await CommitBench()
        let drafts = [Draft("a"), Draft("b"), Draft("c"), Draft("d") { $0.project = "other" }]
        var ids: [StreamID] = []
        for draft in drafts { ids.append(try await bench.accept(draft)) }
        _ = try await bench.leases().acquire(bench.place)
        let commit = try bench.commit(CommitSettings(maxSessions: 2))
        let entries = zip(drafts, ids).map { $0.0.entry($0.1, revision: .known(nil)) }
        let result = try await commit.apply(entries, place: bench.place, holder: CommitBench.holder, applied: nil)
        #expect(result.excessSessions == ["default": 1, "other": 0])
        #expect(try await bench.send("ZCARD", bench.shard.project("other").sessions).int == 1)
    }
}
