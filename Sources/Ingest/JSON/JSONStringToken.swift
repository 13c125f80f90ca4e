/// A string token in the input and what one pass over its bytes has shown about them.
struct JSONStringToken {
    /// Both quotes included.
    var range: Range<Int>
    var traits: ByteTraits

    var inner: Range<Int> { (range.lowerBound + 1)..<(range.upperBound - 1) }
}

/// What a text's bytes can and cannot hold: cheap to collect, and enough to rule most patterns out.
struct ByteTraits: Equatable {
    var flags: UInt8 = 0
    var digits = 0

    /// `?` or `#`
    static let cut: UInt8 = 2
    static let at: UInt8 = 4
    static let capitalJ: UInt8 = 8
    static let percent: UInt8 = 16
    /// A backslash; with `unicodeEscape` the bytes say nothing about the text.
    static let escape: UInt8 = 32
    static let unicodeEscape: UInt8 = 64
    /// Internal to the scan: ends the inner loop.
    static let stop: UInt8 = 128

    /// Bit 0 is set for digits, so that it can be summed.
    static let table: ByteTable = ByteTable(
        (0...255).map { value in
            switch UInt8(value) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): 1
            case UInt8(ascii: "?"), UInt8(ascii: "#"): cut
            case UInt8(ascii: "@"): at
            case UInt8(ascii: "J"): capitalJ
            case UInt8(ascii: "%"): percent
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20: stop
            default: 0
            }
        })

    /// Of text that is already decoded.
    init(of text: Span<UInt8>) {
        let table = Self.table
        for index in 0..<text.count {
            let value = table[text[index]]
            flags |= value
            digits &+= Int(value & 1)
        }
        flags &= ~Self.stop
    }

    init() {}

    func has(_ trait: UInt8) -> Bool { flags & trait != 0 }
}
