import Synchronization
import Testing

@testable import SentieroReporter

/// From `notify` and `track` to what the transport gets (spec 01, section 6).
@Suite struct PipelineTests {
    @Test("01-116: unconfigured or disabled, nothing is delivered")
    func inactive() async {
        let changes: [(inout ReporterConfiguration) -> Void] = [
            { $0 = ReporterConfiguration() }, { $0.isEnabled = false }, { $0.endpoint = nil }, { $0.ingestKey = "" }, { $0.project = nil },
        ]
        for (index, change) in changes.enumerated() {
            let (reporter, transport) = kept {
                if index > 1 { $0.transport = nil }
                change(&$0)
            }
            #expect(!reporter.isActive)
            let captured = await reporter.withTestTransport { _ in
                reporter.notify(PaymentError())
                reporter.track("order")
            }
            #expect(captured.isEmpty, "captures nothing unless the reporter is active")
            #expect(transport.deliveries.isEmpty)
            #expect(await reporter.flush())
            await reporter.shutdown()
            #expect(reporter.statistics == ReporterStatistics())
        }
    }

    @Test("01-116: a transport or hook that throws is no trouble of the host")
    func raising() async {
        let transport = ScriptedTransport([.rejected(reason: "no")])
        let reporter = Reporter(configuration: configuration(transport) { $0.beforeNotify = { _ in throw PaymentError() } })
        reporter.notify(PaymentError())
        reporter.notify(PaymentError())
        #expect(await reporter.flush())
        #expect(reporter.statistics.failed == 1)
        #expect(reporter.statistics.delivered == 1)
    }

    @Test("What is missing is said once, and nothing when nothing is set")
    func incompleteness() {
        let log = LogLines()
        _ = Reporter(
            configuration: configuration(nil) {
                $0.project = nil
                $0.logger = log.logger
            })
        #expect(log.all == ["warning sentiero: nothing is reported: project not set"])
        let quiet = LogLines()
        var untouched = ReporterConfiguration()
        untouched.logger = quiet.logger
        _ = Reporter(configuration: untouched)
        #expect(quiet.all.isEmpty)
    }

    @Test("A transport of one's own is enough: nothing else needs to be set")
    func transportAlone() {
        let transports: [any ReportTransport] = [LogTransport(logger: LogLines().logger), NullTransport(), TestTransport()]
        for transport in transports {
            var configuration = ReporterConfiguration()
            configuration.transport = transport
            let reporter = Reporter(configuration: configuration)
            #expect(reporter.isActive)
            reporter.notify(PaymentError())
            #expect(reporter.statistics.delivered == 1)
        }
    }

    @Test("01-117: the hook drops, changes, or throws and changes nothing; server events pass it by")
    func hook() throws {
        let (dropping, dropped) = kept { $0.beforeNotify = { _ in nil } }
        dropping.notify(PaymentError())
        dropping.track("kept")
        #expect(dropped.deliveries.map(\.path) == [.track])

        let (changing, changed) = kept {
            $0.beforeNotify = { report in
                var report = report
                report.message = "\(report.error is PaymentError)"
                report.context["added"] = 1
                report.sessionID = "not an id"
                report.windowID = ""
                return report
            }
        }
        changing.notify(PaymentError(), context: ["session_id": "s-1"])
        let payload = try #require(changed.deliveries.first).payload
        #expect(payload["message"] == "true")
        #expect(payload["context"] == ["added": 1])
        #expect(payload["session_id"] == nil && payload["window_id"] == nil, "an invalid id is left out rather than losing the report")

        let (throwing, sent) = kept { $0.beforeNotify = { _ in throw PaymentError() } }
        throwing.notify(PaymentError(), context: ["a": 1])
        #expect(sent.deliveries.first?.payload["context"] == ["a": 1])
    }

    @Test("A hook that reports does not go round in circles")
    func hookThatReports() {
        let reporters = Mutex<Reporter?>(nil)
        let (reporter, transport) = kept {
            $0.beforeNotify = { report in
                reporters.withLock { $0 }?.notify(PaymentError(description: "again"))
                reporters.withLock { $0 }?.track("again")
                return report
            }
        }
        reporters.withLock { $0 = reporter }
        reporter.notify(PaymentError())
        #expect(transport.deliveries.count == 1)
    }

    @Test("01-118: filtered keys, and session and window lifted out of the context")
    func context() throws {
        let (reporter, transport) = kept {
            $0.environment = "production"
            $0.release = "1.2.3"
        }
        reporter.notify(
            PaymentError(),
            context: [
                "password": "hunter2", "ok": 1, "environment": "mine", "session_id": "sess-1", "window_id": "win-1",
                "nested": ["list": [["apiKey": "k", "deep": "mail a@b.co"]]],
            ])
        let payload = try #require(transport.deliveries.first).payload
        #expect(
            payload["context"] == [
                "password": "[FILTERED]", "ok": 1, "environment": "production", "release": "1.2.3",
                "nested": ["list": [["apiKey": "[FILTERED]", "deep": "mail [redacted]"]]],
            ])
        #expect(payload["session_id"] == "sess-1")
        #expect(payload["window_id"] == "win-1")
        #expect(payload["project"] == nil)
    }

    @Test(
        "01-119: ids that are none are left out",
        arguments: ["", "bad id!", "ä", "a\n", String(repeating: "a", count: 129), "<script>"])
    func invalidIDs(id: String) throws {
        let (reporter, transport) = kept()
        reporter.notify(PaymentError(), context: ["session_id": .string(id), "window_id": .string(id)])
        reporter.notify(PaymentError(), context: ["session_id": 5, "window_id": ["x": 1]])
        reporter.track("order", session: id)
        for delivery in transport.deliveries {
            #expect(delivery.payload["session_id"] == nil)
            #expect(delivery.payload["window_id"] == nil)
            #expect(delivery.payload["context"].map { $0 == [:] } ?? true, "not left in the context either")
        }
        #expect(transport.deliveries.count == 3)
    }

    private class NetworkError: Error, @unchecked Sendable {}
    private final class TimeoutError: NetworkError, @unchecked Sendable {}

    @Test("The ignore list takes types, names, ancestors and conditions")
    func ignoring() {
        let (reporter, transport) = kept {
            $0.ignoredErrors = [
                .type(CancellationError.self), "NetworkError", .matching { ($0 as? PaymentError)?.description == "expected" },
            ]
        }
        reporter.notify(CancellationError())
        reporter.notify(NetworkError())
        reporter.notify(TimeoutError())
        reporter.notify(PaymentError(description: "expected"))
        #expect(transport.deliveries.isEmpty)
        reporter.notify(PaymentError())
        #expect(transport.deliveries.count == 1)
        let (byModule, seen) = kept { $0.ignoredErrors = [.name("SentieroReporterTests.PaymentError"), .name("Payment")] }
        byModule.notify(PaymentError())
        byModule.notify(CancellationError())
        #expect(seen.deliveries.map { $0.payload["exception_class"] } == ["Swift.CancellationError"])
    }

    @Test("Class, message and the place of the call")
    func facts() throws {
        let (reporter, transport) = kept()
        reporter.notify(PaymentError(description: "no card of a@b.co"))
        let line = #line - 1
        let payload = try #require(transport.deliveries.first).payload
        #expect(payload["exception_class"] == "SentieroReporterTests.PaymentError")
        #expect(payload["message"] == "no card of [redacted]")
        #expect(payload["backtrace"] == ["SentieroReporterTests/PipelineTests.swift:\(line) facts()"])
        #expect(payload["platform"] == "swift")
        reporter.notify(PaymentError(), backtrace: ["f a@b.co", "g"])
        #expect(transport.deliveries.last?.payload["backtrace"] == ["f [redacted]", "g"])
    }

    @Test("Local and private types have names without addresses, and what is empty gets a placeholder")
    func placeholders() throws {
        struct LocalError: Error {}
        let (reporter, transport) = kept()
        reporter.notify(LocalError())
        reporter.notify(NetworkError())
        for name in transport.deliveries.compactMap({ $0.payload["exception_class"]?.text }) {
            #expect(!name.contains("$") && !name.contains("("), "\(name)")
        }
        reporter.notify(PaymentError(description: ""))
        #expect(transport.deliveries.last?.payload["message"] == "(no message)")
        reporter.track("")
        #expect(transport.deliveries.last?.payload["name"] == "(unnamed)")
        let (emptying, emptied) = kept {
            $0.beforeNotify = { report in
                var report = report
                report.exceptionClass = ""
                report.message = ""
                return report
            }
        }
        emptying.notify(PaymentError())
        #expect(emptied.deliveries.first?.payload["exception_class"] == "Error")
        #expect(emptied.deliveries.first?.payload["message"] == "(no message)")
    }

    @Test("Reports stay within what the server keeps")
    func limits() throws {
        let (reporter, transport) = kept()
        reporter.notify(
            PaymentError(description: String(repeating: "é", count: 99_999)),
            context: ["large": .string(String(repeating: "x ", count: 20_000)), "small": 1],
            backtrace: Array(repeating: String(repeating: "z", count: 2000), count: 500))
        let payload = try #require(transport.deliveries.first).payload
        #expect(payload["message"]?.text?.unicodeScalars.count == 4000)
        guard case .array(let frames) = payload["backtrace"] else { return #expect(Bool(false)) }
        #expect(frames.count == 100)
        #expect(frames[0].text?.count == 1000)
        let large = try #require(payload["context"]?["large"]?.text)
        #expect(large.hasPrefix("x x x ") && large.hasSuffix("[TRUNCATED]"))
        #expect(payload["context"]?["small"] == 1)
        #expect(transport.deliveries[0].body.count < 524_288)

        var deep: ReportValue = 1
        for _ in 0..<5000 { deep = ["x": deep] }
        reporter.notify(PaymentError(), context: ["deep": deep, "number": .double(.nan)])
        #expect(transport.deliveries.count == 2)
        #expect(String(decoding: transport.deliveries[1].body, as: UTF8.self).contains(#""number":null"#))
        reporter.track(String(repeating: "n", count: 300))
        #expect(transport.deliveries[2].payload["name"]?.text?.count == 200)
    }

    @Test("Server events: level, payload, session of the argument or else of the context")
    func tracking() {
        let (reporter, transport) = kept { $0.environment = "production" }
        ReportContext.with(["session_id": "sess-1", "window_id": "win-1", "tenant": 4]) {
            reporter.track("order.paid", payload: ["total": 12.5, "card_number": "4111 1111 1111 1111"])
            reporter.track("order.paid", level: .warn, session: "sess-2")
        }
        let payloads = transport.deliveries.map(\.payload)
        #expect(transport.deliveries.map(\.path) == [.track, .track])
        #expect(payloads[0]["payload"] == ["total": 12.5, "card_number": "[FILTERED]"], "the context is not added")
        #expect(payloads[0]["level"] == "info")
        #expect(payloads.map { $0["session_id"] } == ["sess-1", "sess-2"])
        #expect(payloads[1]["level"] == "warn")
        #expect(Set(payloads[1].keys) == ["name", "level", "payload", "timestamp", "batchId", "session_id"])
    }

    @Test("Sampling")
    func sampling() {
        let (none, dropped) = kept { $0.sampleRate = 0 }
        let (some, sampled) = kept { $0.sampleRate = 0.5 }
        for _ in 0..<400 {
            none.notify(PaymentError())
            some.notify(PaymentError())
        }
        none.track("order")
        #expect(dropped.deliveries.map(\.path) == [.track])
        #expect((100..<300).contains(sampled.deliveries.count))
    }
}
