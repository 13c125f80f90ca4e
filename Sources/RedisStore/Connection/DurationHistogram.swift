import Synchronization

/// Counts durations in fixed buckets, for Prometheus. May be used from any thread; one short lock per observation.
public final class DurationHistogram: Sendable {
    /// What was counted at one moment.
    public struct Snapshot: Sendable, Equatable {
        /// Upper bounds in seconds, ascending, without `+Inf`.
        public let bounds: [Double]
        /// Observations at or below each bound (cumulative, as Prometheus wants them).
        public let cumulative: [UInt64]
        /// All observations (`+Inf`).
        public let count: UInt64
        /// In seconds.
        public let sum: Double
    }

    private struct Counts {
        var buckets: [UInt64]
        var count: UInt64 = 0
        var nanoseconds: UInt64 = 0
    }

    /// For round trips and commits: 0.1 ms to 5 s.
    public static let latencyBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

    public let bounds: [Double]
    private let limits: [UInt64]
    private let counts: Mutex<Counts>

    /// - Parameter bounds: upper bounds in seconds, ascending.
    public init(bounds: [Double] = latencyBounds) {
        self.bounds = bounds
        limits = bounds.map { UInt64($0 * 1e9) }
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count)))
    }

    public func observe(nanoseconds: UInt64) {
        // Few buckets, most observations in the first ones.
        let index = limits.firstIndex { nanoseconds <= $0 }
        counts.withLock { counts in
            if let index { counts.buckets[index] += 1 }
            counts.count += 1
            counts.nanoseconds &+= nanoseconds
        }
    }

    public func observe(seconds: Double) { observe(nanoseconds: UInt64(max(0, seconds) * 1e9)) }

    public var snapshot: Snapshot {
        let counts = counts.withLock { $0 }
        var total: UInt64 = 0
        let cumulative = counts.buckets.map { bucket in
            total += bucket
            return total
        }
        return Snapshot(bounds: bounds, cumulative: cumulative, count: counts.count, sum: Double(counts.nanoseconds) / 1e9)
    }
}
