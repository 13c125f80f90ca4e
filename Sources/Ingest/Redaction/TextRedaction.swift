/// Redaction of one decoded text by a chosen set of patterns (spec 01 section 3.1).
final class TextRedaction: Sendable {
    static let marker: [UInt8] = Array("[redacted]".utf8)
    /// Rounds until nothing changes any more; text that still does is replaced whole. Ordinary text needs one, and one to confirm it.
    static let maximumRounds = 4

    let builtIns: BuiltInPatterns
    let customs: CustomPatterns?
    let checksCards: Bool

    init(builtIns: BuiltInPatterns, customs: CustomPatterns?, checksCards: Bool = true) {
        self.builtIns = builtIns
        self.customs = customs
        self.checksCards = checksCards
    }

    var isEmpty: Bool { builtIns.isEmpty && customs == nil }

    /// The built-in patterns that text with these bytes can match. Sound as long as the bytes are the text itself, or JSON of it
    /// without `\u` escapes.
    func candidates(_ traits: ByteTraits, _ text: Span<UInt8>) -> BuiltInPatterns {
        var result: BuiltInPatterns = []
        if traits.has(ByteTraits.cut) { result.insert(.url) }
        if traits.has(ByteTraits.capitalJ) { result.insert(.jwt) }
        if traits.has(ByteTraits.at) { result.insert(.email) }
        if traits.digits >= 13 { result.insert(.card) }
        if builtIns.contains(.longHex), text.count >= 32, Self.hasHexRun(text) { result.insert(.longHex) }
        return result.intersection(builtIns)
    }

    /// A run of 32 covers a place divisible by 32, so only those are looked at.
    private static func hasHexRun(_ text: Span<UInt8>) -> Bool {
        var place = 31
        while place < text.count {
            if ByteClass.flags[text[place]] & ByteClass.hex != 0 {
                var lower = place
                while lower > place - 31, ByteClass.flags[text[lower - 1]] & ByteClass.hex != 0 { lower -= 1 }
                var upper = place + 1
                while upper < text.count, upper - lower < 32, ByteClass.flags[text[upper]] & ByteClass.hex != 0 { upper += 1 }
                if upper - lower >= 32 { return true }
            }
            place += 32
        }
        return false
    }

    /// Redacts in place; false when nothing was found. Applied to its own output it finds nothing: patterns are repeated until
    /// they do (a card number replaced inside a URL can expose the query behind it).
    func redact(
        _ text: inout [UInt8], scratch: inout [UInt8], counts: inout RedactionCounts, budget: inout StepBudget
    ) -> Bool {
        var changed = false
        var isStable = false
        for _ in 0..<Self.maximumRounds where !isStable {
            isStable = !redactOnce(&text, &scratch, &counts, &budget)
            changed = changed || !isStable
            if budget.isExhausted { break }
        }
        guard isStable, !budget.isExhausted else {
            text = Self.marker
            counts.oversized += 1
            return true
        }
        return changed
    }

    private func redactOnce(
        _ text: inout [UInt8], _ scratch: inout [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget
    ) -> Bool {
        var changed = false
        let candidates = candidates(ByteTraits(of: text.span), text.span)
        if !candidates.isEmpty {
            for pattern in BuiltInPattern.allCases where candidates.contains(BuiltInPatterns(pattern)) {
                let count = replace(pattern, text.span, &scratch, &budget)
                if count == 0 { continue }
                counts.add(count, for: pattern)
                swap(&text, &scratch)
                changed = true
            }
        }
        if let customs {
            guard let count = customs.redact(&text, &scratch, &budget) else { return true }
            counts.custom += count
            changed = changed || count > 0
        }
        return changed
    }

    /// The number of matches; `output` holds the result when there are any.
    private func replace(
        _ pattern: BuiltInPattern, _ input: Span<UInt8>, _ output: inout [UInt8], _ budget: inout StepBudget
    ) -> Int {
        var position = 0
        var count = 0
        output.removeAll(keepingCapacity: true)
        while let match = pattern.firstMatch(in: input, from: position, checksCards: checksCards, budget: &budget) {
            output.append(input, position..<match.lower)
            if pattern != .url { output.append(contentsOf: Self.marker) }
            position = match.upper
            count += 1
        }
        if count > 0 { output.append(input, position..<input.count) }
        return count
    }

    /// Where to cut redacted text: after the last character (Unicode scalar) allowed, but not inside a marker. nil: short enough.
    static func end(of text: [UInt8], within limit: Int) -> Int? {
        if text.count <= limit { return nil }
        var characters = 0
        guard
            let cut = text.firstIndex(where: { byte in
                if byte & 0xC0 != 0x80 { characters += 1 }
                return characters > limit
            })
        else { return nil }
        for start in max(0, cut - marker.count + 1)..<cut where text[start...].starts(with: marker) { return start }
        return cut
    }

    /// Redacted text of at most so many characters.
    static func clamped(_ text: [UInt8], to limit: Int) -> ArraySlice<UInt8> {
        text[..<(end(of: text, within: limit) ?? text.count)]
    }
}
