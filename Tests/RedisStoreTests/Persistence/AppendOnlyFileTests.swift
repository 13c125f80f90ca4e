import Logging
import RedisServerFixture
@testable import RedisStore
import Testing

@Suite("Append-only file")
struct AppendOnlyFileTests {
    private func rewrites(_ bench: CommitBench) async throws -> Int? {
        try await ServerFacts.read(from: bench.client).info["aof_rewrites"].flatMap { Int($0) }
    }

    /// Waits for the one in progress, too.
    private func rewritten(_ bench: CommitBench) async throws {
        while true {
            let info = try await ServerFacts.read(from: bench.client).info
            if info["aof_rewrite_in_progress"] == "0", info["aof_rewrite_scheduled"] == "0" { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("a rewrite is asked for when none was seen, counts from the look before it, and not again until the interval has passed")
    func interval() async throws {
        let bench = try await CommitBench { $0.appendOnly = true }
        let file = try AppendOnlyFile(client: bench.client, schema: bench.schema)
        #expect(try await file.history() == AppendOnlyFile.History())
        #expect(try await file.look(intervalSeconds: nil) == .watched)
        let first = try #require(try await file.history())
        #expect(first.rewrittenAtMs == nil && first.watchedSinceMs != nil)
        let before = try await rewrites(bench)
        #expect(try await file.look(intervalSeconds: 3_600) == .requested)
        // Whoever looks next finds it asked for, in progress, or done.
        #expect(try await file.look(intervalSeconds: 3_600) == .watched)
        try await rewritten(bench)
        #expect(try await rewrites(bench) == before.map { $0 + 1 })
        #expect(try await file.look(intervalSeconds: 3_600) == .watched)
        let last = try #require(try await file.history()?.rewrittenAtMs)
        let now = try await bench.now()
        #expect((first.watchedSinceMs ?? .max)...now ~= last)
        #expect(try await rewrites(bench) == before.map { $0 + 1 })
        // As if that were long ago, and the claim gone with its time.
        try await bench.send("HSET", bench.schema.appendOnlyFile, "rewritten_at", now - 3_601_000)
        try await bench.send("DEL", bench.schema.rewriteClaim)
        #expect(try await file.look(intervalSeconds: 3_600) == .requested)
        #expect((1...3_600_000).contains(try await bench.timeToLive(bench.schema.rewriteClaim.rawValue)))
    }

    @Test("a rewrite by somebody else is noticed; what was deleted before is in the file no more")
    func noticed() async throws {
        let bench = try await CommitBench { $0.appendOnly = true }
        let file = try AppendOnlyFile(client: bench.client, schema: bench.schema)
        #expect(try await file.look(intervalSeconds: nil) == .watched)
        try await bench.send("BGREWRITEAOF")
        try await rewritten(bench)
        #expect(try await file.look(intervalSeconds: nil) == .watched)
        #expect(try await file.history()?.rewrittenAtMs != nil)
    }

    @Test("of one that runs or failed nothing is claimed; a restart of Redis forgets the one it cut short", arguments: [("1", "1"), ("0", "0")])
    func unfinished(running: String, ok: String) async throws {
        let bench = try await CommitBench()
        func look(_ run: String, _ rewrites: Int, _ running: String, _ ok: String) async throws -> [String] {
            let reply = try await bench.client.run(
                Scripts.named("watchRewrite"), keys: [bench.schema.appendOnlyFile, bench.schema.rewriteClaim],
                arguments: [run, rewrites, running, ok, 1_000, 0])
            return reply.array?.compactMap(\.string) ?? []
        }
        #expect(try await look("a", 0, "0", "1") == ["0", ""])
        let seen = try await bench.hash(bench.schema.appendOnlyFile)["seen_at"] ?? ""
        #expect(try await look("a", 1, running, ok) == ["0", ""])
        #expect(try await look("b", 0, "0", "1") == ["0", ""])
        #expect(try await look("a", 0, "0", "1") == ["0", ""])
        _ = try await look("a", 1, "1", "1")
        #expect(Int(try await look("a", 1, "0", "1")[1]) ?? 0 >= Int(seen) ?? .max)
    }

    @Test("without an append-only file there is nothing to watch; a user without the right is told which")
    func nothing() async throws {
        let bench = try await CommitBench()
        let file = try AppendOnlyFile(client: bench.client, schema: bench.schema)
        #expect(try await file.look(intervalSeconds: 60) == .nothing)
        #expect(try await file.history() == nil)

        let server = try await RedisServer.start {
            $0.appendOnly = true
            $0.users = ["app on >secret ~* +@all -bgrewriteaof"]
        }
        var configuration = server.configuration
        (configuration.username, configuration.password) = ("app", "secret")
        let client = RedisClient(configuration: configuration, logger: Logger(label: "test"))
        defer { client.shutdown() }
        guard case .refused(let message) = try await AppendOnlyFile(client: client, schema: bench.schema).look(intervalSeconds: 60) else {
            return #expect(Bool(false))
        }
        #expect(message.contains("bgrewriteaof"))
    }
}
