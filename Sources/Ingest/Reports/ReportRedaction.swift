/// Redacts and bounds what one report holds: patterns first, then network addresses, then the bounds.
struct ReportRedaction {
    static let maxContextBytes = 16_384
    static let truncated = Array(#"{"_truncated":true}"#.utf8)

    let redactor: Redactor
    let anonymizesIP: Bool
    private(set) var counts = RedactionCounts()

    init(redactor: Redactor, anonymizesIP: Bool) {
        self.redactor = redactor
        self.anonymizesIP = anonymizesIP
    }

    /// The patterns taken out: what fingerprints are made of, so that reducing addresses makes no other problems.
    mutating func patterns(_ raw: [UInt8]) -> [UInt8] {
        var text = raw
        redactor.redact(&text, counts: &counts)
        return text
    }

    /// - Parameters:
    ///   - text: without the patterns.
    ///   - limit: characters kept; a marker is kept whole or not at all.
    func stored(_ text: [UInt8], limit: Int) -> String {
        let reduced = anonymizesIP ? AddressesInText.anonymized(text) : nil
        return String(decoding: TextRedaction.clamped(reduced ?? text, to: limit), as: UTF8.self)
    }

    /// - Parameter limit: as for ``stored(_:limit:)``.
    mutating func text(_ raw: [UInt8], limit: Int) -> String { stored(patterns(raw), limit: limit) }

    /// A path; nil when nothing is left.
    mutating func path(_ raw: [UInt8]?) -> String? {
        guard let raw else { return nil }
        let path = text(raw, limit: ProblemFacet.maxCharacters)
        return path.isEmpty ? nil : path
    }

    /// A release or an environment, or a number that names one; without white space around it, nil when nothing is left.
    /// - Parameter isRelease: those have names that stay readable.
    mutating func label(_ raw: UnsafeRawBufferPointer?, isRelease: Bool = false) -> String? {
        guard let raw, let text = JSONValue.text(raw) ?? (JSONValue.number(raw) == nil ? nil : JSONValue.stringified(raw)) else { return nil }
        let label = Array(FrameText.trimmed(String(decoding: text, as: UTF8.self)).utf8)
        if isRelease, ReleaseName.staysReadable(label) { return String(decoding: label, as: UTF8.self) }
        // `1.2.3.4` is a version here, and no address.
        let redacted = String(decoding: TextRedaction.clamped(patterns(label), to: ProblemFacet.maxCharacters), as: UTF8.self)
        return redacted.isEmpty ? nil : redacted
    }

    /// The context of an error or the payload of an event; nil unless it is an object.
    ///
    /// - Parameter hasRequest: `request.ip` in it is an address or null.
    mutating func object(_ value: UnsafeRawBufferPointer, hasRequest: Bool) -> [UInt8]? {
        guard JSONValue.isObject(value) else { return nil }
        var object = JSONValue.compact(value)
        guard object.count <= Self.maxContextBytes else { return Self.truncated }
        switch object.withUnsafeBytes({ redactor.json($0, counts: &counts) }) {
        case .unchanged: break
        case .changed(let redacted): object = redacted
        case .dropped: return Self.truncated
        }
        guard anonymizesIP else { return object }
        return object.withUnsafeBytes { AddressesInObject.anonymized($0, hasRequest: hasRequest) } ?? Self.truncated
    }
}

extension ProblemFacet {
    static let maxCharacters = 200
}

/// Network addresses in the strings of a JSON object.
private struct AddressesInObject {
    private var changes: [(range: Range<Int>, with: [UInt8])] = []

    /// nil when the object cannot be followed.
    static func anonymized(_ object: UnsafeRawBufferPointer, hasRequest: Bool) -> [UInt8]? {
        var pass = Self()
        var cursor = JSONCursor(object)
        do throws(JSONFault) {
            try cursor.object { (cursor, key) throws(JSONFault) in
                pass.visit(key, cursor)
                if hasRequest, try cursor.isNamed(key, "request"), try cursor.next() == Bytes.openBrace {
                    try pass.walkRequest(&cursor)
                } else {
                    try pass.walk(&cursor)
                }
            }
        } catch {
            return nil
        }
        return pass.applied(to: object)
    }

    private mutating func walkRequest(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.object { (cursor, key) throws(JSONFault) in
            guard try cursor.isNamed(key, "ip"), try cursor.next() == Bytes.quote else {
                visit(key, cursor)
                return try walk(&cursor)
            }
            let token = try cursor.string()
            let text = String(decoding: try cursor.text(of: token), as: UTF8.self)
            changes.append((token.range, Array((ClientAddress.anonymized(text).map { "\"\($0)\"" } ?? "null").utf8)))
        }
    }

    private mutating func walk(_ cursor: inout JSONCursor) throws(JSONFault) {
        // The cursor cannot be read while it walks; a copy of its view can.
        let view = JSONCursor(UnsafeRawBufferPointer(cursor.bytes))
        try cursor.value { (token, _) throws(JSONFault) in visit(token, view) }
    }

    private mutating func visit(_ token: JSONStringToken, _ cursor: borrowing JSONCursor) {
        guard let text = try? cursor.text(of: token), let reduced = AddressesInText.anonymized(text) else { return }
        var encoded: [UInt8] = []
        JSONText.encode(reduced.span, into: &encoded)
        changes.append((token.range, encoded))
    }

    private func applied(to object: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(object.count)
        var copied = 0
        for change in changes {
            output.append(contentsOf: object[copied..<change.range.lowerBound])
            output += change.with
            copied = change.range.upperBound
        }
        output.append(contentsOf: object[copied...])
        return output
    }
}
