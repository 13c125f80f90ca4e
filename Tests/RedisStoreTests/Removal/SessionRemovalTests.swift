import RedisStore
import Testing

@Suite("Session removal")
struct SessionRemovalTests {
    private func removal(_ bench: CommitBench) throws -> SessionRemoval {
        try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 3_600)
    }

    private func dated(_ session: String, _ receivedMs: Int64) -> Draft {
        Draft(session) { $0.receivedMs = receivedMs }
    }

    @Test("01-106: a deleted session's replay is gone with all its keys, other sessions stay, its dead letters go")
    func delete() async throws {
        let bench = try await CommitBench()
        let draft = Draft {
            $0.dimensions = [("browser", "Chrome")]; $0.hasErrors = true; $0.batchID = "a"
        }
        _ = try await bench.store([draft, Draft("s1", "w2"), Draft("s2"), Draft { $0.disposition = .dead(reason: "x") }])
        let counts = try await removal(bench).remove(["s1"], project: "default", reason: .deleted)
        #expect(counts.sessions == 1 && counts.keys == 4 && counts.chunks == 2 && counts.events == 2 && counts.deadLetters == 1)
        #expect(try await bench.allKeys().filter { $0.contains("s1") } == [bench.project.erased("s1").rawValue])
        let tombstone = try #require(try await bench.send("GET", bench.project.erased("s1")).string)
        #expect(tombstone.hasPrefix("deleted 1") || tombstone.hasPrefix("deleted 2"))
        #expect((1...3_600_000).contains(try await bench.timeToLive(bench.project.erased("s1").rawValue)))
        for key in [bench.project.sessions, bench.project.sessionsByCreation, bench.project.sessionsByEvents, bench.project.by("browser", "Chrome")] {
            #expect(try await bench.send("ZSCORE", key, "s1").isNull, "\(key)")
        }
        #expect(try await bench.row("s2")["event_count"] == "1")
        #expect(try await bench.store([Draft()]) == [.erased])
        try await bench.expectBalanced()
    }

    @Test("01-107: the last window takes its session with it; another leaves counts, bounds and updated_at right")
    func deleteWindow() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([
            Draft {
                $0.t0 = 100; $0.t1 = 900; $0.events = 3
            },
            Draft("s1", "w2") {
                $0.t0 = 200; $0.t1 = 300; $0.events = 2; $0.batchID = "x"
            },
        ])
        let before = try await bench.row("s1")
        #expect(try await removal(bench).removeWindow("nope", session: "s1", project: "default") == .absent)
        #expect(try await removal(bench).removeWindow("w1", session: "s1", project: "default") == .window)
        let after = try await bench.row("s1")
        #expect(after["updated_at"] == before["updated_at"] && after["expires_at"] == before["expires_at"])
        #expect(Int(after["rev"] ?? "") == Int(before["rev"] ?? "").map { $0 + 1 })
        #expect(after["first_event_at"] == "200" && after["last_event_at"] == "300" && after["event_count"] == "2")
        try await bench.expectConsistent("s1")
        #expect(try await removal(bench).removeWindow("w2", session: "s1", project: "default") == .session)
        #expect(try await bench.allKeys().filter { $0.contains("s1") } == [bench.project.erased("s1").rawValue])
        #expect(try await removal(bench).removeWindow("w2", session: "s1", project: "default") == .absent)
    }

    @Test("01-108: a bad id stops an erasure before anything is deleted; present and absent ids count the present")
    func list() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft("keep"), Draft("gone")])
        await #expect(throws: SessionRemovalError.invalidSession("bad id!")) {
            try await removal(bench).remove(["keep", "bad id!"], project: "default", reason: .erased)
        }
        #expect(try await bench.row("keep").isEmpty == false)
        #expect(try await removal(bench).remove(["gone", "absent"], project: "default", reason: .erased).sessions == 1)
        #expect(try await removal(bench).remove(["gone", "absent"], project: "default", reason: .erased).sessions == 0)
        // Its batches may still wait in the queue.
        #expect(try await bench.store([Draft("absent")]) == [.erased])
    }

    @Test("01-110: a range needs bounds the right way round")
    func bounds() async throws {
        #expect(throws: SessionRemovalError.noBounds) { try RemovalRange(sinceMs: nil, untilMs: nil) }
        #expect(throws: SessionRemovalError.invertedBounds) { try RemovalRange(sinceMs: 2, untilMs: 1) }
        _ = try RemovalRange(sinceMs: 1, untilMs: 1)
    }

    @Test("01-110: five matches in batches of two are all erased, also with stale index entries; bounds are inclusive to the millisecond")
    func range() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now() / 1000 * 1000
        let drafts =
            [dated("before", now - 5_001)] + (0..<5).map { dated("match\($0)", now - 5_000 + Int64($0) * 1000) } + [dated("after", now - 999)]
        _ = try await bench.store(drafts)
        for (index, ghost) in ["ghost1", "ghost2", "ghost3"].enumerated() {
            for key in [bench.project.sessions, bench.project.sessionsByCreation, bench.project.sessionsByEvents] {
                try await bench.send("ZADD", key, "\(now / 1000 - 5 + Int64(index))", ghost)
            }
        }
        let range = try RemovalRange(sinceMs: now - 5_000, untilMs: now - 1_000)
        let removal = try removal(bench)
        #expect(try await removal.count(range, project: "default") == 9)
        #expect(try await removal.remove(range, project: "default", reason: .erased, batch: 2).sessions == 5)
        #expect(try await bench.send("ZRANGE", bench.project.sessions, 0, -1).array?.compactMap(\.string) == ["before", "after"])
        #expect(try await bench.send("EXISTS", bench.project.erased("ghost1")).int == 0)
        #expect(try await removal.remove(range, project: "default", reason: .erased, batch: 2).sessions == 0)
    }

    @Test("01-111: purge without retention does nothing; with it, what is strictly older goes, and a second run returns 0")
    func purge() async throws {
        let bench = try await CommitBench()
        let now = try await bench.now()
        _ = try await bench.store(
            [dated("old", now - 100_001), dated("edge", now - 100_000), dated("new", now)], settings: CommitSettings(retentionSeconds: nil))
        let removal = try removal(bench)
        #expect(try await removal.purgeExpired(retentionSeconds: nil, nowMs: now, project: "default").sessions == 0)
        #expect(try await removal.purgeExpired(retentionSeconds: 100, nowMs: now, project: "default").sessions == 1)
        #expect(try await removal.purgeExpired(retentionSeconds: 100, nowMs: now, project: "default").sessions == 0)
        #expect(try await bench.send("ZRANGE", bench.project.sessions, 0, -1).array?.compactMap(\.string) == ["edge", "new"])
        #expect(try await bench.send("GET", bench.project.erased("old")).string?.hasPrefix("purged ") == true)
    }

    @Test("ranges go over all shards, and stay inside the project")
    func shards() async throws {
        let bench = try await CommitBench(shards: 4)
        for number in 0..<12 {
            for project in ["default", "other"] {
                let names = bench.schema.project(project, ofSession: "s\(number)")
                try await bench.send("HSET", names.session("s\(number)"), "rev", 1, "updated_at", "\(1000 + number).000")
                try await bench.send("ZADD", names.sessions, 1000 + number, "s\(number)")
            }
        }
        let counts = try await removal(bench).remove(RemovalRange(sinceMs: nil, untilMs: 1_005_000), project: "default", reason: .erased, batch: 1)
        #expect(counts.sessions == 6)
        #expect(try await bench.allKeys().filter { $0.contains(":other:session:") }.count == 12)
    }
}
