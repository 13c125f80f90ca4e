import ArgumentParser
import Foundation

/// A time as a command takes it: a date (UTC), or RFC 3339 such as `2026-06-01T12:00:00Z`.
struct Moment: ExpressibleByArgument, Sendable, Equatable {
    /// ms since 1970; of a date its first.
    let firstMs: Int64
    /// Of a date its last, otherwise the same.
    let lastMs: Int64

    init?(argument: String) {
        if argument.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil {
            let style = Date.ISO8601FormatStyle().year().month().day()
            // Reading is lenient: 30 February must not pass for a day in March.
            guard let day = try? Date(argument, strategy: style), day.formatted(style) == argument else { return nil }
            firstMs = Self.milliseconds(day)
            lastMs = firstMs + 86_399_999
            return
        }
        // As lenient: no 25 o'clock, and never without a zone.
        guard let parts = argument.wholeMatch(of: /(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})/),
            Moment(argument: String(parts.1)) != nil,
            let date = (try? Date(argument, strategy: .iso8601))
                ?? (try? Date(argument, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        else { return nil }
        firstMs = Self.milliseconds(date)
        lastMs = firstMs
    }

    private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    /// RFC 3339, for people and the audit log.
    static func text(_ ms: Int64) -> String {
        Date(timeIntervalSince1970: Double(ms) / 1000).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: ms % 1000 != 0))
    }
}
