/// `since` and `until` of a page (spec 03 section 1.4). A text that is no time is no filter and is not shown again.
struct TimeRange: Sendable, Equatable {
    /// As given, when it could be read.
    let sinceText: String?
    let untilText: String?
    /// Seconds since 1970, inclusive.
    let since: Double?
    let until: Double?

    init(_ query: QueryString) {
        let since = query.text("since").flatMap { Self.seconds($0, endOfDay: false).map { ($0, query.text("since")) } }
        let until = query.text("until").flatMap { Self.seconds($0, endOfDay: true).map { ($0, query.text("until")) } }
        self.since = since?.0
        self.until = until?.0
        sinceText = since?.1
        untilText = until?.1
    }

    /// A day, or ISO 8601 with or without zone; never read in the server's own zone.
    static func seconds(_ text: String, endOfDay: Bool) -> Double? {
        if let day = day(text) { return endOfDay ? day + 86_399.999 : day }
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == "t" || $0 == " " })
        guard parts.count == 2, let day = day(String(parts[0])) else { return nil }
        return timeOfDay(parts[1]).map { day + $0 + (endOfDay ? rest(parts[1]) : 0) }
    }

    /// An end is inclusive: what is given to the minute or second means the whole of it.
    private static func rest(_ clock: Substring) -> Double {
        if clock.contains(".") { return 0 }
        return clock.prefix { $0 != "+" && $0 != "-" }.count { $0 == ":" } > 1 ? 0.999 : 59.999
    }

    /// Midnight UTC of `YYYY-MM-DD`.
    static func day(_ text: String) -> Double? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2 else { return nil }
        guard let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]), (1...12).contains(month), day >= 1 else {
            return nil
        }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        // Days since 1970 of the civil calendar, with the year starting in March.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Double((era * 146_097 + dayOfEra - 719_468) * 86_400)
    }

    private static func timeOfDay(_ text: Substring) -> Double? {
        var clock = text
        var offset = 0.0
        if let last = clock.last, last == "Z" || last == "z" {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let seconds = zone(clock[clock.index(after: sign)...]) else { return nil }
            offset = clock[sign] == "+" ? seconds : -seconds
            clock = clock[..<sign]
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = digits(parts[0]), let minute = digits(parts[1]), hour < 24, minute < 60 else { return nil }
        var second = 0.0
        if parts.count == 3 {
            guard parts[2].utf8.first.map(isDigit) ?? false, let value = Double(parts[2]), value < 61 else { return nil }
            second = value
        }
        return Double(hour * 3600 + minute * 60) + second - offset
    }

    private static func zone(_ text: Substring) -> Double? {
        let compact = text.filter { $0 != ":" }
        guard compact.utf8.count == 4 || compact.utf8.count == 2, let number = digits(compact[...]) else { return nil }
        let (hours, minutes) = compact.utf8.count == 4 ? (number / 100, number % 100) : (number, 0)
        return hours < 24 && minutes < 60 ? Double(hours * 3600 + minutes * 60) : nil
    }

    private static func digits(_ text: Substring) -> Int? { !text.isEmpty && text.utf8.allSatisfy(isDigit) ? Int(text) : nil }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
}
