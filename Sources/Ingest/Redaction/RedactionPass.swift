/// The state of redacting one piece of JSON: the output so far and the scratch space.
struct RedactionPass {
    let rules: RedactionRules
    var counts = RedactionCounts()
    private(set) var output: [UInt8] = []
    /// Input up to here is in `output`; meaningless while nothing has changed.
    private var copied = 0
    private(set) var isChanged = false
    private var text: [UInt8] = []
    private var scratch: [UInt8] = []

    private var budget: StepBudget

    /// - Parameter size: of the JSON, which bounds the work for all its strings together.
    init(_ rules: RedactionRules, size: Int) {
        self.rules = rules
        budget = StepBudget(bytes: size)
    }

    /// Redacts one string token; most are ruled out by their traits and never decoded.
    mutating func redact(_ token: JSONStringToken, as role: StringRole, in cursor: borrowing JSONCursor) throws(JSONFault) {
        let raw = cursor.slice(token.inner)
        if role == .release, ReleaseName.isCommitID(raw) { return }
        if let redaction = rules.patterns(of: role), !needsDecoding(token, raw, redaction) { return }
        text.removeAll(keepingCapacity: true)
        guard JSONText.decode(raw.span, into: &text) else { throw JSONFault(position: token.range.lowerBound) }
        let changed: Bool
        switch role {
        case .text, .release:
            changed = rules.text.redact(&text, scratch: &scratch, counts: &counts, budget: &budget)
        case .page:
            changed = rules.page.redact(&text, scratch: &scratch, counts: &counts, budget: &budget)
        case .foreign:
            changed = rules.foreign.redact(&text, scratch: &scratch, counts: &counts, budget: &budget)
        case .url:
            changed = rules.url.redact(&text, counts: &counts, budget: &budget)
        case .urlThenText:
            let cut = rules.url.redact(&text, counts: &counts, budget: &budget)
            changed = rules.text.redact(&text, scratch: &scratch, counts: &counts, budget: &budget) || cut
        }
        if changed { replace(token.range, in: cursor) }
    }

    private func needsDecoding(_ token: JSONStringToken, _ raw: UnsafeBufferPointer<UInt8>, _ redaction: TextRedaction) -> Bool {
        if token.traits.has(ByteTraits.unicodeEscape) { return true }
        if !redaction.candidates(token.traits, raw.span).isEmpty { return true }
        guard let customs = redaction.customs, !raw.isEmpty else { return false }
        return token.traits.has(ByteTraits.escape) || customs.mayMatch(raw.span)
    }

    /// Puts `text` in the token's place.
    private mutating func replace(_ range: Range<Int>, in cursor: borrowing JSONCursor) {
        if !isChanged {
            isChanged = true
            output.reserveCapacity(cursor.bytes.count + 64)
        }
        output.append(contentsOf: cursor.slice(copied..<range.lowerBound))
        let text = text
        JSONText.encode(text.span, into: &output)
        copied = range.upperBound
    }

    /// The whole result; nil when nothing changed.
    mutating func finish(_ cursor: borrowing JSONCursor) -> [UInt8]? {
        if !isChanged { return nil }
        output.append(contentsOf: cursor.slice(copied..<cursor.bytes.count))
        return output
    }

    /// Redacts every string of one value, keys included.
    @inline(__always)
    mutating func redactValue(_ cursor: inout JSONCursor, as role: StringRole) throws(JSONFault) {
        // The cursor cannot be read while it walks; a copy of its view can.
        let view = JSONCursor(UnsafeRawBufferPointer(cursor.bytes))
        try cursor.value { (token, isKey) throws(JSONFault) in
            try redact(token, as: isKey && role.isURL ? .text : role, in: view)
        }
    }
}

/// The treatments of strings, compiled from the settings.
final class RedactionRules: Sendable {
    let text: TextRedaction
    let url: URLRedaction
    /// Page content; empty unless `dom_patterns` or `custom_patterns` are set.
    let page: TextRedaction
    /// What no recorder of ours writes, and so could be either: the patterns of both.
    let foreign: TextRedaction

    init(_ settings: RedactionSettings) {
        let customs = CustomPatterns(settings.customPatterns)
        let ofText = BuiltInPatterns.all.subtracting(BuiltInPatterns(settings.disabledPatterns))
        let ofPage = BuiltInPatterns(settings.domPatterns)
        text = TextRedaction(builtIns: ofText, customs: customs, checksCards: settings.checksCards)
        page = TextRedaction(builtIns: ofPage, customs: customs, checksCards: settings.checksCards)
        foreign = TextRedaction(builtIns: ofText.union(ofPage), customs: customs, checksCards: settings.checksCards)
        url = URLRedaction(
            mode: settings.urlMode,
            filter: URLParameterFilter(allowlist: settings.urlParamAllowlist, denylist: settings.urlParamDenylist),
            text: text
        )
    }

    /// The patterns that decide alone; nil when the string is a URL.
    func patterns(of role: StringRole) -> TextRedaction? {
        switch role {
        case .text, .release: text
        case .page: page
        case .foreign: foreign
        case .url, .urlThenText: nil
        }
    }
}
