import Foundation
import Ingest
import Logging
import RedisServerFixture
import RedisStore
import ServiceLifecycle
import Testing

@testable import Worker

@Suite struct WorkerServiceTests {
    @Test("01-36 a repeated batch is stored once; without ids both are")
    func repeatedBatches() async throws {
        try await withBench { bench in
            for _ in 0..<2 { try await bench.send(session: "s", batchID: "b1") }
            for _ in 0..<2 { try await bench.send(session: "t", batchID: nil) }
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 3, "duplicate": 1])
        }
    }

    @Test func everythingAcceptedEndsInOneOutcome() async throws {
        try await withBench { bench in
            for number in 0..<200 { try await bench.send(session: "s\(number % 17)", batchID: "b\(number)") }
            try await bench.send(session: "old", batchID: "b", receivedMs: 0)
            try await bench.append(body: Array("no gzip".utf8), session: "broken")
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 200, "expired": 1, "dead": 1])
            #expect(try await bench.queued() == 0)
        }
    }

    @Test func batchesOfASessionAreAppliedInOrder() async throws {
        try await withBench { bench in
            for number in 0..<100 { try await bench.send(session: "s", batchID: "b\(number)", timestamp: number) }
            try await bench.work()
            let names = bench.schema.project("default", ofSession: "s")
            let chunks = try await bench.redis.send(RedisCommand("XRANGE", names.events("s", "w"), "-", "+")).array ?? []
            let times = chunks.compactMap { chunk in
                chunk.array?[1].pairs.flatMap { pairs in pairs.first { $0.field == "t0" }?.value.int }
            }
            #expect(times == Array(0..<100))
            let row = try await bench.redis.send(RedisCommand("HGET", names.session("s"), "event_count"))
            #expect(row.int == 100)
        }
    }

    @Test func anotherWorkerTakesOverWhenOneStops() async throws {
        try await withBench { bench in
            try await bench.send(session: "a", batchID: "b1")
            try await bench.work(as: "first")
            try await bench.send(session: "a", batchID: "b2")
            try await bench.work(as: "second")
            #expect(try await bench.outcomes() == ["stored": 2])
        }
    }

    @Test func twoWorkersShareThePartitions() async throws {
        try await withBench { bench in
            try await bench.run(workers: ["first", "second"]) {
                for number in 0..<40 { try await bench.send(session: "s\(number)", batchID: "b") }
                try await bench.waitUntil { try await bench.holders().values.count { $0 == "first" } == 4 }
                try await bench.waitUntil { try await bench.queued() == 0 }
            }
            #expect(try await bench.outcomes() == ["stored": 40])
            #expect(try await bench.holders().isEmpty)
        }
    }

    @Test func anEntryThatKilledItsWorkerThreeTimesAloneIsCondemned() async throws {
        try await withBench { bench in
            let killer = try await bench.send(session: "s", batchID: "b1")
            try await bench.send(session: "s", batchID: "b2")
            // What three workers that died on it leave behind: its range in flight, three attempts alone.
            let place = bench.schema.place(project: "default", session: "s")
            let inflight = bench.schema.shard(place.shard).inflight(place.partition)
            _ = try await bench.redis.send(RedisCommand("HSET", inflight, "first", killer, "last", killer, "alone:\(killer)", 3))
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 1, "dead": 1])
        }
    }

    @Test func threeKillsOfHealthyWorkCondemnNothing() async throws {
        try await withBench { bench in
            let first = try await bench.send(session: "s", batchID: "b1")
            let last = try await bench.send(session: "s", batchID: "b2")
            let place = bench.schema.place(project: "default", session: "s")
            let inflight = bench.schema.shard(place.shard).inflight(place.partition)
            _ = try await bench.redis.send(RedisCommand("HSET", inflight, "first", first, "last", last))
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 2])
        }
    }

    @Test("01-105 the oldest session is evicted, never the one just written")
    func maxSessions() async throws {
        try await withBench { bench in
            for (number, session) in ["a", "b", "c"].enumerated() {
                try await bench.send(session: session, batchID: "b", receivedMs: bench.nowMs - 3_000 + Int64(number) * 1_000)
                try await bench.work { $0.maxSessions = 2 }
            }
            let names = bench.schema.shard(0).project("default")
            let left = try await bench.redis.send(RedisCommand("ZRANGE", names.sessions, 0, -1)).array?.compactMap(\.string)
            #expect(left == ["b", "c"])
        }
    }

    @Test func aRestartOfRedisIsSurvived() async throws {
        try await withBench({
            $0.appendOnly = true; $0.appendFsync = "always"
        }) { bench in
            try await bench.run(workers: ["first"]) {
                try await bench.send(session: "s", batchID: "b1")
                try await bench.waitUntil { try await bench.queued() == 0 }
                bench.server.kill()
                try await Task.sleep(for: .milliseconds(300))
                try await bench.server.restart()
                try await bench.waitUntil { (try? await bench.send(session: "s", batchID: "b2")) != nil }
                try await bench.waitUntil { try await bench.queued() == 0 }
            }
            #expect(try await bench.outcomes()["stored"] == 2)
        }
    }

    @Test("01-29 an error event marks its session when errors are captured", arguments: [true, false])
    func hasErrors(captures: Bool) async throws {
        try await withBench { bench in
            try await bench.append(
                body: ChunkText.gzip(
                    #"{"sessionId":"s","windowId":"w","events":[{"type":5,"data":{"tag":"error","payload":{}},"timestamp":1}],"metadata":{"plan":"pro","has_errors":true}}"#
                ),
                session: "s")
            try await bench.work { $0.capturesErrors = captures }
            let names = bench.schema.project("default", ofSession: "s")
            let row = try await bench.redis.send(RedisCommand("HMGET", names.session("s"), "has_errors", "meta:plan", "meta:has_errors"))
            #expect(row.array?.map(\.string) == [captures ? "true" : nil, #""pro""#, nil])
        }
    }

    @Test("01-26 01-27 metadata of all batches is kept, later values win; {}, an array or a string add none")
    func metadataIsMerged() async throws {
        try await withBench { bench in
            for metadata in [#"{"userId":"user-123","plan":"free"}"#, "{}", "[1]", #""text""#, #"{"plan":"pro","seats":3}"#] {
                let text = #"{"sessionId":"s","windowId":"w","events":[{"type":3,"timestamp":1}],"metadata":\#(metadata)}"#
                try await bench.append(body: ChunkText.gzip(text), session: "s")
            }
            try await bench.work()
            let names = bench.schema.project("default", ofSession: "s")
            let row = try await bench.redis.send(RedisCommand("HGETALL", names.session("s"))).pairs ?? []
            let metadata = row.filter { $0.field.hasPrefix("meta:") }.map { "\($0.field)=\($0.value.string ?? "")" }
            #expect(metadata.sorted() == [#"meta:plan="pro""#, "meta:seats=3", #"meta:userId="user-123""#])
        }
    }

    @Test("the row says where and with what the session was recorded")
    func rowFields() async throws {
        try await withBench { bench in
            let text =
                #"{"sessionId":"s","windowId":"w","recorder":"0.1","events":[{"type":4,"data":{"href":"https://shop.test/a?q=1","width":800,"height":600},"timestamp":1000},{"type":2,"data":{},"timestamp":1001},{"type":4,"data":{"href":"https://shop.test/b","width":800,"height":600},"timestamp":3000}]}"#
            try await bench.append(body: ChunkText.gzip(text), session: "s")
            try await bench.work()
            let names = bench.schema.project("default", ofSession: "s")
            let fields = ["entry_url", "url", "viewport", "event_count", "first_event_at", "last_event_at", "window_count"]
            var command = RedisCommand("HMGET", names.session("s"))
            for field in fields { command.append(field) }
            let row = try await bench.redis.send(command).array?.map(\.string)
            #expect(row == ["https://shop.test/a", "https://shop.test/b", "800x600", "3", "1000", "3000", "1"])
        }
    }
}
