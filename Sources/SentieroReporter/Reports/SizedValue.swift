/// A value with the size of its JSON, and of what it is made of: measured once.
struct SizedValue {
    struct Part {
        /// Empty for the elements of an array.
        let key: String
        let keyBytes: Int
        let value: SizedValue
    }

    let value: ReportValue
    /// Of its JSON as ``ReportLimits/encoded(_:)`` writes it, or a little more.
    let bytes: Int
    let parts: [Part]

    init(_ value: ReportValue) {
        self.value = value
        switch value {
        case .null: (bytes, parts) = (4, [])
        case .bool: (bytes, parts) = (5, [])
        case .int(let number): (bytes, parts) = (String(number).utf8.count, [])
        case .double(let number): (bytes, parts) = (max(String(number).utf8.count, 4), [])
        case .string(let text): (bytes, parts) = (Self.bytes(text), [])
        case .array(let elements):
            parts = elements.map { Part(key: "", keyBytes: 0, value: SizedValue($0)) }
            bytes = parts.reduce(2) { $0 + $1.value.bytes + 1 }
        case .object(let members):
            parts = members.map { Part(key: $0, keyBytes: Self.bytes($0), value: SizedValue($1)) }
            bytes = parts.reduce(2) { $0 + $1.keyBytes + $1.value.bytes + 2 }
        }
    }

    static func bytes(_ text: String) -> Int { text.unicodeScalars.reduce(2) { $0 + bytes($1) } }

    /// Of a character within a text.
    static func bytes(_ scalar: UnicodeScalar) -> Int {
        switch scalar {
        case "\"", "\\", "\n", "\r", "\t", "\u{8}", "\u{C}": 2
        case "\u{0}"..."\u{1F}", "\u{7F}": 6
        default: UTF8.width(scalar)
        }
    }
}
