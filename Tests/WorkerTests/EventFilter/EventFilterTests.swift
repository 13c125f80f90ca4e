import Foundation
import Ingest
import Logging
import Testing

@testable import Worker

/// Filters as real processes, without Redis.
@Suite("Event filter")
struct EventFilterTests {
    static func batch(_ events: [String]) throws -> RedactedBatch {
        let maker = ChunkMaker(limits: EnvelopeLimits(), redactor: Redactor())
        let body = #"{"sessionId":"s","windowId":"w","events":[\#(events.joined(separator: ","))]}"#
        guard case .redacted(let batch) = maker.redact(Array(body.utf8), encoding: .identity, expectedBytes: 0, receivedMs: 0) else { throw Unread() }
        return batch
    }

    struct Unread: Error {}

    static let events = (1...3).map { #"{"type":3,"data":{"n":\#($0)},"timestamp":\#($0)}"# }

    /// The answers as text, and what was counted.
    static func ask(_ script: FilterScript, _ events: [String] = events, timeoutMs: Int = 300_000) async throws -> (
        answers: Result<[String], EventFilterError>, counts: WorkerMetrics.EventFilterCounts
    ) {
        let metrics = WorkerMetrics()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let filter = EventFilter(settings: try script.settings(timeoutMs: timeoutMs), redactor: Redactor(), metrics: metrics, logger: logger)
        let batch = try batch(events)
        let result: Result<[String], EventFilterError>
        do throws(EventFilterError) {
            try await filter.start()
            result = .success(
                try await filter.answers(to: batch, project: "default", session: "s", window: "w").map { answer in
                    switch answer {
                    case .event(let event): String(decoding: event, as: UTF8.self)
                    case .dropped: "dropped"
                    case .invalid: "invalid"
                    }
                })
        } catch {
            result = .failure(error)
        }
        await filter.stop()
        script.remove()
        return (result, metrics.snapshot.eventFilter)
    }

    @Test("01-34: events are replaced, dropped or refused one by one, in order")
    func oneByOne() async throws {
        let script = try FilterScript(
            """
            n = event["data"]["n"]
            answer('{"type":3,"data":{},"timestamp":7}' if n == 1 else None if n == 2 else "what?")
            """)
        let (answers, counts) = try await Self.ask(script)
        #expect(answers == .success([#"{"type":3,"data":{},"timestamp":7}"#, "dropped", "invalid"]))
        #expect(counts.failures.isEmpty)
    }

    @Test("It is told who and what, and gets nothing of the worker's configuration and connections")
    func told() async throws {
        setenv("SENTIERO_EVENT_FILTER_TEST_SECRET", "hunter2", 1)
        // Not marked to be closed by the start of another program.
        let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        let script = try FilterScript(
            """
            files = [os.readlink("/proc/self/fd/" + name) for name in os.listdir("/proc/self/fd") if os.path.islink("/proc/self/fd/" + name)]
            secrets = [name for name in os.environ if "SENTIERO" in name or "hunter2" in os.environ[name]]
            event["data"] = [line["project"], line["session"], line["window"]] + secrets + [file for file in files if file.startswith("socket")]
            answer(event)
            """)
        let (answers, _) = try await Self.ask(script, [Self.events[0]])
        let told = try answers.get()
        var status = stat()
        fstat(connection, &status)
        // Foundation's own socket, by which it sees the end of the program, is one more.
        #expect(told.count == 1 && told.allSatisfy { $0.hasPrefix(#"{"type": 3, "data": ["default", "s", "w", "socket:["#) })
        #expect(!told.joined().contains("socket:[\(status.st_ino)]"))
    }

    @Test("A batch far larger than a pipe holds passes, both ways at once")
    func large() async throws {
        let script = try FilterScript("answer(event)")
        let text = String(repeating: "x", count: 300_000)
        let events = (0..<5).map { #"{"type":3,"data":{"n":\#($0),"text":"\#(text)"},"timestamp":1}"# }
        let (answers, counts) = try await Self.ask(script, events)
        #expect(try answers.get().map(\.count) == events.map { $0.count + 8 })  // with spaces after colons and commas
        #expect(counts.failures.isEmpty)
    }

    @Test(
        "What fails is killed, started again and asked once more; then the batch is given up",
        arguments: [
            ("os._exit(3)", EventFilterError.ended("with status 3"), 300_000),
            ("os.kill(os.getpid(), signal.SIGKILL)", .ended("by signal 9"), 300_000),
            ("time.sleep(600)", .timeout(300), 300), ("answer('null\\nnull')", .outOfStep, 300_000),
            ("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)", .timeout(300), 300),
            ("answer('x' * 2000000)", .tooMuchOutput(1_048_576 + 2 * 97), 300_000),
        ])
    func fails(_ body: String, _ error: EventFilterError, timeoutMs: Int) async throws {
        let script = try FilterScript("runs()\n" + body)
        let (answers, counts) = try await Self.ask(script, [Self.events[0]], timeoutMs: timeoutMs)
        #expect(answers == .failure(error))
        #expect(counts.failures == [error.reason: 2])
    }

    @Test("The second attempt may succeed, and the next batch finds a working process")
    func recovers() async throws {
        let script = try FilterScript("os._exit(1) if runs() == 1 else answer(event)")
        let (answers, counts) = try await Self.ask(script)
        #expect(try answers.get().count == 3)
        #expect(counts.failures == ["ended": 1])
    }

    @Test(
        "A filter that cannot be used stops the start, with the reason",
        arguments: [
            ("/nowhere/filter", "/nowhere/filter is not found, or may not be run"),
            ("no-such-filter", "no-such-filter is not found, or may not be run"),
            ("/tmp", "/tmp is not found, or may not be run"), ("cat", "something else than an event or null"),
            (#"sh -c "echo no such module >&2; exit 1""#, "the event filter ended with status 1: no such module"),
        ])
    func refused(_ line: String, _ reason: String) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let settings = EventFilterSettings(command: try EventFilterCommand(line))
        let filter = EventFilter(settings: settings, redactor: Redactor(), metrics: WorkerMetrics(), logger: logger)
        let error = await #expect(throws: EventFilterError.self) { try await filter.start() }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("The example of the documentation")
    func example() async throws {
        let repository = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardizedFileURL
        let settings = EventFilterSettings(
            command: try EventFilterCommand("'\(repository.appending(path: "docs/examples/event_filter.py").path)'"), timeoutMs: 300_000,
            startTimeoutMs: 300_000)
        let filter = EventFilter(settings: settings, redactor: Redactor(), metrics: WorkerMetrics(), logger: Logger(label: "test"))
        try await filter.start()
        let batch = try Self.batch([
            #"{"type":5,"data":{"tag":"order","payload":{"KD-123456":["of KD-123456"]}},"timestamp":1}"#,
            #"{"type":3,"data":{"text":"KD-123456"},"timestamp":2}"#,
            #"{"type":6,"data":{"plugin":"rrweb/console@1","payload":{}},"timestamp":3}"#, #"{"type":3,"data":"a"}"#,
        ])
        let answers = try await filter.answers(to: batch, project: "internal", session: "s", window: "w")
        await filter.stop()
        let expected: [FilterAnswer] = [
            .event(Array(#"{"type":5,"data":{"tag":"order","payload":{"[customer]":["of [customer]"]}},"timestamp":1}"#.utf8)),
            .event(Array(#"{"type":3,"data":{"text":"KD-123456"},"timestamp":2}"#.utf8)), .dropped, .event(Array(#"{"type":3,"data":"a"}"#.utf8)),
        ]
        #expect(answers == expected)
    }

    @Test("Its messages are log lines: redacted, cut, and so many a minute")
    func messages() {
        let lines = LoggedLines()
        let clock = WallClock { 60_000 }
        var messages = FilterMessages(logger: Logger(label: "test") { _ in lines }, redactor: Redactor(), clock: clock)
        messages.take(Array("no user a@b.co\n".utf8)[...])
        messages.take(Array((String(repeating: "x", count: 2_000) + "\n").utf8)[...])
        for _ in 0..<50 { messages.take(Array("again\n".utf8)[...]) }
        #expect(lines.all.count == FilterMessages.mostPerMinute + 1)
        #expect(lines.all.first == "event filter: no user [redacted]")
        #expect(lines.all.dropFirst().first?.count == "event filter: ".count + FilterMessages.longestLine)
    }
}
