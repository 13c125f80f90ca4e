import RedisStore
import Testing

@Suite("Accounting")
struct AccountingTests {
    @Test(
        "accepted = outcomes + queued after every step of a seeded sequence of commits, removals, erasures, holds, evictions and re-drives",
        arguments: [11, 12, 13, 14])
    func balanced(seed: Int) async throws {
        var random = SeededNumbers(seed: UInt64(seed))
        let bench = try await CommitBench()
        let settings = CommitSettings(maxEventsPerSession: 20, maxBytesPerSession: 900, maxWindowsPerSession: 3, maxSessions: 4)
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let removal = try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 60)
        let erasure = try Erasure(client: bench.client, schema: bench.schema, tombstoneSeconds: 60, userKey: "userId", patienceSeconds: 0)
        let hold = try LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 1_000)
        let eviction = try Eviction(client: bench.client, schema: bench.schema, maxSessions: 4)
        let sweeper = try Sweeper(client: bench.client, schema: bench.schema)
        var waiting: [Draft] = []
        var accepted = 0
        for _ in 0..<60 {
            let session = "s\(Int.random(in: 0..<8, using: &random))"
            switch Int.random(in: 0..<13, using: &random) {
            case 0...3:
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let draft = Draft("s\(Int.random(in: 0..<8, using: &random))", "w\(Int.random(in: 0..<5, using: &random))") {
                        $0.batchID = Bool.random(using: &random) ? "b\(Int.random(in: 0..<30, using: &random))" : nil
                        $0.isFull = Int.random(in: 0..<5, using: &random) == 0
                        $0.events = Int.random(in: 1...5, using: &random)
                        $0.size = Int.random(in: 1...120, using: &random)
                        $0.dimensions = [("browser", ["Chrome", "Firefox", "Safari"].randomElement(using: &random)!)]
                        let dispositions: [CommitEntry.Disposition?] = [.filtered, .expired, .dead(reason: "x"), nil, nil, nil, nil, nil]
                        $0.disposition = dispositions.randomElement(using: &random)!
                    }
                    try await bench.accept(draft)
                    waiting.append(draft)
                    accepted += 1
                }
            case 4, 5:
                try await bench.drain(waiting, settings: settings, chunkSize: Int.random(in: 1...16, using: &random))
                waiting = []
            case 6: _ = try await removal.remove([session], project: "default", reason: .erased)
            case 7: _ = try await removal.removeWindow("w1", session: session, project: "default")
            case 8:
                let step = try await eviction.evictOne(project: "default", shard: 0, writing: [session])
                if case .evicted(let taken, _) = step {
                    #expect(taken != session)
                    #expect(try await bench.send("ZSCORE", bench.project.held, taken).isNull)
                }
            case 9:
                // Nobody owns the partition: what waits of the session goes, too.
                try await bench.send("DEL", bench.shard.lease(0))
                let receipt = try await erasure.erase(.sessions([session]), project: "default")
                if receipt.held == 0 { waiting.removeAll { $0.session == session } }
                #expect(receipt.pending == 0)
            case 10: _ = try await hold.hold(project: "default", session: session, reason: "x")
            case 11: _ = try await hold.release(project: "default", session: session)
            default:
                if Bool.random(using: &random) {
                    for letter in try await letters.list() where try await letters.redrive(letter) {
                        waiting.append(Draft(letter.session, try letter.batch.get().window))
                    }
                } else {
                    _ = try await letters.dropAll()
                    _ = try await sweeper.sweep(retentionSeconds: 1_000, nowMs: try await bench.now())
                }
            }
            let accounting = try await OutcomeCounters(client: bench.client, schema: bench.schema).read()
            #expect(accounting.isBalanced, "\(accounting)")
            #expect(accounting.accepted == accepted && accounting.queued == waiting.count)
        }
        for session in 0..<8 { try await bench.expectConsistent("s\(session)") }
    }
}
