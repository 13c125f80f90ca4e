/// Takes out of a report what must not leave: values of filtered keys, and in text what looks like an address, a card or a token.
struct Scrubber: Sendable {
    static let filtered: ReportValue = "[FILTERED]"

    let filter: KeyFilter
    let redactsText: Bool

    func scrubbed(_ text: String) -> String { redactsText ? TextRedaction.redacted(text) : text }

    /// At every depth, keys included, as far as ``BoundedWalk`` looks.
    func scrubbed(_ object: [String: ReportValue]) -> [String: ReportValue] {
        BoundedWalk.bounded(object, hides: filter.hides, text: scrubbed)
    }
}
