public import Ingest

/// How many events of each level there were per UTC day (spec 02 section 2.15).
public struct LevelMix: Sendable, Equatable {
    /// Days shown: the newest with data.
    public static let maxDays = 30

    public struct Day: Sendable, Equatable {
        /// Since 1970.
        public let day: Int
        public let counts: [ServerEventLevel: Int]
        public var total: Int { counts.values.reduce(0, +) }
    }

    /// Oldest first, only days with data.
    public let days: [Day]
    public var busiest: Int { days.map(\.total).max() ?? 0 }

    public init(_ rows: [EventRow]) {
        var counts: [Int: [ServerEventLevel: Int]] = [:]
        for row in rows {
            guard let day = row.day else { continue }
            counts[day, default: [:]][row.level ?? .info, default: 0] += 1
        }
        days = counts.keys.sorted().suffix(Self.maxDays).map { Day(day: $0, counts: counts[$0] ?? [:]) }
    }
}
