import Foundation
import Ingest
import Logging
import RedisServerFixture
import RedisStore
import Testing

@testable import Worker

/// The worker on sealed batches: opens, redacts, seals for the session (docs/encryption.md).
@Suite struct EncryptedWorkTests {
    private static func masters(_ bytes: UInt8...) throws -> MasterKeys {
        try MasterKeys(bytes.map { Data(repeating: $0, count: 32).base64EncodedString() })
    }

    /// Another process of the deployment.
    private static func encryption(_ bench: WorkerBench, _ masters: MasterKeys, keyRedis: RedisClient? = nil) throws -> Encryption {
        try Encryption(
            masters: masters, client: keyRedis ?? bench.redis, isSeparate: keyRedis != nil, schema: bench.schema, retentionSeconds: 86_400)
    }

    private static func text(_ session: String, _ events: String) -> [UInt8] {
        ChunkText.gzip(#"{"sessionId":"\#(session)","windowId":"w","events":[\#(events)]}"#)
    }

    private static func accept(_ bench: WorkerBench, _ encryption: Encryption?, session: String, events: String, receivedMs: Int64? = nil)
        async throws
    {
        _ = try await IngestQueue(client: bench.redis, schema: bench.schema, keys: encryption?.ingest).append(
            IngestBatch(
                project: "default", session: session, window: "w", receivedMs: receivedMs ?? bench.nowMs, encoding: .gzip, eventCount: 1,
                inflatedBytes: 100, body: text(session, events)))
    }

    private static func page(_ bench: WorkerBench, _ encryption: Encryption?, session: String) async throws -> EventPage {
        let reader = EventReader(store: try SessionStore(redis: bench.redis, keys: bench.schema), keys: encryption?.sessions)
        return try await reader.page(EventRange(), limit: 100, session: session, window: "w", project: "default")
    }

    @Test("clear and sealed batches of one session are stored and read together, before and after it was switched on")
    func mixed() async throws {
        try await withBench { bench in
            let masters = try Self.masters(1)
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":1}"#)
            try await bench.work()
            // Accepted before, processed after.
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":2}"#)
            let web = try Self.encryption(bench, masters)
            try await Self.accept(bench, web, session: "s", events: #"{"type":3,"timestamp":3}"#)
            try await bench.work(encryption: try Self.encryption(bench, masters))
            #expect(try await bench.outcomes() == ["stored": 3])
            let chunks = try await bench.redis.send(
                RedisCommand("XRANGE", bench.schema.project("default", ofSession: "s").events("s", "w"), "-", "+"))
            let versions = chunks.array?.compactMap { $0.array?[1].pairs?.first { $0.field == "v" }?.value.string }
            #expect(versions == ["1", "2", "2"])
            let page = try await Self.page(bench, try Self.encryption(bench, masters), session: "s")
            #expect(page.events.map(\.position.timestamp) == [1, 2, 3])
            #expect(page.locked == 0)
            let without = try await Self.page(bench, nil, session: "s")
            #expect(without.events.count == 1)
            #expect(without.locked == 2)
            #expect(without.keyFault == .notConfigured)
        }
    }

    @Test("a batch whose key is gone or retired becomes a dead letter, can be re-driven, and holds nobody up")
    func unreadable() async throws {
        try await withBench { bench in
            let web = try Self.encryption(bench, try Self.masters(1))
            try await Self.accept(bench, web, session: "a", events: #"{"type":3,"timestamp":1}"#)
            try await Self.accept(bench, nil, session: "b", events: #"{"type":3,"timestamp":1}"#)
            // Older than retention: needs no key to end.
            try await Self.accept(bench, web, session: "c", events: #"{"type":3,"timestamp":1}"#, receivedMs: 0)
            try await bench.work(encryption: try Self.encryption(bench, try Self.masters(2)))
            #expect(try await bench.outcomes() == ["dead": 1, "stored": 1, "expired": 1])
            let letters = try DeadLetters(client: bench.redis, schema: bench.schema)
            let letter = try #require(try await letters.list().first)
            #expect(letter.reason == "unreadable_key")
            #expect(try letter.batch.get().isSealed)
            // A worker without any key does the same.
            try await letters.redrive(letter)
            try await bench.work()
            #expect(try await letters.list().map(\.reason) == ["unreadable_key"])
            try await letters.redrive(try #require(try await letters.list().first))
            try await bench.work(encryption: try Self.encryption(bench, try Self.masters(2, 1)))
            #expect(try await bench.outcomes() == ["stored": 2, "expired": 1])
        }
    }

    @Test("a session whose key is wrapped by a retired master key takes no more, and its old part is not touched")
    func retired() async throws {
        try await withBench { bench in
            let old = try Self.encryption(bench, try Self.masters(1))
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":1}"#)
            try await bench.work(encryption: old)
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":2}"#)
            let new = try Self.encryption(bench, try Self.masters(2))
            try await bench.work(encryption: new)
            #expect(try await bench.outcomes() == ["stored": 1, "dead": 1])
            let page = try await Self.page(bench, new, session: "s")
            #expect(page.events.isEmpty)
            #expect(page.keyFault == .unknownMaster(try Self.masters(1).currentID))
            #expect(try await Self.page(bench, try Self.encryption(bench, try Self.masters(1)), session: "s").events.count == 1)
        }
    }

    @Test("an evicted session that comes back gets another key; a lost key costs the old part only")
    func recreated() async throws {
        try await withBench { bench in
            let worker = try Self.encryption(bench, try Self.masters(1))
            let reader = try Self.encryption(bench, try Self.masters(1))
            let names = bench.schema.project("default", ofSession: "s")
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":1}"#)
            try await bench.work(encryption: worker)
            #expect(try await Self.page(bench, reader, session: "s").events.count == 1)
            let first = try await bench.redis.send(RedisCommand("GET", names.dataKey("s"))).bytes
            let eviction = try Eviction(client: bench.redis, schema: bench.schema, maxSessions: 1)
            _ = try await bench.redis.send(RedisCommand("ZADD", names.sessions, 1, "other"))
            _ = try await bench.redis.send(RedisCommand("ZADD", names.sessions, 0, "s"))
            #expect(try await eviction.evictOne(project: "default", shard: 0) == .evicted(session: "s", excess: 0))
            // The same worker, which remembers the old key; the same reader, too.
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":2}"#)
            try await bench.work(encryption: worker)
            #expect(try await bench.redis.send(RedisCommand("GET", names.dataKey("s"))).bytes != first)
            #expect(try await Self.page(bench, reader, session: "s").events.map(\.position.timestamp) == [2])
            // Lost under a session that lives: the commit notices, another key is made.
            _ = try await bench.redis.send(RedisCommand("DEL", names.dataKey("s")))
            try await Self.accept(bench, nil, session: "s", events: #"{"type":3,"timestamp":3}"#)
            try await bench.work(encryption: worker)
            // A reader that has not seen the lost one.
            let page = try await Self.page(bench, try Self.encryption(bench, try Self.masters(1)), session: "s")
            #expect(page.events.map(\.position.timestamp) == [3])
            #expect((page.locked, page.keyFault) == (1, .damaged))
            #expect(try await bench.outcomes() == ["stored": 3])
        }
    }

    @Test("without its Redis of the keys a worker waits and condemns nothing")
    func keyRedisAway() async throws {
        let keyServer = try await RedisServer.start {
            $0.appendOnly = true
            $0.appendFsync = "always"
        }
        try await withBench { bench in
            var configuration = keyServer.configuration
            configuration.commandTimeoutMs = 500
            let keyRedis = RedisClient(configuration: configuration, logger: bench.logger)
            defer { keyRedis.shutdown() }
            let encryption = try Self.encryption(bench, try Self.masters(1), keyRedis: keyRedis)
            try await Self.accept(bench, encryption, session: "s", events: #"{"type":3,"timestamp":1}"#)
            try await bench.run(workers: ["one"], encryption: encryption) {
                try await bench.waitUntil { try await bench.queued() == 0 }
                keyServer.kill()
                try await Self.accept(bench, nil, session: "t", events: #"{"type":3,"timestamp":1}"#)
                // Known keys need no Redis.
                try await Self.accept(bench, encryption, session: "s", events: #"{"type":3,"timestamp":2}"#)
                try await Task.sleep(for: .milliseconds(1_500))
                #expect(try await bench.outcomes()["dead"] == nil)
                #expect(try await bench.queued() >= 1)
                try await keyServer.restart()
                try await bench.waitUntil { try await bench.queued() == 0 }
            }
            #expect(try await bench.outcomes() == ["stored": 3])
            #expect(try await Self.page(bench, encryption, session: "t").events.count == 1)
        }
    }

    @Test("an erased session gets no key again")
    func erased() async throws {
        try await withBench { bench in
            let encryption = try Self.encryption(bench, try Self.masters(1))
            try await Self.accept(bench, encryption, session: "s", events: #"{"type":3,"timestamp":1}"#)
            try await bench.work(encryption: encryption)
            let removal = try SessionRemoval(client: bench.redis, schema: bench.schema, tombstoneSeconds: 600, keys: encryption.sessions)
            _ = try await removal.remove(["s"], project: "default", reason: .erased)
            for timestamp in [2, 3] {
                try await Self.accept(bench, encryption, session: "s", events: #"{"type":3,"timestamp":\#(timestamp)}"#)
            }
            try await bench.work(encryption: encryption)
            #expect(try await bench.outcomes() == ["stored": 1, "erased": 2])
            let key = bench.schema.project("default", ofSession: "s").dataKey("s")
            #expect(try await bench.redis.send(RedisCommand("EXISTS", key)).int == 0)
        }
    }
}
