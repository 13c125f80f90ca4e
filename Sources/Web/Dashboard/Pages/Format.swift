/// Numbers and times as people read them (spec 03 section 2.1). All in UTC; the page's script turns times into local ones.
enum Format {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `57s`, `3m 12s`, `2m`, `1h 39m`, `24h`; `N/A` without a value.
    /// - Parameter milliseconds: rounded down to seconds.
    static func duration(_ milliseconds: Double?) -> String {
        guard let milliseconds, milliseconds.isFinite else { return "N/A" }
        let seconds = Int(min(max(milliseconds, 0), 1e15) / 1000)
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return joined(seconds / 60, "m", seconds % 60, "s")
        default: return joined(seconds / 3600, "h", seconds % 3600 / 60, "m")
        }
    }

    private static func joined(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
    }

    /// `12,345`.
    static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result
    }

    /// `1 session`, `2 sessions`.
    static func count(_ number: Int, _ noun: String) -> String { "\(count(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// `1 batch`, `2 batches`.
    static func count(_ number: Int, _ noun: String, _ plural: String) -> String { "\(count(number)) \(number == 1 ? noun : plural)" }

    /// `12 KB`.
    static func bytes(_ number: Int) -> String {
        switch number {
        case ..<1024: "\(number) B"
        case ..<(1 << 20): "\(number / 1024) KB"
        case (1 << 30)...: "\(number >> 30).\((number >> 20) % 1024 * 10 / 1024) GB"
        default: "\(number >> 20).\((number >> 10) % 1024 * 10 / 1024) MB"
        }
    }

    /// `30 days`, `12 hours`.
    static func period(_ seconds: Int) -> String {
        if seconds >= 86_400, seconds.isMultiple(of: 86_400) { return count(seconds / 86_400, "day") }
        if seconds >= 3600, seconds.isMultiple(of: 3600) { return count(seconds / 3600, "hour") }
        return count(seconds, "second")
    }

    /// For a `<time>` element.
    struct Time: Sendable, Equatable {
        /// `2026-06-13T14:13:05Z`
        let iso: String
        /// `Jun 13, 2026 14:13 UTC`
        let text: String
        /// `Jun 13, 2026 14:13:05 UTC`
        let exact: String
    }

    /// - Parameter seconds: since 1970.
    static func time(_ seconds: Double) -> Time {
        let whole = Int(min(max(seconds, 0), 253_402_300_799))
        let date = civil(day: whole / 86_400)
        let clock = whole % 86_400
        let minutes = "\(two(clock / 3600)):\(two(clock % 3600 / 60))"
        let day = "\(months[date.month - 1]) \(date.day), \(date.year)"
        return Time(
            iso: "\(four(date.year))-\(two(date.month))-\(two(date.day))T\(minutes):\(two(clock % 60))Z",
            text: "\(day) \(minutes) UTC",
            exact: "\(day) \(minutes):\(two(clock % 60)) UTC"
        )
    }

    /// The date of a day number since 1970 (proleptic Gregorian calendar, with years that begin in March inside).
    private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func four(_ number: Int) -> String { String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number) }
}
