import ServiceLifecycle
import Synchronization
import Testing

@testable import SentieroReporter

@Suite struct QueueTests {
    @Test("01-120: a full queue drops the newest and counts them, and nobody waits")
    func full() async throws {
        let gate = Gate()
        let log = LogLines()
        let transport = ScriptedTransport(gate: gate)
        let reporter = Reporter(configuration: configuration(transport) { $0.logger = log.logger })
        reporter.track("0")
        try await eventually { transport.attempts.withLock { $0.count } == 1 }
        // The one on its way counts too.
        let start = ContinuousClock.now
        for index in 1..<150 { reporter.track("\(index)") }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(reporter.statistics.queued == 100)
        #expect(reporter.statistics.dropped == 50)
        #expect(log.all.count == 1, "said once")
        gate.open()
        #expect(await reporter.flush())
        #expect(Set(transport.attempts.withLock { $0.map { $0.payload["name"] } }) == Set((0..<100).map { .string("\($0)") }))
        reporter.track("after")
        #expect(await reporter.flush())
        #expect(reporter.statistics.delivered == 101)
    }

    @Test("Many tasks at once lose nothing and count exactly")
    func concurrently() async throws {
        let gate = Gate()
        let transport = ScriptedTransport(gate: gate)
        let reporter = Reporter(configuration: configuration(transport) { $0.maxQueue = 64 })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<25 { reporter.notify(PaymentError()) } } }
        }
        #expect(reporter.statistics.queued == 64)
        #expect(reporter.statistics.dropped == 136)
        gate.open()
        #expect(await reporter.flush())
        #expect(reporter.statistics.delivered == 64)
        #expect(Set(transport.attempts.withLock { $0.map { $0.payload["batchId"] } }).count == 64)
    }

    @Test("Flush waits for what came before, and no longer than told")
    func flushing() async {
        let gate = Gate()
        let reporter = Reporter(configuration: configuration(ScriptedTransport(gate: gate)))
        #expect(await reporter.flush(), "nothing to wait for")
        reporter.track("order")
        let start = ContinuousClock.now
        #expect(await !reporter.flush(timeout: .milliseconds(50)))
        #expect(await !reporter.flush(timeout: .zero))
        let cancelled = Task { await reporter.flush(timeout: .seconds(60)) }
        cancelled.cancel()
        #expect(await !cancelled.value)
        #expect(ContinuousClock.now - start < .seconds(20))
        gate.open()
        #expect(await reporter.flush())
    }

    @Test("A passing failure is tried again with the same id, a lasting one is not")
    func retrying() async {
        let transport = ScriptedTransport([.temporary(reason: "503", retryAfter: nil), .temporary(reason: "429", retryAfter: nil), nil])
        let reporter = Reporter(configuration: configuration(transport))
        reporter.track("order")
        #expect(await reporter.flush())
        #expect(Set(transport.attempts.withLock { $0 }).count == 1)
        #expect(transport.attempts.withLock { $0.count } == 3)
        #expect(reporter.statistics.retried == 2)

        let log = LogLines()
        let refusing = ScriptedTransport([.rejected(reason: "401"), .rejected(reason: "401")])
        let refused = Reporter(configuration: configuration(refusing) { $0.logger = log.logger })
        refused.track("order")
        refused.track("order")
        #expect(await refused.flush())
        #expect(refusing.attempts.withLock { $0.count } == 2)
        #expect(refused.statistics.failed == 2)
        #expect(log.all == ["warning sentiero: 1 report was not delivered: the server refuses it: 401"])

        let down = ScriptedTransport(Array(repeating: .temporary(reason: "no connection", retryAfter: nil), count: 3))
        let failing = Reporter(configuration: configuration(down) { $0.retry.attempts = 3 })
        failing.track("lost")
        #expect(await failing.flush())
        failing.track("kept")
        #expect(await failing.flush())
        #expect(failing.statistics.failed == 1)
        #expect(failing.statistics.delivered == 1)
    }

    @Test("Delays double up to a limit, and Retry-After is honoured up to another")
    func delays() {
        let policy = RetryPolicy()
        let seconds = (1...9).map { policy.delay(after: $0, retryAfter: nil, spread: 1) }
        #expect(seconds == [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        #expect(policy.delay(after: 1, retryAfter: .seconds(7), spread: 1) == .seconds(7))
        #expect(policy.delay(after: 5, retryAfter: .seconds(1), spread: 1) == .seconds(8))
        #expect(policy.delay(after: 1, retryAfter: .seconds(3600), spread: 1) == .seconds(300))
        #expect(policy.delay(after: .max, retryAfter: nil, spread: 1.2) == .seconds(36))
        let endless = RetryPolicy(firstDelay: .seconds(Int64.max), longestDelay: .seconds(Int64.max))
        #expect(endless.delay(after: 9, retryAfter: nil, spread: 1) == .seconds(86_400))
    }

    @Test("Shutdown gives each report a last attempt at once, and takes nothing after that")
    func shutdown() async {
        let transport = ScriptedTransport([.temporary(reason: "503", retryAfter: .seconds(60))])
        let reporter = Reporter(configuration: configuration(transport))
        for _ in 0..<5 { reporter.track("order") }
        let start = ContinuousClock.now
        await reporter.shutdown()
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(reporter.statistics.delivered == 5)
        reporter.track("late")
        #expect(reporter.statistics.dropped == 1)
        await reporter.shutdown()
    }

    @Test("Shutdown ends in time when the transport does not, also in a cancelled task")
    func boundedShutdown() async {
        let gate = Gate()
        let reporter = Reporter(configuration: configuration(ScriptedTransport(gate: gate)))
        for _ in 0..<3 { reporter.track("order") }
        let start = ContinuousClock.now
        let task = Task { await reporter.shutdown(timeout: .milliseconds(200)) }
        task.cancel()
        await task.value
        #expect(ContinuousClock.now - start >= .milliseconds(190), "cancelling does not cut it short")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(reporter.statistics.failed == 3)
        #expect(reporter.statistics.queued == 0)
        gate.open()
    }

    @Test("A reporter that is let go is gone at once, and its reports still arrive")
    func release() async throws {
        let transport = ScriptedTransport([.temporary(reason: "503", retryAfter: .seconds(60))])
        weak var released: Reporter?
        do {
            let reporter = Reporter(configuration: configuration(transport))
            for _ in 0..<3 { reporter.track("order") }
            released = reporter
        }
        #expect(released == nil)
        try await eventually { transport.attempts.withLock { $0.count } == 4 }
    }

    @Test("In a service group it delivers what it holds when the group stops")
    func service() async throws {
        let transport = ScriptedTransport([.temporary(reason: "503", retryAfter: .seconds(60))])
        let reporter = Reporter(configuration: configuration(transport))
        let group = ServiceGroup(services: [reporter], logger: LogLines().logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            reporter.track("order")
            try await eventually { transport.attempts.withLock { $0.count } == 1 }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(reporter.statistics.delivered == 1)
    }

    private struct Broken: Service {
        func run() async throws { throw PaymentError(description: "port in use") }
    }

    @Test("After its group it goes on: what stopped the group is reported, and another group can have it")
    func groupAfterGroup() async throws {
        let transport = ScriptedTransport()
        let reporter = Reporter(configuration: configuration(transport))
        for _ in 0..<2 {
            do {
                try await ServiceGroup(services: [reporter, Broken()], logger: LogLines().logger).run()
                Issue.record("the group did not fail")
            } catch {
                reporter.notify(error)
            }
        }
        #expect(await reporter.flush())
        #expect(reporter.statistics.delivered == 2)
        #expect(reporter.statistics.dropped == 0)
    }
}
