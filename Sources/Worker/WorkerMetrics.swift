public import RedisStore
import Synchronization

/// What a worker counts about itself (spec 06 section 3). Counters start at 0 with the process.
public final class WorkerMetrics: Sendable {
    public struct Snapshot: Sendable, Equatable {
        public var eventsStored = 0
        /// Redactions made, by pattern name.
        public var redactions: [String: Int] = [:]
        /// Commits that did nothing or less than asked, by reason: `lease`, `applied`, `rev`.
        public var conflicts: [String: Int] = [:]
        public var leasesHeld = 0
        /// Sessions evicted over `max_sessions`.
        public var evictedSessions = 0
        public var eventFilter = EventFilterCounts()
        /// Attempts to deliver alerts, by kind of channel and what became of them: `delivered`, `retry`, `failed`.
        public var alertDeliveries: [String: [String: Int]] = [:]
    }

    /// What the operator's filter did with events, and how often it failed.
    public struct EventFilterCounts: Sendable, Equatable {
        /// Events it gave back, changed or not.
        public var kept = 0
        /// Events it answered with `null` or `false`.
        public var dropped = 0
        /// Events dropped because of an answer that was neither.
        public var invalid = 0
        /// Failures by reason: `start`, `ended`, `timeout`, `output`, `out_of_step`.
        public var failures: [String: Int] = [:]
    }

    /// How long a commit took, round trip included (s).
    public let commitSeconds = DurationHistogram()
    /// Batches per commit; the histogram's unit is batches, not seconds.
    public let commitBatches = DurationHistogram(bounds: [1, 2, 4, 8, 12, 16])
    /// How long the operator's filter took for a batch (s), without waiting for its turn.
    public let eventFilterSeconds = DurationHistogram()
    private let state = Mutex(Snapshot())

    public init() {}

    public var snapshot: Snapshot { state.withLock { $0 } }

    func stored(events: Int) { state.withLock { $0.eventsStored += events } }
    func redacted(_ counts: [String: Int]) {
        guard !counts.isEmpty else { return }
        state.withLock { $0.redactions.merge(counts, uniquingKeysWith: +) }
    }
    func conflict(_ reason: String) { state.withLock { $0.conflicts[reason, default: 0] += 1 } }
    func holds(leases: Int) { state.withLock { $0.leasesHeld = leases } }
    func filterFailed(_ reason: String) { state.withLock { $0.eventFilter.failures[reason, default: 0] += 1 } }
    func filtered(kept: Int, dropped: Int, invalid: Int) {
        state.withLock {
            $0.eventFilter.kept += kept
            $0.eventFilter.dropped += dropped
            $0.eventFilter.invalid += invalid
        }
    }
    func delivered(_ channel: String, _ result: String) { state.withLock { $0.alertDeliveries[channel, default: [:]][result, default: 0] += 1 } }
    func evicted(sessions: Int) { state.withLock { $0.evictedSessions += sessions } }
}
