/// Ids as the server takes them (spec 01, `VALID_ID`): 1-128 ASCII letters, digits, `_` and `-`.
enum Identifier {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

    /// The text when it is an id: a report must not be lost to a forged cookie.
    static func valid(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { return nil }
        return text
    }

    /// 12 random characters (72 bits): the server knows by it that a report came twice.
    static func random() -> String {
        // Six bits of each of twelve bytes.
        let bits = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        let bytes = (0..<12).map { index in UInt8(truncatingIfNeeded: index < 8 ? bits.0 >> (8 * index) : bits.1 >> (8 * (index - 8))) }
        return String(decoding: bytes.map { alphabet[Int($0 & 63)] }, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}
