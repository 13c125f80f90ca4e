import Foundation
import Ingest
import RedisServerFixture
import RedisStore
import Testing

@testable import Worker

/// Reports of servers and errors of browsers, from the queue to what is read (docs/errors.md).
@Suite struct ReportWorkTests {
    private static func body(_ message: String, line: Int = 14, batchID: String? = nil) -> [UInt8] {
        let id = batchID.map { #","batchId":"\#($0)""# } ?? ""
        return Array(#"{"exception_class":"RuntimeError","message":"\#(message)","backtrace":["app/x.rb:\#(line):in `f'"]\#(id)}"#.utf8)
    }

    private static let fingerprint = FingerprintRules().fingerprint(
        project: "default", exceptionClass: "RuntimeError", backtrace: ["app/x.rb:14:in `f'"], platform: nil)

    /// Queues a report as the web tier does.
    private static func report(
        _ body: [UInt8], lane: String = "errors", session: String = "", fingerprint: String? = fingerprint, to bench: WorkerBench,
        encryption: Encryption? = nil
    ) async throws {
        _ = try await IngestQueue(client: bench.redis, schema: bench.schema, keys: encryption?.ingest).append(
            IngestBatch(
                lane: lane, project: "default", session: session, window: "", fingerprint: fingerprint, receivedMs: bench.nowMs,
                encoding: .identity, eventCount: 1, inflatedBytes: body.count, body: body))
    }

    @Test("01-42 01-43 01-62 an error becomes a problem, the next counts with its message; a resolved one opens again, an ignored one does not")
    func lifecycle() async throws {
        try await withBench { bench in
            let store = try ProblemStore(redis: bench.redis, keys: bench.schema)
            func problem() async throws -> Problem? {
                try await store.find(Self.fingerprint, project: "default", nowMs: bench.nowMs + 60_000)?.problem
            }
            try await Self.report(Self.body("one", line: 14), to: bench)
            try await Self.report(Self.body("two", line: 99, batchID: "b"), to: bench)
            try await Self.report(Self.body("two", line: 99, batchID: "b"), to: bench)
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 2, "duplicate": 1])
            let found = try #require(try await problem())
            #expect(found.count == 2 && found.title == "RuntimeError: one" && found.message == "two" && found.status == .open)
            let occurrences = try await store.occurrences(Self.fingerprint, project: "default", limit: 5).occurrences
            #expect(occurrences.map(\.document?.message) == ["two", "one"])
            #expect(occurrences.first?.document?.backtrace == ["app/x.rb:99:in `f'"])

            _ = try await store.set(StatusChange(.resolved), of: [Self.fingerprint], project: "default", by: "a")
            #expect(try await problem()?.status == .resolved)
            try await Self.report(Self.body("three"), to: bench)
            try await bench.work()
            let again = try #require(try await problem())
            #expect(again.status == .open && again.resolvedAt == nil && again.count == 3 && again.regressedAt != nil)
            _ = try await store.set(StatusChange(.ignored), of: [Self.fingerprint], project: "default", by: "a")
            try await Self.report(Self.body("four"), to: bench)
            try await bench.work()
            #expect(try await problem()?.status == .ignored)
        }
    }

    @Test("01-65 8 writers of 25 occurrences each, over all partitions and two workers, beside status changes: exactly 200")
    func concurrentWriters() async throws {
        try await withBench { bench in
            let store = try ProblemStore(redis: bench.redis, keys: bench.schema)
            try await bench.run(workers: ["first", "second"]) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for number in 0..<25 {
                                let session = number.isMultiple(of: 2) ? "s\(writer)-\(number % 4)" : ""
                                try await Self.report(Self.body("m\(number)"), session: session, to: bench)
                            }
                        }
                    }
                    group.addTask {
                        for round in 0..<20 {
                            let change = StatusChange(round.isMultiple(of: 2) ? .resolved : .open)
                            _ = try await store.set(change, of: [Self.fingerprint], project: "default", by: "a")
                            try await Task.sleep(for: .milliseconds(5))
                        }
                    }
                    try await group.waitForAll()
                }
                try await bench.waitUntil { try await bench.queued() == 0 }
            }
            #expect(try await bench.outcomes() == ["stored": 200])
            let problem = try await store.find(Self.fingerprint, project: "default", nowMs: bench.nowMs)?.problem
            #expect(problem?.count == 200 && problem?.sessions == 16)
        }
    }

    @Test("01-66 max_problems 2 and three problems: the worker takes the least recently received")
    func maxProblems() async throws {
        try await withBench { bench in
            let prints = ["a", "b", "c"].map { String(repeating: $0, count: 40) }
            try await bench.run(workers: ["first"], change: { $0.maxProblems = 2 }) {
                for print in prints {
                    try await Self.report(Self.body("x"), fingerprint: print, to: bench)
                    try await bench.waitUntil { try await bench.queued() == 0 }
                }
                let names = bench.schema.shard(0).project("default")
                try await bench.waitUntil {
                    try await bench.redis.send(RedisCommand("ZRANGE", names.problems, 0, -1)).array?.compactMap(\.string) == Array(prints[1...])
                }
                #expect(try await bench.redis.send(RedisCommand("EXISTS", names.problem(prints[0]), names.occurrences(prints[0]))).int == 0)
            }
        }
    }

    @Test("errors of a batch become problems of browsers when errors are captured, once", arguments: [true, false])
    func browserErrors(captures: Bool) async throws {
        try await withBench { bench in
            let error =
                #"{"type":5,"data":{"tag":"error","payload":{"message":"x is undefined","source":"a.js","line":3}},"timestamp":\#(bench.nowMs)}"#
            let body = ChunkText.gzip(#"{"sessionId":"s","windowId":"w","batchId":"b","events":[\#(error),\#(error)]}"#)
            for _ in 0..<2 { try await bench.append(body: body, session: "s", batchID: "b") }
            try await bench.work { $0.capturesErrors = captures }
            let store = try ProblemStore(redis: bench.redis, keys: bench.schema)
            let found = try await store.page(ProblemQuery(), project: "default", nowMs: bench.nowMs).problems
            #expect(found.map(\.count) == (captures ? [2] : []))
            #expect(found.map(\.origin) == (captures ? [.browser] : []))
            #expect(try await store.occurrences(ofSession: "s", project: "default", limit: 5).count == (captures ? 2 : 0))
        }
    }

    @Test("01-54 server events are kept with their session; what is no report ends in the dead letters")
    func serverEvents() async throws {
        try await withBench { bench in
            let event = Array(#"{"name":"paid","level":"warn","payload":{"plan":"pro","mail":"a@example.com"}}"#.utf8)
            try await Self.report(event, lane: "track", session: "s", fingerprint: nil, to: bench)
            try await Self.report(event, lane: "track", fingerprint: IngestBatch.fingerprint(ofEvent: "paid"), to: bench)
            try await Self.report(Array("[]".utf8), to: bench)
            try await Self.report(event, lane: "other", to: bench)
            try await bench.work()
            #expect(try await bench.outcomes() == ["stored": 2, "dead": 2])
            let letters = try await DeadLetters(client: bench.redis, schema: bench.schema).list()
            #expect(Set(letters.map(\.reason)) == ["invalid_report", "unknown_lane"])
            let store = ServerEventStore(redis: bench.redis, keys: bench.schema)
            let events = try await store.page(ServerEventQuery(), project: "default").events
            #expect(events.count == 2 && events.allSatisfy { $0.level == .warn && $0.payload?.contains("pro") == true })
            #expect(events.allSatisfy { $0.payload?.contains("example.com") == false })
            #expect(try await store.ofSession("s", project: "default", limit: 5).count == 1)
        }
    }

    @Test("with encryption no text of a report is readable in Redis' streams, and the key opens it", arguments: [false, true])
    func encrypted(isSeparate: Bool) async throws {
        try await withBench { bench in
            let other = RedisClient(
                configuration: {
                    var c = bench.server.configuration; c.database = 1; return c
                }(), logger: bench.logger)
            try await other.connect()
            defer { other.shutdown() }
            let masters = try MasterKeys([Data(repeating: 7, count: 32).base64EncodedString()])
            let encryption = try Encryption(
                masters: masters, client: isSeparate ? other : bench.redis, isSeparate: isSeparate, schema: bench.schema, retentionSeconds: 86_400)
            let event = Array(#"{"name":"paid","payload":{"secret":"plum"}}"#.utf8)
            for session in ["", "s"] {
                try await Self.report(Self.body("secret plum"), session: session, to: bench, encryption: encryption)
                try await Self.report(
                    event, lane: "track", session: session, fingerprint: IngestBatch.fingerprint(ofEvent: "paid"), to: bench, encryption: encryption)
            }
            try await bench.work(encryption: encryption)
            #expect(try await bench.outcomes() == ["stored": 4])
            let names = bench.schema.shard(0).project("default")
            for stream in [names.occurrences(Self.fingerprint), names.track] {
                let entries = try await bench.redis.send(RedisCommand("XRANGE", stream, "-", "+")).array ?? []
                let bodies = entries.compactMap { $0.array?[1].pairs?.first { $0.field == "z" }?.value.bytes }
                #expect(bodies.count == 2)
                for body in bodies { #expect(body.withUnsafeBytes { try? Gzip.inflate($0, limit: 1 << 20) } == nil) }
            }
            let keys = try Encryption(
                masters: masters, client: isSeparate ? other : bench.redis, isSeparate: isSeparate, schema: bench.schema, retentionSeconds: 86_400
            ).sessions
            let store = try ProblemStore(redis: bench.redis, keys: bench.schema, sessionKeys: keys)
            let occurrences = try await store.occurrences(Self.fingerprint, project: "default", limit: 5).occurrences
            #expect(occurrences.map(\.document?.message) == ["secret plum", "secret plum"])
            let events = try await ServerEventStore(redis: bench.redis, keys: bench.schema, sessionKeys: keys)
                .page(ServerEventQuery(), project: "default").events
            #expect(events.count == 2 && events.allSatisfy { $0.payload?.contains("plum") == true })
            // Rotation meets the keys of reports without a session, and a sweep leaves all of them.
            let status = try await KeyRewrap(vault: encryption.vault).status()
            #expect(status.sessions.values.reduce(0, +) == 3)
            var suspects: Set<SessionReference> = []
            for _ in 0..<2 { _ = try await KeySweep(vault: encryption.vault, data: bench.redis).sweep(suspects: &suspects) }
            #expect(try await store.occurrences(Self.fingerprint, project: "default", limit: 5).occurrences.count { $0.document != nil } == 2)
        }
    }
}
