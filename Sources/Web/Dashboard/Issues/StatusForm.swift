import Ingest
import RedisStore

/// What a form wants an issue's status to be.
struct StatusForm: Sendable {
    let change: StatusChange
    /// `resolved`, `ignored until 10 more occurrences`: for the notice.
    let words: String

    /// - Parameter now: seconds since 1970.
    /// - Throws: `badStatus`, `badUntil`.
    init(_ form: QueryString, now: Double) throws(DashboardFailure) {
        guard let status = form["status"].flatMap(ProblemStatus.init) else { throw .badStatus }
        var change = StatusChange(status)
        var words = status == .open ? "reopened" : status.rawValue
        if status == .ignored, let text = form.text("until_count") {
            guard let count = Int(text), (1...1_000_000).contains(count) else { throw .badUntil }
            change.untilCount = count
            words += " until \(Format.count(count, "more occurrence"))"
        }
        if status == .ignored, let text = form.text("until") {
            guard let until = TimeRange.seconds(text, endOfDay: false), until > now else { throw .badUntil }
            change.until = until
            words += " until \(Format.time(until).text)"
        }
        self.change = change
        self.words = words
    }
}
