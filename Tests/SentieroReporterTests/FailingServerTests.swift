import Synchronization
import Testing

@testable import SentieroReporter

/// A server that is slow, away for a while, or that one report is the matter with.
@Suite struct FailingServerTests {
    /// Fails until told, and counts how many deliveries are underway at once.
    private final class Server: ReportTransport {
        private struct State {
            var isUp: Bool
            var attempts: [Delivery] = []
            var underway = 0
            var most = 0
        }

        private let state: Mutex<State>
        private let pause: Duration
        private let poison: String?

        init(isUp: Bool = false, pause: Duration = .zero, poison: String? = nil) {
            state = Mutex(State(isUp: isUp))
            self.pause = pause
            self.poison = poison
        }

        var attempts: Int { state.withLock { $0.attempts.count } }
        var most: Int { state.withLock { $0.most } }
        func recover() { state.withLock { $0.isUp = true } }

        func deliver(_ delivery: Delivery) async throws(DeliveryError) {
            state.withLock { state in
                state.attempts.append(delivery)
                state.underway += 1
                state.most = max(state.most, state.underway)
            }
            try? await Task.sleep(for: pause)
            let isUp = state.withLock { state in
                state.underway -= 1
                return state.isUp && (poison == nil || delivery.payload["name"]?.text != poison)
            }
            if !isUp { throw .temporary(reason: "status 503", retryAfter: nil) }
        }
    }

    @Test("Four at a time, no more")
    func parallel() async {
        let server = Server(isUp: true, pause: .milliseconds(20))
        let reporter = Reporter(configuration: configuration(server))
        for index in 0..<40 { reporter.track("\(index)") }
        #expect(await reporter.flush(timeout: .seconds(60)))
        #expect(server.most == 4)
        #expect(reporter.statistics.delivered == 40)
    }

    @Test("Shutdown sends side by side to a slow server")
    func slowShutdown() async throws {
        let gate = Gate()
        let transport = ScriptedTransport(gate: gate)
        let reporter = Reporter(configuration: configuration(transport))
        for index in 0..<4 { reporter.track("\(index)") }
        let stop = Task { await reporter.shutdown(timeout: .seconds(60)) }
        try await eventually { transport.attempts.withLock { $0.count } == 4 }
        gate.open()
        await stop.value
        #expect(reporter.statistics.delivered == 4)
    }

    @Test("While the server fails one report asks for the others, which keep their attempts; then all are sent")
    func breaker() async throws {
        let server = Server()
        let reporter = Reporter(
            configuration: configuration(server) {
                $0.retry = RetryPolicy(attempts: 3, firstDelay: .milliseconds(1), longestDelay: .milliseconds(50))
            })
        for index in 0..<50 { reporter.track("\(index)") }
        try await eventually { server.attempts >= 20 }
        #expect(reporter.statistics.failed == 0, "20 attempts are spread over 50 reports")
        server.recover()
        #expect(await reporter.flush(timeout: .seconds(60)))
        #expect(reporter.statistics.delivered == 50)
        #expect(server.most <= 4)
    }

    @Test("Once an outage is over nobody waits for what the failing server asked")
    func recovery() throws {
        var backlog = ReportBacklog(parallel: 4, retry: RetryPolicy())
        for id in 1...3 { backlog.add(Delivery(path: .track, payload: [:]), id: id) }
        var now = ContinuousClock.now
        let underway = (1...3).compactMap { _ in Self.begun(&backlog, now) }
        for entry in underway {
            let isWaiting = backlog.failed(entry, retryAfter: .seconds(60), now: now)
            #expect(isWaiting)
        }
        let early = Self.begun(&backlog, now + .seconds(59))
        #expect(early?.id == nil)
        now += .seconds(61)
        let probe = try #require(Self.begun(&backlog, now))
        #expect(probe.id == 1)
        let beside = Self.begun(&backlog, now)
        #expect(beside?.id == nil, "one at a time")
        _ = backlog.failed(probe, retryAfter: .seconds(300), now: now)
        now += .seconds(301)
        let second = Self.begun(&backlog, now)
        #expect(second?.id == 2)
        backlog.answered()
        let rest = (1...2).map { _ in Self.begun(&backlog, now)?.id }
        #expect(rest == [3, 1])
    }

    private static func begun(_ backlog: inout ReportBacklog, _ now: ContinuousClock.Instant) -> ReportBacklog.Entry? {
        if case .attempt(let entry) = backlog.next(now: now) { entry } else { nil }
    }

    @Test("A report that the server always fails at holds up no other, and is given up")
    func poison() async {
        let log = LogLines()
        let server = Server(isUp: true, poison: "7")
        let reporter = Reporter(
            configuration: configuration(server) {
                $0.retry.firstDelay = .milliseconds(1)
                $0.logger = log.logger
            })
        for index in 0..<50 { reporter.track("\(index)") }
        #expect(await reporter.flush(timeout: .seconds(60)))
        #expect(reporter.statistics.delivered == 49)
        #expect(reporter.statistics.failed == 1)
        #expect(reporter.statistics.retried == 5)
        #expect(log.all == ["warning sentiero: 1 report was not delivered: status 503"])
    }

    @Test("What shutdown could not deliver is counted, and said once")
    func losses() async {
        let log = LogLines()
        let reporter = Reporter(
            configuration: configuration(Server()) {
                $0.retry.firstDelay = .seconds(60)
                $0.logger = log.logger
            })
        for index in 0..<30 { reporter.track("\(index)") }
        await reporter.shutdown(timeout: .seconds(60))
        await reporter.shutdown()
        #expect(reporter.statistics.failed == 30)
        #expect(log.all == ["warning sentiero: 30 reports were not delivered: the reporter was shut down"])
    }

    @Test("A full queue is asked before a report is made of an error")
    func capacityFirst() async throws {
        let made = Mutex(0)
        let gate = Gate()
        let reporter = Reporter(
            configuration: configuration(ScriptedTransport(gate: gate)) {
                $0.maxQueue = 2
                $0.beforeNotify = { report in
                    made.withLock { $0 += 1 }
                    return report
                }
            })
        for _ in 0..<10 { reporter.notify(PaymentError()) }
        #expect(made.withLock { $0 } == 2)
        #expect(reporter.statistics.dropped == 8)
        gate.open()
        #expect(await reporter.flush())
    }

    @Test("Losses are said at once, and then once a minute with their number")
    func warnings() {
        let log = LogLines()
        let time = Mutex(ContinuousClock.now)
        let warnings = ReporterWarnings(logger: log.logger) { time.withLock { $0 } }
        for _ in 0..<3 { warnings.lost(.undelivered, "status 503") }
        warnings.lost(.queueFull, "full")
        time.withLock { $0 += .seconds(59) }
        warnings.lost(.undelivered, "status 503")
        time.withLock { $0 += .seconds(1) }
        warnings.lost(.undelivered, "status 502")
        warnings.lost(.undelivered, "status 502")
        #expect(
            log.all == [
                "warning sentiero: 1 report was not delivered: status 503", "warning sentiero: 1 report was not delivered: full",
                "warning sentiero: 4 reports were not delivered: status 502",
            ])
    }
}
