import RedisStore
import Testing

@Suite("Commit: expiry")
struct CommitExpiryTests {
    private let hour: Int64 = 3_600_000

    @Test("01-112: every key of a session has the same deadline, retention after its newest batch; shared keys have none of their own")
    func oneDeadline() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(retentionSeconds: 86_400)
        let start = try await bench.now()
        _ = try await bench.store(
            [
                Draft {
                    $0.receivedMs = start; $0.batchID = "a"; $0.dimensions = [("browser", "Chrome")]
                }, Draft("s1", "w2") { $0.receivedMs = start },
            ],
            settings: settings)
        try await expectDeadline(bench, start + 86_400_000)
        // Less than an hour: not worth a write per key. A new window takes the deadline that stands.
        _ = try await bench.store([Draft("s1", "w3") { $0.receivedMs = start + hour / 2 }], settings: settings)
        try await expectDeadline(bench, start + 86_400_000)
        // More: all keys, windows not written to included.
        _ = try await bench.store([Draft("s1", "w2") { $0.receivedMs = start + 2 * hour }], settings: settings)
        try await expectDeadline(bench, start + 86_400_000 + 2 * hour)
        // A late batch does not pull it back.
        _ = try await bench.store([Draft { $0.receivedMs = start - 5 * hour }], settings: settings)
        try await expectDeadline(bench, start + 86_400_000 + 2 * hour)
        #expect(try await bench.row("s1")["updated_at"] == "\((start + 2 * hour) / 1000)." + String("\(1000 + start % 1000)".dropFirst()))
    }

    @Test("with a short retention the deadline follows a recording that goes on", arguments: [3_600, 60])
    func shortRetention(seconds: Int) async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(retentionSeconds: seconds)
        let start = try await bench.now()
        let step = Int64(seconds) * 1000 / 24
        _ = try await bench.store([Draft { $0.receivedMs = start }, Draft("s1", "w2") { $0.receivedMs = start + step }], settings: settings)
        try await expectDeadline(bench, start + Int64(seconds) * 1000)
        _ = try await bench.store([Draft { $0.receivedMs = start + step + 1 }], settings: settings)
        try await expectDeadline(bench, start + Int64(seconds) * 1000 + step + 1)
    }

    @Test("retention 0 keeps for ever, also what had a deadline; setting it again expires again")
    func keepForEver() async throws {
        let bench = try await CommitBench()
        let kept = CommitSettings(retentionSeconds: nil)
        _ = try await bench.store([Draft(), Draft("s1", "w2")])
        _ = try await bench.store([Draft()], settings: kept)
        for key in try await bench.allKeys() where key.contains(":s1") { #expect(try await bench.timeToLive(key) == -1, "\(key)") }
        #expect(try await bench.row("s1")["expires_at"] == nil)
        _ = try await bench.store([Draft()])
        for key in try await bench.allKeys() where key.contains(":s1") { #expect(try await bench.timeToLive(key) > 0, "\(key)") }
    }

    @Test("01-112: no key with personal data is without expiry, whatever happened; ingest and dead streams aside")
    func noImmortalKeys() async throws {
        let bench = try await CommitBench()
        var random = SeededNumbers(seed: 5)
        let settings = CommitSettings(maxEventsPerSession: 12, maxWindowsPerSession: 3)
        let removal = try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 60)
        for _ in 0..<30 {
            let drafts = (0..<6).map { _ in
                Draft("s\(Int.random(in: 0..<5, using: &random))", "w\(Int.random(in: 0..<4, using: &random))") {
                    $0.isFull = Int.random(in: 0..<3, using: &random) == 0
                    $0.batchID = "b\(Int.random(in: 0..<40, using: &random))"
                    $0.receivedMs += Int64.random(in: -7...7, using: &random) * hour
                    $0.dimensions = [("browser", ["Chrome", "Firefox"].randomElement(using: &random)!)]
                }
            }
            _ = try await bench.store(drafts, settings: settings)
            let session = "s\(Int.random(in: 0..<5, using: &random))"
            if Int.random(in: 0..<5, using: &random) == 0 { _ = try await removal.removeWindow("w1", session: session, project: "default") }
            if Int.random(in: 0..<9, using: &random) == 0 { _ = try await removal.remove([session], project: "default", reason: .deleted) }
        }
        let personal = [":session:", ":windows:", ":events:", ":erased:"]
        let keys = try await bench.allKeys().filter { key in personal.contains { key.contains($0) } }
        #expect(keys.count > 4)
        for key in keys { #expect(try await bench.timeToLive(key) > 0, "\(key)") }
        for session in 0..<5 { try await bench.expectConsistent("s\(session)") }
        try await bench.expectBalanced()
    }

    private func expectDeadline(_ bench: CommitBench, _ deadline: Int64, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for key in try await bench.allKeys() {
            let at = try await bench.send("PEXPIRETIME", key).int
            let isOfSession = key.contains(":session:") || key.contains(":windows:") || key.contains(":events:")
            if isOfSession { #expect(at == Int(deadline), "\(key)", sourceLocation: sourceLocation) }
            if key.contains(":by:") || key.hasSuffix(":sessions") { #expect(at == -1, "\(key)", sourceLocation: sourceLocation) }
        }
        #expect(try await bench.row("s1")["expires_at"] == "\(deadline)", sourceLocation: sourceLocation)
    }
}
