import Synchronization

/// Reports that wait for the transport: bounded, and delivered a few at a time by tasks that live while there is work.
final class ReportQueue: Sendable {
    /// Attempts at a time.
    static let parallel = 4

    private struct State {
        var backlog: ReportBacklog
        /// By report.
        var attempts: [Int: Task<Void, Never>] = [:]
        /// Ends the wait before another attempt.
        var alarm: (end: ContinuousClock.Instant, task: Task<Void, Never>)?
        /// Given up by `shutdown`: what is still on its way is counted as failed already.
        var isAbandoned = false
        var statistics = ReporterStatistics()
        /// Accepted, and neither delivered nor failed.
        var unfinished: Set<Int> = []
        var nextReport = 0
        var waiters: [Int: (awaited: Set<Int>, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var nextWaiter = 0

        func hasRoom(_ capacity: Int) -> Bool { !backlog.isClosed && unfinished.count < capacity }

        mutating func accept() -> Int {
            nextReport += 1
            unfinished.insert(nextReport)
            return nextReport
        }

        /// - Returns: who waited for this one last.
        mutating func finish(_ report: Int, isDelivered: Bool) -> [CheckedContinuation<Bool, Never>] {
            guard unfinished.remove(report) != nil else { return [] }
            if isDelivered { statistics.delivered += 1 } else { statistics.failed += 1 }
            var done: [CheckedContinuation<Bool, Never>] = []
            for id in Array(waiters.keys) {
                waiters[id]?.awaited.remove(report)
                if waiters[id]?.awaited.isEmpty == true, let waiter = waiters.removeValue(forKey: id) { done.append(waiter.continuation) }
            }
            return done
        }
    }

    private let transport: any ReportTransport
    private let capacity: Int
    private let warnings: ReporterWarnings
    private let state: Mutex<State>

    init(transport: any ReportTransport, capacity: Int, retry: RetryPolicy, warnings: ReporterWarnings) {
        self.transport = transport
        self.capacity = max(capacity, 1)
        self.warnings = warnings
        state = Mutex(State(backlog: ReportBacklog(parallel: Self.parallel, retry: retry)))
    }

    var statistics: ReporterStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queued = state.unfinished.count
            return statistics
        }
    }

    /// Whether another report would be taken; when not it counts as dropped, and need not be made.
    func hasRoom() -> Bool {
        let hasRoom = state.withLock { state in
            let hasRoom = state.hasRoom(capacity)
            if !hasRoom { state.statistics.dropped += 1 }
            return hasRoom
        }
        if !hasRoom { warnFull() }
        return hasRoom
    }

    /// Returns at once. What is waiting or on its way counts against the capacity.
    func append(_ delivery: Delivery) {
        if let transport = transport as? any SynchronousTransport { return deliverNow(delivery, by: transport) }
        let isAccepted = state.withLock { state in
            guard state.hasRoom(capacity) else {
                state.statistics.dropped += 1
                return false
            }
            state.backlog.add(delivery, id: state.accept())
            proceed(&state)
            return true
        }
        if !isAccepted { warnFull() }
    }

    /// Until everything accepted so far is delivered or given up.
    ///
    /// - Returns: false when it took too long or the task was cancelled.
    func drained(within timeout: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.drained() }
            group.addTask {
                // A day is as good as for ever, and a clock can count it.
                try? await Task.sleep(for: min(timeout, .seconds(86_400)))
                return false
            }
            let isDrained = await group.next() ?? false
            group.cancelAll()
            return isDrained
        }
    }

    /// Tries each waiting report at once, and waits for all. Nothing is given up, and more is taken.
    @discardableResult
    func hurried(within timeout: Duration) async -> Bool {
        hurry(closing: false)
        return await drained(within: timeout)
    }

    /// Accepts nothing more, gives each waiting report one attempt, and gives the rest up when the time is over.
    func shutdown(within timeout: Duration) async {
        let (before, isFirst) = state.withLock { ($0.statistics.failed, !$0.backlog.isClosed) }
        hurry(closing: true)
        if await !drained(within: timeout) { abandon() }
        let lost = state.withLock { $0.statistics.failed } - before
        if lost > 0, isFirst { warnings.undelivered(lost) }
    }

    // MARK: - Attempts

    /// Begins what can begin, and sees to the rest.
    private func proceed(_ state: inout State) {
        while true {
            switch state.backlog.next(now: .now) {
            case .attempt(let entry):
                if entry.attempts > 1 { state.statistics.retried += 1 }
                // Detached: it must not inherit the context of the request it was started in.
                state.attempts[entry.id] = Task.detached { await self.attempt(entry) }
            case .wait(let end):
                if state.alarm?.end == end { return }
                state.alarm?.task.cancel()
                let task = Task.detached {
                    do { try await Task.sleep(until: end, clock: .continuous) } catch { return }
                    self.state.withLock { state in
                        state.alarm = nil
                        self.proceed(&state)
                    }
                }
                state.alarm = (end, task)
                return
            case .idle:
                state.alarm?.task.cancel()
                state.alarm = nil
                return
            }
        }
    }

    private func attempt(_ entry: ReportBacklog.Entry) async {
        var failure: DeliveryError?
        do throws(DeliveryError) { try await transport.deliver(entry.delivery) } catch { failure = error }
        let isFinished = state.withLock { state in
            state.attempts[entry.id] = nil
            if state.isAbandoned { return false }
            defer { proceed(&state) }
            guard case .temporary(_, let wish) = failure else {
                state.backlog.answered()
                return true
            }
            return !state.backlog.failed(entry, retryAfter: wish, now: .now)
        }
        guard isFinished else { return }
        // What is lost at the end is told in one.
        if let failure, !entry.isLast { warn(failure) }
        let waiters = state.withLock { $0.finish(entry.id, isDelivered: failure == nil) }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    private func deliverNow(_ delivery: Delivery, by transport: any SynchronousTransport) {
        let accepted = state.withLock { state -> Int? in
            guard !state.backlog.isClosed else {
                state.statistics.dropped += 1
                return nil
            }
            return state.accept()
        }
        guard let accepted else { return }
        var failure: DeliveryError?
        do throws(DeliveryError) { try transport.deliverNow(delivery) } catch { failure = error }
        if let failure { warn(failure) }
        let waiters = state.withLock { $0.finish(accepted, isDelivered: failure == nil) }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    private func warnFull() { warnings.lost(.queueFull, "\(capacity) are waiting already, or the reporter was shut down") }

    private func warn(_ failure: DeliveryError) {
        switch failure {
        case .temporary(let reason, _): warnings.lost(.undelivered, reason)
        case .rejected(let reason): warnings.lost(.rejected, "the server refuses it: \(reason)")
        }
    }

    // MARK: - The end

    private func hurry(closing: Bool) {
        state.withLock { state in
            state.backlog.hurry(closing: closing)
            proceed(&state)
        }
    }

    private func abandon() {
        let (attempts, waiters) = state.withLock { state in
            state.isAbandoned = true
            state.backlog.giveUp()
            state.alarm?.task.cancel()
            state.statistics.failed += state.unfinished.count
            state.unfinished = []
            defer { state.waiters = [:] }
            return (Array(state.attempts.values), state.waiters.values.map(\.continuation))
        }
        for attempt in attempts { attempt.cancel() }
        for waiter in waiters { waiter.resume(returning: false) }
    }

    /// False when the task is cancelled before.
    private func drained() async -> Bool {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    guard !state.unfinished.isEmpty else { return true }
                    state.waiters[id] = (state.unfinished, continuation)
                    return false
                }
                if isDone { return continuation.resume(returning: true) }
                // The handler may have been there before the waiter was.
                if Task.isCancelled { endWaiting(id) }
            }
        } onCancel: {
            endWaiting(id)
        }
    }

    private func endWaiting(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.continuation.resume(returning: false)
    }
}
