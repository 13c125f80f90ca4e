/// Who a batch's metadata says the user is, before redaction could make two users alike. Only for a digest: it is not stored.
enum MetadataUsers {
    /// A page names one; more are kept within bounds.
    static let most = 32

    /// The values under a key: texts as they are, numbers as they were written. Blank ones and anything else name nobody.
    /// - Parameter metadata: a JSON object; of anything that cannot be followed what came before counts.
    static func values(of key: String, in metadata: UnsafeRawBufferPointer) -> [String] {
        guard !key.isEmpty else { return [] }
        let wanted = Array(key.utf8)
        var found: [String] = []
        var cursor = JSONCursor(metadata)
        do throws(JSONFault) {
            try cursor.object { (cursor, name) throws(JSONFault) in
                let isUser = try cursor.text(of: name) == wanted
                let range = try cursor.skipValue()
                guard isUser, found.count < most, let value = scalar(cursor.slice(range)), !found.contains(value) else { return }
                found.append(value)
            }
        } catch {
            return found
        }
        return found
    }

    private static func scalar(_ token: UnsafeBufferPointer<UInt8>) -> String? {
        guard let first = token.first else { return nil }
        switch first {
        case Bytes.quote:
            var text: [UInt8] = []
            guard JSONText.decode(token.span.extracting(1..<(token.count - 1)), into: &text) else { return nil }
            let value = String(decoding: text, as: UTF8.self)
            return value.allSatisfy(\.isWhitespace) ? nil : value
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return String(decoding: token, as: UTF8.self)
        default:
            return nil
        }
    }
}
