import Foundation
import Ingest
import RedisStore
import Testing

@testable import Worker

@Suite("A worker with an event filter")
struct EventFilterWorkerTests {
    static func body(_ events: String) -> [UInt8] { ChunkText.gzip(#"{"sessionId":"s","windowId":"w","events":[\#(events)]}"#) }

    /// The stored events of window `w` of session `s`, as JSON texts.
    static func stored(_ bench: WorkerBench) async throws -> [String] {
        let names = bench.schema.project("default", ofSession: "s")
        let chunks = try await bench.redis.send(RedisCommand("XRANGE", names.events("s", "w"), "-", "+")).array ?? []
        return try chunks.map { chunk in
            let body = chunk.array?[1].pairs?.first { $0.field == "z" }?.value.bytes ?? []
            return String(decoding: try body.withUnsafeBytes { try Gzip.inflate($0, limit: 1 << 20) }, as: UTF8.self)
        }
    }

    @Test("01-34: what the filter changed is stored, redacted once more; what it dropped is not; nothing left is filtered")
    func filtered() async throws {
        let script = try FilterScript(
            """
            if event["data"].get("drop"): answer(None)
            else: answer({"type": 5, "data": {"tag": "x", "payload": "mail b@c.de, was " + str(event["data"])}, "timestamp": event["timestamp"] + 1})
            """)
        try await withBench { bench in
            try await bench.append(
                body: Self.body(#"{"type":3,"data":{"n":1},"timestamp":10},{"type":3,"data":{"drop":1},"timestamp":11}"#), session: "s")
            try await bench.append(body: Self.body(#"{"type":3,"data":{"drop":1},"timestamp":12}"#), session: "s")
            let settings = try script.settings()
            try await bench.work { $0.eventFilter = settings }
            #expect(try await bench.outcomes() == ["stored": 1, "filtered": 1])
            #expect(
                try await Self.stored(bench)
                    == [#"{"events":[{"type": 5, "data": {"tag": "x", "payload": "mail [redacted], was {'n': 1}"}, "timestamp": 11}]}"#])
        }
        script.remove()
    }

    @Test("A batch the filter fails on becomes a dead letter; sent on, it is stored")
    func failing() async throws {
        let script = try FilterScript("answer(event) if os.path.exists(here + '/mended') else os._exit(1)")
        try await withBench { bench in
            try await bench.append(body: Self.body(#"{"type":3,"data":{},"timestamp":10}"#), session: "s")
            let settings = try script.settings()
            try await bench.work { $0.eventFilter = settings }
            #expect(try await bench.outcomes() == ["dead": 1])
            #expect(try await Self.stored(bench).isEmpty)
            let letters = try DeadLetters(client: bench.redis, schema: bench.schema)
            let found = try await letters.list()
            #expect(found.map(\.reason) == [BatchPreparation.filterFailed])

            _ = FileManager.default.createFile(atPath: script.folder.appending(path: "mended").path, contents: nil)
            for letter in found { #expect(try await letters.redrive(letter)) }
            try await bench.work(as: "second") { $0.eventFilter = settings }
            #expect(try await bench.outcomes()["stored"] == 1)
            #expect(try await Self.stored(bench).count == 1)
        }
        script.remove()
    }

    @Test("A worker whose filter cannot be run does not start")
    func cannotStart() async throws {
        try await withBench { bench in
            let settings = EventFilterSettings(command: try EventFilterCommand("/nowhere/filter"))
            await #expect(throws: EventFilterError.self) {
                try await bench.run(workers: ["worker"]) {
                    $0.eventFilter = settings
                } while: {
                }
            }
        }
    }
}
