import Analytics
import Ingest

/// One bar per UTC day, cut into levels (spec 03 section 2.4).
struct LevelStrip: Sendable {
    struct Segment: Sendable {
        let level: String
        /// Of 1,000 units.
        let x: Int
        let width: Int
    }

    struct Day: Sendable {
        let date: String
        let segments: [Segment]
        /// What the bar says, for who does not see it.
        let text: String
        let total: String
        /// Leads to the errors of the day.
        let errors: String?
        let errorsURL: String?
    }

    let days: [Day]

    /// - Returns: nil without events.
    init?(_ mix: LevelMix, address: CustomEventsAddress, urls: DashboardURLs) {
        guard !mix.days.isEmpty else { return nil }
        days = mix.days.reversed().map { day in
            let date = String(Format.time(Double(day.day) * 86_400).iso.prefix(10))
            // With a search the bars tell how much, else what mix.
            let whole = address.search == nil ? day.total : mix.busiest
            var x = 0
            let segments = ServerEventLevel.allCases.compactMap { level -> Segment? in
                guard let count = day.counts[level], count > 0 else { return nil }
                let width = max(4, 1000 * count / max(1, whole))
                defer { x += width }
                return Segment(level: level.rawValue, x: x, width: min(width, 1000 - min(x, 1000)))
            }
            let errors = day.counts[.error] ?? 0
            let parts = ServerEventLevel.allCases.compactMap { level in day.counts[level].map { "\(Format.count($0)) \(level.rawValue)" } }
            let changes: [String: String?] = ["since": date, "until": date, "level": "error"]
            return Day(
                date: date, segments: segments, text: parts.joined(separator: ", "), total: Format.count(day.total),
                errors: errors > 0 ? Format.count(errors, "error") : nil,
                errorsURL: errors > 0 ? urls.customEvents(address.parameters(changes)) : nil)
        }
    }
}
