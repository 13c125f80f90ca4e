import Analytics

/// Sums of a numeric payload key per day (spec 03 section 2.4).
struct PayloadCard: Sendable {
    struct Day: Sendable {
        let date: String
        let count: String
        let sum: String
        let average: String
        let min: String
        let max: String
    }

    let name: String
    let keys: [SessionsView.Choice]
    let key: String
    let action: String
    /// The page's other filters, for the form that chooses a key.
    let hidden: [SessionsView.Hidden]
    /// Newest first.
    let days: [Day]
    let hasDays: Bool
    let nonNumeric: String?
    /// Points of the line of daily sums in a box of 300 by 40.
    let line: String?

    init(_ metrics: PayloadMetrics, address: CustomEventsAddress, urls: DashboardURLs) {
        name = metrics.name
        key = metrics.key
        keys = metrics.keys.map { .init(value: $0, text: $0, isChosen: $0 == metrics.key) }
        action = urls.customEvents()
        hidden = address.parameters(["metric_key": nil]).map { .init(name: $0.0, value: $0.1) }
        days = metrics.days.reversed().map { day in
            Day(
                date: String(Format.time(Double(day.day) * 86_400).iso.prefix(10)), count: Format.count(day.count), sum: Self.text(day.sum),
                average: Self.text(day.average), min: Self.text(day.min), max: Self.text(day.max))
        }
        hasDays = !days.isEmpty
        nonNumeric =
            metrics.nonNumeric > 0 ? "\(Format.count(metrics.nonNumeric, "value is no number", "values are no numbers")) and not counted." : nil
        line = Self.line(metrics.days.map(\.sum))
    }

    /// Two decimals; very large numbers as they are.
    static func text(_ number: Double) -> String {
        guard number.magnitude < 1e15 else { return "\(number)" }
        let cents = Int((number * 100).rounded())
        let rest = abs(cents) % 100
        return (cents < 0 ? "-" : "") + "\(Format.count(abs(cents) / 100)).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func line(_ values: [Double]) -> String? {
        guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
        let span = high - low
        return values.enumerated().map { index, value in
            let x = 300 * index / (values.count - 1)
            let y = span > 0 ? 38 - Int(36 * ((value - low) / span)) : 20
            return "\(x),\(y)"
        }.joined(separator: " ")
    }
}
