/// Occurrences in one minute, hour or day.
public struct TrendPoint: Sendable, Hashable {
    /// When it begins, ms since 1970.
    public var startMs: Int64
    public var count: Int

    public init(startMs: Int64, count: Int) {
        self.startMs = startMs
        self.count = count
    }
}

/// How often a problem happened over time: exact counts per UTC minute, hour and day, as senders dated them.
public struct ProblemTrend: Sendable, Equatable {
    static let minuteMs: Int64 = 60_000
    static let hourMs: Int64 = 3_600_000
    static let dayMs: Int64 = 86_400_000

    /// The last 60 minutes, 24 hours and 30 days, the present one included; oldest first, without gaps.
    public let minutes: [TrendPoint]
    public let hours: [TrendPoint]
    public let days: [TrendPoint]
    /// By name (`ProblemBucket.name`), all shards together.
    private let buckets: [String: Int]

    public init(buckets: [String: Int] = [:], nowMs: Int64 = 0) {
        self.buckets = buckets
        minutes = Self.points(60, of: Self.minuteMs, letter: "m", buckets, nowMs)
        hours = Self.points(24, of: Self.hourMs, letter: "h", buckets, nowMs)
        days = Self.points(30, of: Self.dayMs, letter: "d", buckets, nowMs)
    }

    /// Occurrences in the last hours, the present one counted whole; at most 7 days by hours, longer spans by UTC days.
    public func count(lastHours: Int, nowMs: Int64) -> Int {
        let isHourly = lastHours <= 7 * 24
        let points =
            isHourly
            ? Self.points(lastHours, of: Self.hourMs, letter: "h", buckets, nowMs)
            : Self.points((lastHours + 23) / 24, of: Self.dayMs, letter: "d", buckets, nowMs)
        return points.reduce(0) { $0 + $1.count }
    }

    /// Occurrences in the last minutes, at most 120, the present one included.
    public func count(lastMinutes: Int, nowMs: Int64) -> Int {
        Self.points(lastMinutes, of: Self.minuteMs, letter: "m", buckets, nowMs).reduce(0) { $0 + $1.count }
    }

    private static func points(_ count: Int, of unitMs: Int64, letter: String, _ buckets: [String: Int], _ nowMs: Int64) -> [TrendPoint] {
        let newest = nowMs - nowMs % unitMs
        return (0..<max(0, count)).reversed().map { age in
            let start = newest - Int64(age) * unitMs
            return TrendPoint(startMs: start, count: buckets[name(letter, start)] ?? 0)
        }
    }

    /// The last UTC days, the present one included, oldest first, and the buckets that count them.
    static func days(_ count: Int, nowMs: Int64) -> [(startMs: Int64, name: String)] {
        points(count, of: dayMs, letter: "d", [:], nowMs).map { ($0.startMs, name("d", $0.startMs)) }
    }

    /// The bucket a time lies in: `m<yyyymmddhhmm>`, `h<yyyymmddhh>` or `d<yyyymmdd>`, UTC.
    static func name(_ letter: String, _ ms: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = letter + UTCDay(ms: ms).text
        switch letter {
        case "d": return day
        case "h": return day + two(ms / hourMs % 24)
        default: return day + two(ms / hourMs % 24) + two(ms / minuteMs % 60)
        }
    }
}
