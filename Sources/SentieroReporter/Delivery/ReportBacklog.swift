/// Reports that wait, and when which of them may be tried. A value: ``ReportQueue`` guards it.
///
/// While the server fails only one report at a time is tried, at growing intervals; the others keep their attempts. One that was tried in
/// vain goes behind the others, so that it cannot hold them up when only it is the trouble.
struct ReportBacklog {
    struct Entry {
        let id: Int
        let delivery: Delivery
        /// So far.
        var attempts = 0
        var isReady = ContinuousClock.now
        /// To be tried now, whatever the server's state.
        var isUrgent = false
        /// Tried after the reporter was closed: there is no further attempt.
        var isLast = false
    }

    enum Step {
        case attempt(Entry)
        case wait(until: ContinuousClock.Instant)
        case idle
    }

    private let parallel: Int
    private let retry: RetryPolicy
    private var waiting: [Entry] = []
    private var underway = 0
    /// Failures in a row; none when the server works.
    private var failures = 0
    /// When the next report is tried while the server fails.
    private var nextProbe = ContinuousClock.now
    private(set) var isClosed = false

    init(parallel: Int, retry: RetryPolicy) {
        self.parallel = parallel
        self.retry = retry
    }

    mutating func add(_ delivery: Delivery, id: Int) { waiting.append(Entry(id: id, delivery: delivery)) }

    /// What to do now; an attempt counts as underway from here on.
    mutating func next(now: ContinuousClock.Instant) -> Step {
        guard underway < parallel, !waiting.isEmpty else { return .idle }
        if let index = waiting.firstIndex(where: \.isUrgent) { return begin(index) }
        if failures > 0 {
            if underway > 0 { return .idle }
            return now < nextProbe ? .wait(until: nextProbe) : begin(0)
        }
        if let index = waiting.firstIndex(where: { $0.isReady <= now }) { return begin(index) }
        return .wait(until: waiting.map(\.isReady).min() ?? now)
    }

    private mutating func begin(_ index: Int) -> Step {
        var entry = waiting.remove(at: index)
        entry.attempts += 1
        entry.isUrgent = false
        entry.isLast = isClosed
        underway += 1
        return .attempt(entry)
    }

    /// The server has taken or refused it: it works.
    mutating func answered() {
        underway -= 1
        // After more than a hiccup nobody need wait for what the failing server asked.
        if failures > 1 { for index in waiting.indices { waiting[index].isReady = .now } }
        failures = 0
    }

    /// - Returns: whether it will be tried again.
    mutating func failed(_ entry: Entry, retryAfter: Duration?, now: ContinuousClock.Instant) -> Bool {
        underway -= 1
        // Several that were underway together are one failure of the server.
        if failures == 0 || now >= nextProbe {
            failures += 1
            nextProbe = now + retry.delay(after: failures, retryAfter: retryAfter)
        }
        guard !entry.isLast, entry.attempts < retry.attempts else { return false }
        var entry = entry
        entry.isReady = now + retry.delay(after: entry.attempts, retryAfter: retryAfter)
        entry.isUrgent = isClosed
        waiting.append(entry)
        return true
    }

    /// Each waiting report is tried at once, and closed ones not again.
    mutating func hurry(closing: Bool) {
        isClosed = isClosed || closing
        for index in waiting.indices { waiting[index].isUrgent = true }
    }

    mutating func giveUp() { waiting = [] }
}
