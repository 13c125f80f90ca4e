import Synchronization

/// Reports that wait for the transport: bounded, in order, worked off by one task that lives while there is work.
final class ReportQueue: Sendable {
    private struct State {
        var pending: [Delivery] = []
        var worker: Task<Void, Never>?
        /// The wait before another attempt.
        var pause: Task<Void, Never>?
        var isClosed = false
        /// Given up by `shutdown`: what is still on its way is counted as failed already.
        var isAbandoned = false
        var accepted = 0
        var statistics = ReporterStatistics()
        var waiters: [Int: (target: Int, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var nextWaiter = 0

        var finished: Int { statistics.delivered + statistics.failed }

        /// Takes those out that wait for no more than what is finished.
        mutating func satisfied() -> [CheckedContinuation<Bool, Never>] {
            let done = waiters.filter { $0.value.target <= finished }
            for id in done.keys { waiters[id] = nil }
            return done.values.map(\.continuation)
        }
    }

    private let transport: any ReportTransport
    private let capacity: Int
    private let retry: RetryPolicy
    private let warnings: ReporterWarnings
    private let state = Mutex(State())

    init(transport: any ReportTransport, capacity: Int, retry: RetryPolicy, warnings: ReporterWarnings) {
        self.transport = transport
        self.capacity = max(capacity, 1)
        self.retry = retry
        self.warnings = warnings
    }

    var statistics: ReporterStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queued = state.accepted - state.finished
            return statistics
        }
    }

    /// Returns at once. What is waiting or on its way counts against the capacity.
    func append(_ delivery: Delivery) {
        if let transport = transport as? any SynchronousTransport { return deliverNow(delivery, by: transport) }
        let isAccepted = state.withLock { state in
            guard !state.isClosed, state.accepted - state.finished < capacity else {
                state.statistics.dropped += 1
                return false
            }
            state.accepted += 1
            state.pending.append(delivery)
            // Detached: the worker must not inherit the context of the request it was started in.
            if state.worker == nil { state.worker = Task.detached { await self.work() } }
            return true
        }
        if !isAccepted { warnings.once(.queueFull, "reports are dropped: \(capacity) are waiting already, or the reporter was shut down") }
    }

    /// Until everything accepted so far is delivered or given up.
    ///
    /// - Returns: false when it took too long or the task was cancelled.
    func drained(within timeout: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.drained() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return false
            }
            let isDrained = await group.next() ?? false
            group.cancelAll()
            return isDrained
        }
    }

    /// Accepts nothing more, gives each waiting report one attempt, and gives the rest up when the time is over.
    @discardableResult
    func shutdown(within timeout: Duration) async -> Bool {
        let pause = state.withLock { state in
            state.isClosed = true
            return state.pause
        }
        pause?.cancel()
        let isDrained = await drained(within: timeout)
        if !isDrained { abandon() }
        return isDrained
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
                    guard state.accepted > state.finished else { return true }
                    state.waiters[id] = (state.accepted, continuation)
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

    private func deliverNow(_ delivery: Delivery, by transport: any SynchronousTransport) {
        guard
            state.withLock({ state in
                if state.isClosed { state.statistics.dropped += 1 } else { state.accepted += 1 }
                return !state.isClosed
            })
        else { return }
        do {
            try transport.deliverNow(delivery)
            finish(isDelivered: true)
        } catch {
            warnings.once(.rejected, "a report was not delivered: \(error.reason)")
            finish(isDelivered: false)
        }
    }

    private func work() async {
        while let delivery = next() { finish(isDelivered: await deliver(delivery)) }
    }

    private func next() -> Delivery? {
        state.withLock { state in
            if state.pending.isEmpty {
                state.worker = nil
                return nil
            }
            return state.pending.removeFirst()
        }
    }

    private func deliver(_ delivery: Delivery) async -> Bool {
        var attempt = 1
        while true {
            do throws(DeliveryError) {
                try await transport.deliver(delivery)
                return true
            } catch {
                guard case .temporary(let reason, let retryAfter) = error else {
                    warnings.once(.rejected, "the server refuses reports: \(error.reason)")
                    return false
                }
                guard attempt < retry.attempts, await pause(retry.delay(after: attempt, retryAfter: retryAfter)) else {
                    warnings.once(.undelivered, "reports cannot be delivered: \(reason)")
                    return false
                }
                attempt += 1
            }
        }
    }

    /// Waits; shorter when the reporter is shut down meanwhile, and not at all, returning false, when it was before.
    private func pause(_ duration: Duration) async -> Bool {
        let pause = state.withLock { state -> Task<Void, Never>? in
            guard !state.isClosed else { return nil }
            let pause = Task.detached { _ = try? await Task.sleep(for: duration) }
            state.pause = pause
            state.statistics.retried += 1
            return pause
        }
        await pause?.value
        return pause != nil
    }

    private func finish(isDelivered: Bool) {
        let waiters = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            guard !state.isAbandoned else { return [] }
            if isDelivered { state.statistics.delivered += 1 } else { state.statistics.failed += 1 }
            return state.satisfied()
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    private func abandon() {
        let (worker, waiters) = state.withLock { state in
            state.isAbandoned = true
            state.pending = []
            state.statistics.failed = state.accepted - state.statistics.delivered
            return (state.worker, state.satisfied())
        }
        worker?.cancel()
        for waiter in waiters { waiter.resume(returning: false) }
    }

    private func endWaiting(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.continuation.resume(returning: false)
    }
}
