import Synchronization
import Testing

@testable import SentieroReporter

/// The process-wide reporter: one test, for there is one of it.
@Suite struct SentieroTests {
    @Test("Configured, used, configured anew, switched off")
    func lifetime() async {
        Sentiero.notify(PaymentError())
        #expect(!Sentiero.reporter.isActive, "reports nothing before it is configured")
        let first = TestTransport()
        Sentiero.configure {
            $0 = configuration(first)
            $0.release = "1"
        }
        var line = 0
        Sentiero.withContext(["a": 1]) {
            Sentiero.addContext(["b": 2])
            #expect(Sentiero.context == ["a": 1, "b": 2])
            Sentiero.notify(PaymentError(), context: ["c": 3])
            line = #line - 1
            Sentiero.clearContext()
            Sentiero.track("order", level: .debug)
        }
        #expect(first.deliveries.map(\.path) == [.errors, .track])
        #expect(first.deliveries[0].payload["context"] == ["a": 1, "b": 2, "c": 3, "release": "1"])
        #expect(first.deliveries[0].payload["backtrace"] == ["SentieroReporterTests/SentieroTests.swift:\(line) lifetime()"])

        let second = ScriptedTransport()
        Sentiero.configure { $0 = configuration(second) }
        let captured = await Sentiero.withTestTransport { _ in Sentiero.notify(PaymentError()) }
        #expect(captured.count == 1)
        Sentiero.track("order")
        #expect(await Sentiero.flush())
        #expect(second.attempts.withLock { $0.count } == 1)
        await Sentiero.shutdown()
        Sentiero.track("late")
        #expect(Sentiero.reporter.statistics.dropped == 1)
        #expect(first.deliveries.count == 2)
        Sentiero.configure { _ in }
        #expect(!Sentiero.reporter.isActive)
    }
}
