/// Takes out of a report what must not leave: values of filtered keys, and in text what looks like an address, a card or a token.
struct Scrubber: Sendable {
    static let filtered: ReportValue = "[FILTERED]"

    let filter: KeyFilter
    let redactsText: Bool

    func scrubbed(_ text: String) -> String { redactsText ? TextRedaction.redacted(text) : text }

    /// At every depth, keys included.
    func scrubbed(_ object: [String: ReportValue], depth: Int = 1) -> [String: ReportValue] {
        var result: [String: ReportValue] = [:]
        for (key, value) in object {
            result[scrubbed(key)] = filter.hides(key) ? Self.filtered : scrubbed(value, depth: depth)
        }
        return result
    }

    private func scrubbed(_ value: ReportValue, depth: Int) -> ReportValue {
        switch value {
        case .string(let text): .string(scrubbed(text))
        case .array(let elements): depth < ReportLimits.depth ? .array(elements.map { scrubbed($0, depth: depth + 1) }) : ReportLimits.truncated
        case .object(let members): depth < ReportLimits.depth ? .object(scrubbed(members, depth: depth + 1)) : ReportLimits.truncated
        default: value
        }
    }
}
