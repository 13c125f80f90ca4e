import RedisStore
import Testing

@Suite("Commit: limits of a session")
struct CommitLimitTests {
    private let three = CommitSettings(maxEventsPerSession: 3)

    private func kept(_ bench: CommitBench, _ windows: String...) async throws -> [[String]] {
        var result: [[String]] = []
        for window in windows { result.append(try await bench.chunks("s1", window).map { $0["t0"] ?? "" }) }
        return result
    }

    private func draft(_ t0: Int64, _ window: String = "w1", full: Bool = false, events: Int = 1) -> Draft {
        Draft("s1", window) {
            $0.t0 = t0
            $0.t1 = t0
            $0.isFull = full
            $0.events = events
        }
    }

    @Test("01-104: with max_events_per_session 3 the three newest of five remain")
    func threeNewest() async throws {
        let bench = try await CommitBench()
        #expect(try await bench.store((1...5).map { draft($0) }, settings: three).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "w1") == [["3", "4", "5"]])
        let row = try await bench.row("s1")
        #expect(row["event_count"] == "3" && row["chunk_count"] == "3" && row["byte_count"] == "60" && row["trimmed"] == "2")
        #expect(row["first_event_at"] == "3" && row["last_event_at"] == "5")
        #expect(try await bench.hash(bench.shard.outcomes)["trimmed_events"] == "2")
        #expect(try await bench.hash(bench.project.windows("s1"))["w1"]?.hasPrefix("3 3 60 3 5 - ") == true)
    }

    @Test("01-104: the same across windows; a window that loses everything is gone")
    func acrossWindows() async throws {
        let bench = try await CommitBench()
        let drafts = [draft(1, "a"), draft(2, "b"), draft(3, "a"), draft(4, "b"), draft(5, "b"), draft(6, "b")]
        #expect(try await bench.store(drafts, settings: three).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "a", "b") == [[], ["4", "5", "6"]])
        #expect(try await bench.row("s1")["window_count"] == "1")
        #expect(try await bench.hash(bench.project.windows("s1")).keys.sorted() == ["b"])
        #expect(try await bench.send("EXISTS", bench.project.events("s1", "a")).int == 0)
    }

    @Test("01-104: the newest full snapshot and what follows it are never dropped; batches are refused until the next one")
    func keepsReplayable() async throws {
        let bench = try await CommitBench()
        let drafts = [draft(1), draft(2, full: true), draft(3), draft(4), draft(5), draft(6, full: true), draft(7), draft(8)]
        let outcomes = try await bench.store(drafts, settings: three)
        // 4 drops 1; 5 may not drop 2; 6 frees what is older than itself.
        #expect(outcomes == [.stored, .stored, .stored, .stored, .limitedEvents, .stored, .stored, .stored])
        #expect(try await kept(bench, "w1") == [["6", "7", "8"]])
        let row = try await bench.row("s1")
        #expect(row["limited"] == "1" && row["trimmed"] == "4" && row["event_count"] == "3")
    }

    @Test("01-104: the same across windows: the newest stay, the window being written stays replayable")
    func newestAcrossWindows() async throws {
        let bench = try await CommitBench()
        let first = [draft(1, "a", full: true), draft(2, "a"), draft(3, "b", full: true), draft(4, "b")]
        #expect(try await bench.store(first, settings: three).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "a", "b") == [["2"], ["3", "4"]])
        // What followed the snapshot that went is next, and its window with it.
        #expect(try await bench.store([draft(5, "b")], settings: three) == [.stored])
        #expect(try await kept(bench, "a", "b") == [[], ["3", "4", "5"]])
        #expect(try await bench.hash(bench.project.windows("s1")).keys.sorted() == ["b"])
        #expect(try await bench.row("s1")["window_count"] == "1")
        // Only the protected range is left: refused until the next full snapshot, in whatever window.
        #expect(try await bench.store([draft(6, "b")], settings: three) == [.limitedEvents])
        #expect(try await bench.store([draft(7, "c", full: true), draft(8, "c"), draft(9, "c")], settings: three) == [.stored, .stored, .stored])
        #expect(try await kept(bench, "b", "c") == [[], ["7", "8", "9"]])
        try await bench.expectConsistent("s1")
    }

    @Test("windows last written longest ago go first, whichever began first")
    func longestAgo() async throws {
        let bench = try await CommitBench()
        let drafts = [
            draft(1, "a", full: true), draft(2, "b", full: true), draft(3, "b"), draft(4, "a"), draft(5, "c", full: true), draft(6, "c"),
        ]
        #expect(try await bench.store(drafts, settings: CommitSettings(maxEventsPerSession: 4)).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "a", "b", "c") == [["1", "4"], [], ["5", "6"]])
    }

    @Test("a window without a full snapshot does not cost the session its newest one")
    func headlessWindow() async throws {
        let bench = try await CommitBench()
        let drafts = [draft(1, "a", full: true), draft(2, "b", full: true), draft(3, "b"), draft(4, "c"), draft(5, "c")]
        #expect(try await bench.store(drafts, settings: three).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "a", "b", "c") == [[], ["2", "3"], ["5"]])
        #expect(try await bench.store([draft(6, "c", events: 2)], settings: three) == [.limitedEvents])
    }

    @Test("full snapshots in a hundred windows end near the limit")
    func hostileWindows() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(maxEventsPerSession: 30, maxBytesPerSession: 300)
        let drafts = (0..<100).map { draft(Int64($0), "w\($0)", full: true, events: 2) }
        #expect(try await bench.store(drafts, settings: settings).allSatisfy { $0 == .stored })
        let row = try await bench.row("s1")
        #expect(row["event_count"] == "30" && row["byte_count"] == "300" && row["window_count"] == "15" && row["chunk_count"] == "15")
        #expect(try await bench.allKeys().filter { $0.contains(":events:s1:") }.count == 15)
        try await bench.expectConsistent("s1")
        // Over the limit on its own: taken, and the rest goes, 16 at a time.
        _ = try await bench.store([draft(100, "big", full: true, events: 50)], settings: settings)
        #expect(try await bench.row("s1")["event_count"] == "50")
        try await bench.expectConsistent("s1")
    }

    @Test("a chunk that no drop makes room for is refused at once, not let in while others go")
    func hopeless() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store((0..<40).map { draft(Int64($0), "old") } + [draft(50, "w", full: true)])
        #expect(try await bench.store([draft(51, "w", events: 3)], settings: three) == [.limitedEvents])
        #expect(try await bench.row("s1")["event_count"] == "41")
        #expect(try await bench.store([draft(51, "w", events: 2)], settings: three) == [.stored])
    }

    @Test("bytes are limited as events are")
    func bytes() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(maxBytesPerSession: 60)
        #expect(try await bench.store((1...5).map { draft($0) }, settings: settings).allSatisfy { $0 == .stored })
        #expect(try await kept(bench, "w1") == [["3", "4", "5"]])
        let large = Draft { $0.size = 61 }
        #expect(try await bench.store([large], settings: settings) == [.limitedBytes])
        #expect(try await kept(bench, "w1") == [["3", "4", "5"]])
    }

    @Test("a first batch over the limit is refused and makes no session, unless it is a full snapshot")
    func firstBatch() async throws {
        let bench = try await CommitBench()
        #expect(try await bench.store([draft(1, events: 4)], settings: three) == [.limitedEvents])
        #expect(try await bench.send("EXISTS", bench.project.session("s1")).int == 0)
        #expect(try await bench.store([draft(1, full: true, events: 4)], settings: three) == [.stored])
    }

    @Test("at most 16 chunks are dropped per call, the rest with the next")
    func boundedWork() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store((1...40).map { draft($0) })
        _ = try await bench.store([draft(41)], settings: three)
        #expect(try await bench.row("s1")["event_count"] == "25")
        _ = try await bench.store([draft(42)], settings: three)
        #expect(try await bench.row("s1")["event_count"] == "10")
        _ = try await bench.store([draft(43)], settings: three)
        #expect(try await kept(bench, "w1") == [["41", "42", "43"]])
    }

    @Test("a session has at most as many windows as set")
    func windows() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(maxWindowsPerSession: 2)
        #expect(
            try await bench.store([draft(1, "a"), draft(2, "b"), draft(3, "c"), draft(4, "a")], settings: settings) == [
                .stored, .stored, .limitedWindows, .stored,
            ])
        #expect(try await bench.row("s1")["limited"] == "1")
    }

    @Test("counts on the row, in the windows and in the streams agree after a seeded mix of limits", arguments: [1, 2, 3])
    func countsAgree(seed: Int) async throws {
        var random = SeededNumbers(seed: UInt64(seed))
        let bench = try await CommitBench()
        let settings = CommitSettings(maxEventsPerSession: 30, maxBytesPerSession: 600, maxWindowsPerSession: 4)
        for _ in 0..<12 {
            let drafts = (0..<10).map { _ in
                Draft("s1", "w\(Int.random(in: 0..<5, using: &random))") {
                    $0.events = Int.random(in: 1...6, using: &random)
                    $0.size = Int.random(in: 1...90, using: &random)
                    $0.isFull = Int.random(in: 0..<6, using: &random) == 0
                    $0.t0 = Int64.random(in: 0..<1000, using: &random)
                    $0.t1 = $0.t0 + 5
                }
            }
            _ = try await bench.store(drafts, settings: settings)
            try await bench.expectConsistent("s1")
        }
    }
}
