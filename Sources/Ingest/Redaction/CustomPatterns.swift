/// The operator's patterns, applied in their order.
final class CustomPatterns: Sendable {
    private let patterns: [CustomPattern]
    /// Of all patterns in one; nil when that would be too large.
    private let automaton: PatternAutomaton?

    init?(_ patterns: [CustomPattern]) {
        if patterns.isEmpty { return nil }
        self.patterns = patterns
        automaton = PatternAutomaton(patterns.map(\.program))
    }

    /// False: none of them matches anywhere in `text`.
    func mayMatch(_ text: Span<UInt8>) -> Bool {
        var budget = StepBudget(limit: .max)
        return automaton?.mayMatch(text, budget: &budget) ?? true
    }

    /// The number of matches; nil when the bound on work was reached.
    func redact(_ text: inout [UInt8], _ scratch: inout [UInt8], _ budget: inout StepBudget) -> Int? {
        if let automaton, !automaton.mayMatch(text.span, budget: &budget) { return budget.isExhausted ? nil : 0 }
        var total = 0
        for pattern in patterns {
            guard let matches = pattern.matches(in: text.span, budget: &budget) else { return nil }
            if matches.isEmpty { continue }
            scratch.removeAll(keepingCapacity: true)
            var position = 0
            var count = 0
            for match in matches where !Self.isInsideMarker(match, text.span) {
                scratch.append(text.span, position..<match.lower)
                scratch.append(contentsOf: TextRedaction.marker)
                position = match.upper
                count += 1
            }
            if count == 0 { continue }
            scratch.append(text.span, position..<text.count)
            swap(&text, &scratch)
            total += count
        }
        return total
    }

    /// A broad pattern (`\w+`) must not eat into markers that the browser or an earlier pattern has set: they would grow with
    /// every pass.
    private static func isInsideMarker(_ match: ByteMatch, _ text: Span<UInt8>) -> Bool {
        let marker = TextRedaction.marker
        if match.upper - match.lower > marker.count { return false }
        for start in max(0, match.upper - marker.count)...match.lower {
            guard start + marker.count <= text.count else { return false }
            if marker.indices.allSatisfy({ text[start + $0] == marker[$0] }) { return true }
        }
        return false
    }
}
