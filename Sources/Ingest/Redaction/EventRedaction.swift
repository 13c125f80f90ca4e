/// Redaction of events (spec 01 section 3.4; type 6 by spec 06 section 2).
///
/// Page content is `data` of the types 0 to 3 and nothing else; every other string of an event is redacted, also where no recorder
/// writes one.
extension RedactionPass {
    static func isPageContent(_ type: Int) -> Bool { (0...3).contains(type) }

    /// - Parameter type: the event's `type` when it is a number; nil for any other.
    mutating func redactEvent(_ cursor: inout JSONCursor, type: Int?) throws(JSONFault) {
        // Of a repeated `data` readers take the last one; all are redacted, as the bytes stay.
        try cursor.object { (cursor, key) throws(JSONFault) in
            if try cursor.isNamed(key, "data") { return try redactData(&cursor, type: type) }
            if try cursor.isNamed(key, "timestamp") {
                _ = try cursor.skipValue()  // a number, or a text that becomes one
                return
            }
            if try !cursor.isNamed(key, "type") { try redact(key, as: .foreign, in: cursor) }
            try redactValue(&cursor, as: .foreign)
        }
        try cursor.finish()
    }

    private mutating func redactData(_ cursor: inout JSONCursor, type: Int?) throws(JSONFault) {
        let isObject = try cursor.next() == Bytes.openBrace
        switch type {
        case 4 where isObject: try redactPageData(&cursor)
        case 5 where isObject: try redactCustomData(&cursor)
        case 6 where isObject: try redactPluginData(&cursor)
        case let type? where Self.isPageContent(type):
            if rules.page.isEmpty { _ = try cursor.skipValue() } else { try redactValue(&cursor, as: .page) }
        default: try redactValue(&cursor, as: .foreign)
        }
    }

    /// Type 4: the page's address.
    private mutating func redactPageData(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.object { (cursor, key) throws(JSONFault) in
            if try cursor.isNamed(key, "href") { return try redactField(&cursor, as: .url) }
            try redactMember(key, &cursor, keeping: ["width", "height"])
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
            event = try mappedEvent(&cursor) ?? .other
        }
        cursor.position = start
        try cursor.object { (cursor, key) throws(JSONFault) in
            if try cursor.isNamed(key, "payload"), try cursor.next() == Bytes.openBrace { return try redactPayload(&cursor, event) }
            if try cursor.isNamed(key, "tag") {
                let value = cursor.position
                if try mappedEvent(&cursor) != nil { return }
                cursor.position = value
            }
            try redactMember(key, &cursor, keeping: ["payload", "tag"])
        }
    }

    /// What the tag that begins here means; nil when it is none of the recorder's.
    private func mappedEvent(_ cursor: inout JSONCursor) throws(JSONFault) -> MappedEvent? {
        guard try cursor.next() == Bytes.quote else {
            _ = try cursor.skipValue()
            return nil
        }
        let tag = try cursor.string()
        for (name, mapped) in MappedEvent.tags where try cursor.isNamed(tag, name) { return mapped }
        return nil
    }

    private mutating func redactPayload(_ cursor: inout JSONCursor, _ event: MappedEvent) throws(JSONFault) {
        let fields = event.fields
        try cursor.object { (cursor, key) throws(JSONFault) in
            for (name, role) in fields where try cursor.isNamed(key, name) {
                return try redactField(&cursor, as: role)
            }
            try redactMember(key, &cursor)
        }
    }

    /// Type 6: the payload; a `name` in it is the address of a request.
    private mutating func redactPluginData(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.object { (cursor, key) throws(JSONFault) in
            if try cursor.isNamed(key, "payload") { return try redactPluginPayload(&cursor) }
            if try cursor.isNamed(key, "plugin"), try cursor.next() == Bytes.quote {
                let value = cursor.position
                let plugin = try cursor.string()
                for name in MappedEvent.plugins where try cursor.isNamed(plugin, name) { return }
                cursor.position = value
            }
            try redactMember(key, &cursor, keeping: ["plugin"])
        }
    }

    private mutating func redactPluginPayload(_ cursor: inout JSONCursor) throws(JSONFault) {
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

    /// A member without a meaning of its own, name and value; names in `keeping` stay whatever the patterns say.
    private mutating func redactMember(
        _ key: JSONStringToken, _ cursor: inout JSONCursor, keeping names: [StaticString] = []
    ) throws(JSONFault) {
        var isKept = false
        for name in names where try cursor.isNamed(key, name) { isKept = true }
        if !isKept { try redact(key, as: .text, in: cursor) }
        try redactValue(&cursor, as: .text)
    }

    /// A field with a meaning of its own: nested strings get its treatment and that of text.
    mutating func redactField(_ cursor: inout JSONCursor, as role: StringRole) throws(JSONFault) {
        if try cursor.next() == Bytes.quote {
            try redact(try cursor.string(), as: role, in: cursor)
        } else {
            let nested: StringRole = role == .url ? .urlThenText : role == .release ? .text : role
            try redactValue(&cursor, as: nested)
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
