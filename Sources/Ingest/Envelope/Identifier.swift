/// Ids of sessions, windows, batches and projects: letters, digits, `_` and `-` of ASCII (spec 01, `VALID_ID`).
public enum Identifier {
    /// Longest session, window and project id, in characters.
    public static let maxLength = 128
    /// Longest batch id, in characters (DESIGN.md section 4).
    public static let maxBatchLength = 64

    /// Whether the whole text is an id of 1 to `maxLength` characters; a trailing newline does not pass.
    public static func isValid(_ text: String, maxLength: Int = Self.maxLength) -> Bool {
        var length = 0
        for byte in text.utf8 {
            length += 1
            guard length <= maxLength, isAllowed(byte) else { return false }
        }
        return length > 0
    }

    public static func isValid(_ bytes: UnsafeRawBufferPointer, maxLength: Int = Self.maxLength) -> Bool {
        (1...maxLength).contains(bytes.count) && bytes.allSatisfy(isAllowed)
    }

    @inline(__always)
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
