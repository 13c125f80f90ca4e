/// The bytes JSON is made of.
enum Bytes {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let colon = UInt8(ascii: ":")
    static let at = UInt8(ascii: "@")
    static let comma = UInt8(ascii: ",")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The first byte that ends a run of plain ASCII inside a string, or `end`: a quote, a backslash, a control
    /// character or the start of a UTF-8 sequence. Eight bytes at a time.
    @inline(__always)
    static func skipPlain(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        while end - p >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
            // A borrow can mark a byte wrongly only above a byte marked rightly, and the lowest mark is used.
            let quotes = (word ^ (ones &* UInt64(quote))) &- ones
            let backslashes = (word ^ (ones &* UInt64(backslash))) &- ones
            let controls = word &- ones &* 0x20
            let marks = (quotes | backslashes | controls | word) & highs
            if marks != 0 { return p + marks.trailingZeroBitCount >> 3 }
            p += 8
        }
        while p < end, p.pointee != quote, p.pointee != backslash, p.pointee >= 0x20, p.pointee < 0x80 { p += 1 }
        return p
    }

    /// The bytes of `true`, `false` or `null` after the first, lowest first.
    static func literalRest(_ first: UInt8) -> UInt32 {
        switch first {
        case UInt8(ascii: "t"): 0x0065_7572
        case UInt8(ascii: "f"): 0x6573_6C61
        default: 0x006C_6C75
        }
    }

    @inline(__always)
    static func continuesNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }

    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
