/// The minute, hour and day, UTC, in which an occurrence is counted.
enum ProblemTime {
    private static let secondsPerDay: Int64 = 86_400
    /// What is further ahead of or behind the server's time is counted when it arrived: clocks are wrong, and names must not grow without bound.
    private static let maxAheadMs: Int64 = 3_600_000
    private static let maxBehindMs: Int64 = 90 * 86_400_000
    /// How long minutes and hours are kept; older ones would be removed at once.
    private static let minutesKeptMs: Int64 = 2 * 3_600_000
    private static let hoursKeptMs: Int64 = 7 * 86_400_000

    /// When something happened as its sender says, or when it arrived, if that is far ahead: a clock in the future, or in other units, would keep
    /// it at the top of every list.
    static func bounded(_ atMs: Int64, receivedMs: Int64) -> Int64 { atMs > receivedMs + maxAheadMs ? receivedMs : atMs }

    /// `m<yyyymmddhhmm>`, `h<yyyymmddhh>` and `d<yyyymmdd>`; without those that are no longer kept.
    static func buckets(_ atMs: Int64, receivedMs: Int64) -> [String] {
        let isCredible = atMs <= receivedMs + maxAheadMs && atMs >= receivedMs - maxBehindMs
        let ms = max(0, isCredible ? atMs : receivedMs)
        let seconds = ms / 1000
        let day = date(seconds / secondsPerDay)
        let hour = day + padded(Int(seconds % secondsPerDay / 3600))
        var names = ["d" + day]
        if ms >= receivedMs - hoursKeptMs { names.append("h" + hour) }
        if ms >= receivedMs - minutesKeptMs { names.append("m" + hour + padded(Int(seconds % 3600 / 60))) }
        return names
    }

    /// `yyyymmdd` of so many days after 1970-01-01, by the proleptic Gregorian calendar.
    private static func date(_ days: Int64) -> String {
        // Years begin in March here, so that the leap day is their last.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return padded(Int(year), 4) + padded(Int(month)) + padded(Int(day))
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
