/// Redaction of events (spec 01 section 3.4; type 6 by spec 06 section 2).
extension RedactionPass {
    /// - Parameter type: the event's `type` when it is a number; nil for any other.
    mutating func redactEvent(_ cursor: inout JSONCursor, type: Int?) throws(JSONFault) {
        // Of a repeated `data` readers take the last one; all are redacted, as the bytes stay.
        try cursor.object { (cursor, key) throws(JSONFault) in
            guard try cursor.isNamed(key, "data") else {
                _ = try cursor.skipValue()
                return
            }
            let isObject = try cursor.next() == Bytes.openBrace
            switch type {
            case 4 where isObject: try redactPageData(&cursor)
            case 5 where isObject: try redactCustomData(&cursor)
            case 6: try redactPluginData(&cursor)
            default:
                if rules.page.isEmpty { _ = try cursor.skipValue() } else { try redactValue(&cursor, as: .page) }
            }
        }
        try cursor.finish()
    }

    /// Type 4: the page's address.
    private mutating func redactPageData(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.object { (cursor, key) throws(JSONFault) in
            if try cursor.isNamed(key, "href") { try redactField(&cursor, as: .url) } else { _ = try cursor.skipValue() }
        }
    }

    /// Type 5: the payload, by its tag, which may come after it.
    private mutating func redactCustomData(_ cursor: inout JSONCursor) throws(JSONFault) {
        let start = cursor.position
        var event = MappedEvent.other
        try cursor.object { (cursor, key) throws(JSONFault) in
            guard try cursor.isNamed(key, "tag") else {
                _ = try cursor.skipValue()
                return
            }
            event = .other
            guard try cursor.next() == Bytes.quote else {
                _ = try cursor.skipValue()
                return
            }
            let tag = try cursor.string()
            for (name, mapped) in MappedEvent.tags where try cursor.isNamed(tag, name) { event = mapped }
        }
        cursor.position = start
        try cursor.object { (cursor, key) throws(JSONFault) in
            guard try cursor.isNamed(key, "payload") else {
                _ = try cursor.skipValue()
                return
            }
            guard try cursor.next() == Bytes.openBrace else { return try redactValue(&cursor, as: .text) }
            try redactPayload(&cursor, event)
        }
    }

    private mutating func redactPayload(_ cursor: inout JSONCursor, _ event: MappedEvent) throws(JSONFault) {
        let fields = event.fields
        try cursor.object { (cursor, key) throws(JSONFault) in
            for (name, role) in fields where try cursor.isNamed(key, name) {
                return try redactField(&cursor, as: role)
            }
            try redact(key, as: .text, in: cursor)
            try redactValue(&cursor, as: .text)
        }
    }

    /// Type 6: the payload; a `name` in it is the address of a request.
    private mutating func redactPluginData(_ cursor: inout JSONCursor) throws(JSONFault) {
        guard try cursor.next() == Bytes.openBrace else { return try redactValue(&cursor, as: .text) }
        try cursor.object { (cursor, key) throws(JSONFault) in
            guard try cursor.isNamed(key, "payload") else {
                _ = try cursor.skipValue()
                return
            }
            let view = JSONCursor(UnsafeRawBufferPointer(cursor.bytes))
            var nameEnd = -1
            try cursor.value { (token, isKey) throws(JSONFault) in
                if isKey, try view.isNamed(token, "name") {
                    nameEnd = token.range.upperBound
                } else {
                    let isName = !isKey && view.isOnlyColon(between: nameEnd, and: token.range.lowerBound)
                    try redact(token, as: isName ? .url : .text, in: view)
                }
            }
        }
    }

    /// A field with a meaning of its own: nested strings get its treatment and that of text.
    mutating func redactField(_ cursor: inout JSONCursor, as role: StringRole) throws(JSONFault) {
        if try cursor.next() == Bytes.quote {
            try redact(try cursor.string(), as: role, in: cursor)
        } else {
            try redactValue(&cursor, as: role == .url ? .urlThenText : role)
        }
    }
}

extension JSONCursor {
    /// Whether a key that ends at `end` is that of the value that begins at `start`.
    func isOnlyColon(between end: Int, and start: Int) -> Bool {
        guard end >= 0, end < start else { return false }
        return bytes[end..<start].allSatisfy { $0 == Bytes.colon || $0 <= Bytes.space }
    }
}
