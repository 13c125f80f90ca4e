/// The members of a JSON object, as far as somebody adds them up.
public enum JSONMembers {
    public enum Value: Sendable, Equatable {
        case number(Double)
        case other
    }

    /// - Parameter text: a JSON text, as stored.
    /// - Returns: in their order; nil when the text is no object.
    public static func read(_ text: [UInt8]) -> [(key: String, value: Value)]? {
        text.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            var members: [(key: String, value: Value)] = []
            do throws(JSONFault) {
                try cursor.object { (cursor, token) throws(JSONFault) in
                    let key = String(decoding: try cursor.text(of: token), as: UTF8.self)
                    let value = cursor.slice(try cursor.skipValue())
                    members.append((key, Self.value(value)))
                }
                try cursor.finish()
            } catch {
                return nil
            }
            return members
        }
    }

    private static func value(_ text: UnsafeBufferPointer<UInt8>) -> Value {
        guard let first = text.first, first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite
        else { return .other }
        return .number(number)
    }
}
