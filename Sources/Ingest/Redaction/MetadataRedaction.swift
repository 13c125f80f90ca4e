/// A session's metadata, ready to be stored (spec 01 sections 1.5 and 3.5).
public struct RedactedMetadata: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var key: String
        /// The value as JSON text.
        public var value: [UInt8]
    }

    /// At most 50, keys of at most 128 characters, values of at most 1,024; each key once.
    public var entries: [Entry]
    /// The original bytes must not be kept: something was redacted, cut, left out or not understood.
    public var isChanged: Bool
    public var counts: RedactionCounts
    /// Who the user is, not redacted and never to be stored: see `UserToken`.
    public var users: [String] = []

    static let refused = RedactedMetadata(entries: [], isChanged: true, counts: RedactionCounts())
}

extension Redactor {
    /// Redacts and clamps a batch's `metadata`. Never fails: what cannot be followed gives no entries.
    ///
    /// - Parameters:
    ///   - bytes: the value of `metadata`; anything but an object counts as absent.
    ///   - userKey: the key that names the user; empty: none does.
    public func metadata(_ bytes: UnsafeRawBufferPointer, userKey: String = "") -> RedactedMetadata {
        var cursor = JSONCursor(bytes)
        var metadata = MetadataRedaction(rules: rules)
        do throws(JSONFault) {
            try metadata.redact(&cursor)
            try cursor.finish()
        } catch {
            return .refused
        }
        metadata.note(users: MetadataUsers.values(of: userKey, in: bytes))
        return metadata.result
    }
}

private struct MetadataRedaction {
    private static let urlKeys: [StaticString] = ["url", "referrer", "entry_url", "entry_referrer"]
    /// Set by the server alone.
    private static let serverKeys = MetadataLimits.serverKeys.union(["has_errors"])
    private static let truncated = Array(#"{"_truncated":true}"#.utf8)

    let rules: RedactionRules
    private(set) var result = RedactedMetadata(entries: [], isChanged: false, counts: RedactionCounts())
    private var places: [String: Int] = [:]

    init(rules: RedactionRules) {
        self.rules = rules
    }

    mutating func note(users: [String]) { result.users = users }

    mutating func redact(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.object { (cursor, key) throws(JSONFault) in
            var isURL = false
            for name in Self.urlKeys where try cursor.isNamed(key, name) { isURL = true }
            let name = try self.name(key, isURL: isURL, cursor)
            let range = try cursor.skipValue()
            guard let name else { return }
            if result.entries.count == MetadataLimits.maxKeys, places[name] == nil {
                result.isChanged = true
                return
            }
            append(name, try value(cursor, range, as: isURL ? .url : .text))
        }
    }

    /// nil: left out.
    private mutating func name(_ key: JSONStringToken, isURL: Bool, _ cursor: JSONCursor) throws(JSONFault) -> String? {
        var text = try cursor.text(of: key)
        var scratch: [UInt8] = []
        var budget = StepBudget(bytes: text.count)
        if !isURL, rules.text.redact(&text, scratch: &scratch, counts: &result.counts, budget: &budget) { result.isChanged = true }
        let full = String(decoding: text, as: UTF8.self)
        let name = MetadataLimits.clamp(full, to: MetadataLimits.maxKeyCharacters)
        if name != full { result.isChanged = true }
        if Self.serverKeys.contains(name) {
            result.isChanged = true
            return nil
        }
        return name
    }

    private mutating func append(_ key: String, _ value: [UInt8]) {
        if let place = places[key] {
            result.isChanged = true
            result.entries[place].value = value
        } else {
            places[key] = result.entries.count
            result.entries.append(.init(key: key, value: value))
        }
    }

    private mutating func value(_ cursor: JSONCursor, _ range: Range<Int>, as role: StringRole) throws(JSONFault) -> [UInt8] {
        let slice = cursor.slice(range)
        var inner = JSONCursor(UnsafeRawBufferPointer(slice))
        var pass = RedactionPass(rules, size: slice.count)
        try pass.redactField(&inner, as: role)
        result.counts += pass.counts
        var value = Array(slice)
        if let changed = pass.finish(inner) {
            value = changed
            result.isChanged = true
        }
        // Neither fewer bytes than characters nor, in JSON, fewer than in the text.
        if value.count <= MetadataLimits.maxValueCharacters { return value }
        let clamped = try Self.clamped(value)
        if clamped != value { result.isChanged = true }
        return clamped
    }

    private static func clamped(_ value: [UInt8]) throws(JSONFault) -> [UInt8] {
        guard value.first == Bytes.quote else {
            let characters = value.count { $0 & 0xC0 != 0x80 }
            return characters > MetadataLimits.maxValueCharacters ? truncated : value
        }
        var text: [UInt8] = []
        guard JSONText.decode(value.span.extracting(1..<(value.count - 1)), into: &text) else { throw JSONFault(position: 0) }
        guard let end = TextRedaction.end(of: text, within: MetadataLimits.maxValueCharacters) else { return value }
        var result: [UInt8] = []
        JSONText.encode(text.span.extracting(0..<end), into: &result)
        return result
    }
}
