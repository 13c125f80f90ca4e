/// What a byte is to the matchers. ASCII throughout.
enum ByteClass {
    static let digit: UInt8 = 1
    static let hex: UInt8 = 2
    /// `[A-Za-z0-9_]`
    static let word: UInt8 = 4
    /// `[A-Za-z0-9._%+-]`, the part of an address before the at sign
    static let local: UInt8 = 8
    /// `[A-Za-z0-9.-]`, the part after it
    static let domain: UInt8 = 16
    static let letter: UInt8 = 32
    /// `[A-Za-z0-9_-]`
    static let token: UInt8 = 64
    /// `\s`
    static let space: UInt8 = 128

    private static let table: [UInt8] = (0...255).map { value in
        let byte = UInt8(value)
        let isDigit = (0x30...0x39).contains(byte)
        let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        var flags: UInt8 = 0
        if isDigit { flags |= digit | hex | word | local | domain | token }
        if isLetter { flags |= letter | word | local | domain | token }
        if (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte) { flags |= hex }
        switch byte {
        case UInt8(ascii: "_"): flags |= word | local | token
        case UInt8(ascii: "-"): flags |= local | domain | token
        case UInt8(ascii: "."): flags |= local | domain
        case UInt8(ascii: "%"), UInt8(ascii: "+"): flags |= local
        case 0x09...0x0D, 0x20: flags |= space
        default: break
        }
        return flags
    }

    static let flags = ByteTable(table)

    static func isWord(_ byte: UInt8) -> Bool { flags[byte] & word != 0 }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    static func hexValue(_ scalar: Unicode.Scalar) -> UInt8? {
        scalar.isASCII ? hexValue(UInt8(scalar.value)) : nil
    }

    static func decimalValue(_ scalar: Unicode.Scalar) -> Int? {
        (0x30...0x39).contains(scalar.value) ? Int(scalar.value) - 0x30 : nil
    }
}

/// 256 values, one per byte, outside of any array: its reads are neither counted nor checked.
struct ByteTable: @unchecked Sendable {  // safe: written before it is shared, only read afterwards
    private let base: UnsafePointer<UInt8>

    init(_ values: [UInt8]) {
        precondition(values.count == 256)
        let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        storage.initialize(from: values, count: 256)
        base = UnsafePointer(storage)
    }

    func deallocate() {
        UnsafeMutablePointer(mutating: base).deallocate()
    }

    @inline(__always)
    subscript(byte: UInt8) -> UInt8 { base[Int(byte)] }
}
