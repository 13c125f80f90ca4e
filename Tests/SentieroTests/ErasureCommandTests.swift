import Foundation
import Logging
import RedisServerFixture
import RedisStore
import Testing

@testable import Sentiero

/// `sentiero erase | purge | hold | release | holds` against a Redis that holds sessions: results, exit statuses, the audit log.
@Suite struct ErasureCommandTests {
    struct Receipt: Decodable, Equatable {
        let sessions, keys, occurrences, held, pending, queued: Int
        let server_events, dead_letters: Int
        let dry_run: Bool
        let digest: String?
    }

    struct Store {
        let redis: RedisServer
        let client: RedisClient
        let keys: KeySchema
        let log: String

        init() async throws {
            redis = try await RedisServer.start()
            keys = try KeySchema()
            client = RedisClient(configuration: redis.configuration, logger: ConsoleLog.logger(level: .critical))
            log = redis.directory + "/audit.log"
        }

        var names: ProjectKeys { keys.shard(0).project("default") }

        func run(_ arguments: String...) async throws -> CommandTests.Run {
            try await CommandTests.run(arguments, ["SENTIERO_REDIS_URL": redis.url, "SENTIERO_AUDIT_LOG": log])
        }

        func receipt(_ run: CommandTests.Run) throws -> Receipt { try JSONDecoder().decode(Receipt.self, from: Data(run.output.utf8)) }

        /// As a worker leaves it: one window, one chunk.
        func put(_ session: String, updated: Double = Date.now.timeIntervalSince1970, user: String = "u") async throws {
            let token = IndexToken(dimension: "user", value: UserToken.value(key: "userId", of: user))
            _ = try await client.send([
                RedisCommand("HSET", names.session(session), "rev", 1, "updated_at", "\(updated)", "by", token.rawValue),
                RedisCommand("HSET", names.windows(session), "w", "1 1 1 1 1 - 1-1 1-1 -1 0 1"),
                RedisCommand("XADD", names.events(session, "w"), "1-1", "z", "z"),
                RedisCommand("ZADD", names.sessions, Int(updated), session), RedisCommand("ZADD", names.by(token), Int(updated), session),
            ])
        }

        func sessions() async throws -> [String] {
            try await client.send(RedisCommand("ZRANGE", names.sessions, 0, -1)).array?.compactMap(\.string) ?? []
        }

        func queue(_ session: String) async throws {
            _ = try await IngestQueue(client: client, schema: keys).append(
                IngestBatch(
                    project: "default", session: session, window: "w", receivedMs: 1, encoding: .gzip, eventCount: 1, inflatedBytes: 1, body: [1]))
        }

        /// `action target result` of each line.
        func audited() throws -> [String] {
            struct Line: Decodable {
                struct Detail: Decodable { let state: String? }
                let action, target, result, actor: String
                let detail: Detail?
            }
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return try text.split(separator: "\n").map { line in
                let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                return "\(line.actor) \(line.action) \(line.target) \(line.detail?.state ?? line.result)"
            }
        }
    }

    @Test("by id: the receipt counts what went and is in the audit log; a second time there is nothing")
    func byID() async throws {
        let store = try await Store()
        for session in ["s1", "s2", "s3"] { try await store.put(session) }
        try await store.queue("s1")
        let dry = try store.receipt(try await store.run("erase", "--session", "s1", "--session", "s2", "--dry-run", "--json"))
        #expect(dry.sessions == 2 && dry.keys == 6 && dry.queued == 1 && dry.dry_run && dry.digest == nil)
        #expect(try store.audited().isEmpty)
        let run = try await store.run("erase", "--session", "s1", "--session", "s2", "--yes", "--json")
        #expect(run.status == 0)
        let receipt = try store.receipt(run)
        #expect(receipt.sessions == 2 && receipt.keys == 6 && receipt.queued == 1 && receipt.pending == 0 && receipt.digest?.count == 64)
        #expect(try await store.sessions() == ["s3"])
        #expect(
            try store.audited()
                == ["begun", "ok"].flatMap { ["cli erase_sessions session:s1 \($0)", "cli erase_sessions session:s2 \($0)"] })
        #expect(try String(contentsOfFile: store.log, encoding: .utf8).contains(receipt.digest ?? "-"))
        let again = try await store.run("erase", "--session", "s1", "--yes")
        #expect(again.status == 0 && again.output.hasPrefix("0 sessions erased (0 keys"))
    }

    @Test("by user: only that user's; with batches queued and no worker the status is 1 and says why; the audit log shows a digest")
    func byUser() async throws {
        let store = try await Store()
        try await store.put("s1", user: "user-42")
        try await store.put("s2", user: "user-421")
        let run = try await store.run("erase", "--user", "user-42", "--yes")
        #expect(run.status == 0 && run.output.hasPrefix("1 sessions erased"))
        #expect(try await store.sessions() == ["s2"])
        let user = "cli erase_user user:\(UserToken.value(key: "userId", of: "user-42"))"
        #expect(try store.audited() == [user + " begun", user + " ok"])
        #expect(try !String(contentsOfFile: store.log, encoding: .utf8).contains("user-42"))
        try await store.queue("s9")
        let left = try await store.run("erase", "--user", "user-42", "--yes", "--quiet")
        #expect(left.status == 1)
        #expect(left.errors.contains("1 batches wait in the queue and no worker processes them"))
        #expect(try store.receipt(try await store.run("erase", "--user", "user-42", "--yes", "--json")).pending == 1)
        #expect(try store.audited().last?.hasSuffix(" failed") == true)
    }

    @Test("01-110: by time: dates are days of UTC, the last one included")
    func byTime() async throws {
        let store = try await Store()
        // 2026-03-01 23:59:59.999, 2026-03-02 00:00:00, 2026-03-03 23:59:59.999, 2026-03-04 00:00:00
        for (session, updated) in [("a", 1_772_409_599.999), ("b", 1_772_409_600), ("c", 1_772_582_399.999), ("d", 1_772_582_400)] {
            try await store.put(session, updated: updated)
        }
        let dry = try store.receipt(try await store.run("erase", "--since", "2026-03-02", "--until", "2026-03-03", "--dry-run", "--json"))
        #expect(dry.sessions == 2)
        let run = try await store.run("erase", "--since", "2026-03-02", "--until", "2026-03-03", "--yes")
        #expect(run.status == 0)
        #expect(try await store.sessions() == ["a", "d"])
        let range = "cli erase_where range:2026-03-02T00:00:00Z..2026-03-03T23:59:59.999Z"
        #expect(try store.audited() == [range + " begun", range + " ok"])
        for impossible in ["2026-11-31T10:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T10:61:00Z", "2026-11-21T10:00:00"] {
            #expect(try await store.run("erase", "--since", impossible, "--yes").status == 2)
        }
        #expect(try await store.run("erase", "--since", "2026-03-04T00:00:00.001Z", "--yes").output.hasPrefix("0 sessions"))
        #expect(try await store.run("erase", "--since", "2026-03-04T00:00:00Z", "--yes").output.hasPrefix("1 sessions"))
    }

    @Test("01-111: purge removes what is strictly older, counts first, and leaves an audit entry")
    func purge() async throws {
        let store = try await Store()
        try await store.put("old", updated: 1_772_409_599.999)
        try await store.put("edge", updated: 1_772_409_600)
        try await store.put("new")
        let dry = try await store.run("purge", "--before", "2026-03-02", "--dry-run")
        #expect(dry.status == 0 && dry.output == "1 sessions would be removed (3 keys, 0 dead letters).\n")
        let asked = try await store.run("purge", "--before", "2026-03-02")
        #expect(asked.status == 1 && asked.errors.contains("--yes"))
        #expect(try await store.run("purge", "--before", "2026-03-02", "--yes").output == "1 sessions removed (3 keys, 0 dead letters).\n")
        #expect(try await store.sessions() == ["edge", "new"])
        #expect(try store.audited() == ["cli purge range:..2026-03-01T23:59:59.999Z ok"])
        let expired = try await CommandTests.run(
            ["purge", "--yes"], ["SENTIERO_REDIS_URL": store.redis.url, "SENTIERO_RETENTION_PERIOD": "3600"])
        #expect(expired.status == 0 && expired.output.hasPrefix("1 sessions removed"))
        #expect(try await store.sessions() == ["new"])
    }

    @Test("a hold is listed with its reason, stops erasure with status 1 and purge without, and ends with a release, which asks when it removes")
    func holds() async throws {
        let store = try await Store()
        try await store.put("s1", updated: 1_000_000_000)
        let held = try await store.run("hold", "--session", "s1", "--reason", "case 7")
        #expect(held.status == 0)
        #expect(try await store.run("hold", "--session", "nobody", "--reason", "case 7").status == 1)
        let list = try await store.run("holds")
        #expect(list.status == 0 && list.output.contains("s1") && list.output.contains("case 7"))
        let erase = try await store.run("erase", "--session", "s1", "--yes", "--quiet")
        #expect(erase.status == 1 && erase.errors.contains("1 sessions are under a legal hold"))
        let purge = try await store.run("purge", "--yes", "--quiet")
        #expect(purge.status == 0 && purge.output.hasPrefix("0 sessions removed"))
        let asked = try await store.run("release", "--session", "s1")
        #expect(asked.status == 1 && asked.errors.contains("past its retention"))
        #expect(try await store.run("release", "--session", "s1", "--yes").output.contains("It expires "))
        #expect(try await store.run("release", "--session", "s1").output == "s1 was not held.\n")
        #expect(try await store.run("holds", "--json").output == "[\n\n]\n")
        #expect(try await store.run("erase", "--session", "s1", "--yes").status == 0)
        #expect(
            try store.audited() == [
                "cli hold_session session:s1 ok", "cli hold_session session:nobody failed", "cli erase_sessions session:s1 begun",
                "cli erase_sessions session:s1 failed",
                "cli purge \(try #require(try store.audited().first { $0.contains("purge") }).split(separator: " ")[2]) ok",
                "cli release_session session:s1 ok", "cli erase_sessions session:s1 begun", "cli erase_sessions session:s1 ok",
            ])
    }
}

@Suite struct AppendOnlyFindingTests {
    private func finding(_ rewritten: Int64?, _ watched: Int64?, _ interval: Int? = nil) -> StartupFinding {
        AppendOnlyFinding.finding(
            AppendOnlyFile.History(rewrittenAtMs: rewritten, watchedSinceMs: watched), intervalSeconds: interval,
            now: Date(timeIntervalSince1970: 1_000_000))
    }

    @Test("the age of the last rewrite is shown, and only one that is overdue needs attention")
    func ages() {
        #expect(finding(nil, nil).detail.contains("no worker has looked yet"))
        #expect(finding(nil, 990_000_000).detail.hasPrefix("no rewrite seen in the 2 h"))
        let old = finding(900_000_000, 0)
        #expect(old.status == .ok && old.detail.hasPrefix("last rewritten 27 h ago"))
        #expect(finding(900_000_000, 0, 86_400).status == .ok)
        #expect(finding(900_000_000, 0, 3_600).status == .warning)
        #expect(finding(nil, 990_000_000, 3_600).status == .warning)
    }
}
