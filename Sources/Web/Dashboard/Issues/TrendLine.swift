import RedisStore

/// A row's small picture of the last days, a bar a day, as one SVG path.
struct TrendLine: Sendable {
    static let days = 14
    private static let (step, bar, height) = (5, 4, 20)

    let path: String
    let width: Int
    let height: Int
    /// What the picture says.
    let label: String

    init(_ points: [TrendPoint]) {
        let most = points.map(\.count).max() ?? 0
        path = points.enumerated().filter { $0.element.count > 0 }.map { index, point in
            // What happened at all can be seen.
            let height = max(2, point.count * Self.height / max(1, most))
            return "M\(index * Self.step) \(Self.height)v-\(height)h\(Self.bar)v\(height)z"
        }.joined()
        width = max(1, points.count) * Self.step
        height = Self.height
        label = "\(Format.count(points.reduce(0) { $0 + $1.count }, "time")) in \(points.count) days"
    }
}
