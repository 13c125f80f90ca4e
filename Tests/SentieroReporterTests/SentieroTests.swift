import Synchronization
import Testing

@testable import SentieroReporter

/// The process-wide reporter: in processes of their own, for there is one of it in each.
@Suite struct SentieroTests {
    @Test("Configured, used, configured anew, switched off")
    func lifetime() async {
        await #expect(processExitsWith: .success) { await Self.live() }
    }

    private static func live() async {
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
        #expect(first.deliveries[0].payload["backtrace"] == ["SentieroReporterTests/SentieroTests.swift:\(line) live()"])

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

    @Test("In the block of a test the reporter stays, whoever configures meanwhile")
    func testTransport() async {
        await #expect(processExitsWith: .success) {
            Sentiero.configure { $0.transport = NullTransport() }
            let deliveries = await Sentiero.withTestTransport { _ in
                Sentiero.configure { $0.transport = NullTransport() }
                Sentiero.track("order")
            }
            #expect(deliveries.count == 1)
        }
    }
}
