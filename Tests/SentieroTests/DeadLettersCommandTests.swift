import Foundation
import Logging
import RedisServerFixture
import RedisStore
import Testing

@testable import Sentiero

/// `sentiero dead-letters` against a Redis that holds some: texts, JSON, exit statuses, and the accounts afterwards.
@Suite struct DeadLettersCommandTests {
    struct Counts: Decodable, Equatable { let matched, done: Int }

    struct Letter: Decodable, Equatable {
        let id, reason, project, session: String
        let window: String?
        let attempts, partition: Int?
        let bytes: Int?
    }

    /// Redis with one dead letter per session, accounted for as the worker does it.
    struct Store {
        let redis: RedisServer
        let client: RedisClient
        let keys: KeySchema
        var environment: [String: String] { ["SENTIERO_REDIS_URL": redis.url] }

        init(sessions: [String], environment: [String: String] = [:]) async throws {
            redis = try await RedisServer.start()
            keys = try KeySchema()
            client = RedisClient(configuration: redis.configuration, logger: ConsoleLog.logger(level: .critical))
            let queue = IngestQueue(client: client, schema: keys)
            for session in sessions {
                let place = keys.place(project: "default", session: session)
                let stream = keys.shard(place.shard).ingest(place.partition)
                // Accepted like any batch, then moved by hand to where the worker puts what it cannot process.
                let batch = IngestBatch(
                    project: "default", session: session, window: "w1", batchID: nil, sequence: nil, receivedMs: 1_700_000_000_000,
                    encoding: .identity,
                    eventCount: 1, inflatedBytes: 7, recorder: nil, browser: nil, device: nil, address: nil, country: nil, city: nil, region: nil,
                    timezone: nil, body: Array("hunter2".utf8))
                _ = try await queue.append(batch)
                let entry = try #require(try await client.send(RedisCommand("XRANGE", stream, "-", "+")).array?.last?.array)
                let id = try #require(entry[0].string)
                let command = entry[1].array?.reduce(into: RedisCommand("XADD", keys.shard(place.shard).dead, "*")) { $0.append($1.bytes ?? []) }
                var move = try #require(command)
                for field in ["reason", "commit_error", "attempts", "3", "partition", "\(place.partition)", "entry", id, "at", "1700000000000"] {
                    move.append(field)
                }
                _ = try await client.send(move)
                _ = try await client.send(RedisCommand("XDEL", stream, id))
                _ = try await client.send(RedisCommand("HINCRBY", keys.shard(place.shard).outcomes, "dead", 1))
            }
        }

        func run(_ arguments: String...) async throws -> CommandTests.Run { try await CommandTests.run(["dead-letters"] + arguments, environment) }

        func accounting() async throws -> Accounting { try await OutcomeCounters(client: client, schema: keys).read() }

        func letters() async throws -> [Letter] {
            let run = try await run("list", "--json")
            #expect(run.status == 0)
            return try JSONDecoder().decode([Letter].self, from: Data(run.output.utf8))
        }
    }

    static func counts(_ run: CommandTests.Run) throws -> Counts { try JSONDecoder().decode(Counts.self, from: Data(run.output.utf8)) }

    @Test("list and show: for people and as JSON, never with the body")
    func looks() async throws {
        let store = try await Store(sessions: ["s1", "s2"])
        defer { store.client.shutdown() }
        #expect(try await store.accounting().isBalanced)
        let letters = try await store.letters()
        #expect(letters.map(\.session) == ["s1", "s2"])
        #expect(letters.allSatisfy { $0.reason == "commit_error" && $0.attempts == 3 && $0.window == "w1" && $0.bytes == 7 })
        let plain = try await store.run("list", "--session", "s2")
        #expect(plain.status == 0)
        #expect(plain.output.split(separator: "\n").count == 1)
        #expect(plain.output.contains(letters[1].id))
        #expect(try await store.run("list", "--limit", "1", "--quiet").output.contains(letters[0].id))
        #expect(try await store.run("list", "--reason", "other", "--json").output.filter { !$0.isWhitespace } == "[]")
        // Without a subcommand it lists, too.
        #expect(try await store.run().output.contains(letters[0].id))
        let page = try await store.run("show", letters[0].id)
        #expect(page.status == 0)
        #expect(page.output.contains("session: s1"))
        let json = try await store.run("show", letters[0].id, "--json")
        #expect(try JSONDecoder().decode(Letter.self, from: Data(json.output.utf8)) == letters[0])
        #expect(!(plain.output + page.output + json.output).contains("hunter2"))
        #expect(try await store.run("show", "0/1-1").status == 1)
        #expect(try await store.run("show", "no-id").status == 2)
    }

    @Test("redrive puts the batch back into its partition as it came")
    func redrive() async throws {
        let store = try await Store(sessions: ["s1", "s2"])
        defer { store.client.shutdown() }
        let letters = try await store.letters()
        #expect(try await store.run("redrive", letters[0].id).status == 1, "nobody agreed")
        let dry = try await store.run("redrive", letters[0].id, "--dry-run", "--json")
        #expect(try Self.counts(dry) == Counts(matched: 1, done: 0))
        #expect(try await store.letters().count == 2)
        let run = try await store.run("redrive", letters[0].id, "--yes", "--json")
        #expect(run.status == 0)
        #expect(try Self.counts(run) == Counts(matched: 1, done: 1))
        let place = store.keys.place(project: "default", session: "s1")
        let entries = try await IngestQueue(client: store.client, schema: store.keys).read(place, count: 10)
        let batch = try #require(entries.first).batch.get()
        #expect(batch.session == "s1")
        #expect(batch.body == Array("hunter2".utf8))
        let accounting = try await store.accounting()
        #expect(accounting.isBalanced)
        #expect(accounting.count(.dead) == 1)
        #expect(accounting.queued == 1)
        #expect(accounting.others["redriven"] == 1)
        #expect(try await store.run("redrive", letters[0].id, "--yes").status == 1, "it is gone")
        #expect(try await store.run("redrive", "--all", "--yes").output.contains("1 of 1 put back."))
        #expect(try await store.letters().isEmpty)
        let none = try await store.run("redrive", "--all", "--yes", "--json")
        #expect(none.status == 0)
        #expect(try Self.counts(none) == Counts(matched: 0, done: 0))
    }

    @Test("drop deletes what was named, and says so in the accounts")
    func drop() async throws {
        let store = try await Store(sessions: ["s1", "s2", "s3"])
        defer { store.client.shutdown() }
        let letters = try await store.letters()
        #expect(try await store.run("drop", "--all").status == 1, "nobody agreed")
        #expect(try await store.run("drop", letters[0].id, "--all", "--yes").status == 2)
        #expect(try await store.run("drop", "--all", "--dry-run").output.contains("3 would be dropped."))
        #expect(try await store.run("drop", letters[0].id, "--yes").output.contains("1 of 1 dropped."))
        #expect(try await store.letters().map(\.session) == ["s2", "s3"])
        let run = try await store.run("drop", "--session", "s3", "--yes", "--json")
        #expect(run.status == 0)
        #expect(try Self.counts(run) == Counts(matched: 1, done: 1))
        #expect(try await store.letters().map(\.session) == ["s2"])
        #expect(try await store.run("show", letters[0].id).status == 1)
        let accounting = try await store.accounting()
        #expect(accounting.isBalanced)
        #expect(accounting.count(.dead) == 1)
        #expect(accounting.count(.dropped) == 2)
    }
}
