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

    /// - Parameter limit: characters kept; a marker is kept whole or not at all.
    mutating func text(_ raw: [UInt8], limit: Int, hasAddresses: Bool = true) -> String {
        var text = raw
        redactor.redact(&text, counts: &counts)
        if anonymizesIP, hasAddresses, let reduced = AddressesInText.anonymized(text) { text = reduced }
        return String(decoding: TextRedaction.clamped(text, to: limit), as: UTF8.self)
    }

    /// As ``text(_:limit:hasAddresses:)``; nil when nothing is left.
    mutating func label(_ raw: [UInt8]?, limit: Int = ProblemFacet.maxCharacters) -> String? {
        guard let raw else { return nil }
        let label = text(raw, limit: limit)
        return label.isEmpty ? nil : label
    }

    /// A release; commit ids stay readable.
    mutating func release(_ raw: [UInt8]?) -> String? {
        if let raw, CommitID.isOne(raw) { return String(decoding: raw, as: UTF8.self) }
        return label(raw)
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
