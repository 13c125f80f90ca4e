import RedisStore

/// Bars of one span of time, drawn on the server as SVG, and the same figures as a table.
struct TrendChart: Sendable {
    struct Bar: Sendable {
        let x: Int
        let y: Int
        let height: Int
        /// `Jun 13: 5`
        let label: String
    }

    struct Row: Sendable {
        let name: String
        let count: String
    }

    let heading: String
    /// What the picture says in one sentence.
    let summary: String
    let width: Int
    let bars: [Bar]
    /// The highest value of the axis; nil when nothing happened.
    let top: String?
    let first: String
    let last: String
    /// Of the bars that are not empty, newest first.
    let rows: [Row]

    static let height = 60
    private static let step = 10

    enum Unit: Sendable { case hour, day }

    init(_ points: [TrendPoint], unit: Unit) {
        let name = unit == .hour ? Self.hour : Self.day
        let most = points.map(\.count).max() ?? 0
        let total = points.reduce(0) { $0 + $1.count }
        heading = unit == .hour ? "Last 24 hours" : "Last 30 days"
        width = max(1, points.count) * Self.step
        bars = points.enumerated().compactMap { index, point in
            guard point.count > 0 else { return nil }
            // What happened at all can be seen.
            let height = max(3, point.count * Self.height / max(1, most))
            return Bar(x: index * Self.step + 1, y: Self.height - height, height: height, label: "\(name(point)): \(Format.count(point.count))")
        }
        top = most > 0 ? Format.count(most) : nil
        first = points.first.map(name) ?? ""
        last = points.last.map(name) ?? ""
        rows = points.reversed().filter { $0.count > 0 }.map { Row(name: name($0), count: Format.count($0.count)) }
        let peak = points.last { $0.count == most && most > 0 }.map { ", most at \(name($0)) with \(Format.count($0.count))" } ?? ""
        summary = "\(heading), per UTC \(unit == .hour ? "hour" : "day"): \(Format.count(total, "occurrence")) in all\(peak)."
    }

    /// `Jun 13`
    private static func day(_ point: TrendPoint) -> String {
        String(Format.time(Double(point.startMs) / 1000).text.prefix { $0 != "," })
    }

    /// `14:00`
    private static func hour(_ point: TrendPoint) -> String {
        String(Format.time(Double(point.startMs) / 1000).iso.dropFirst(11).prefix(5))
    }
}
