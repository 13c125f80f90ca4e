/// The content of a JSON string token, between its quotes; the scanner has validated it.
enum StringToken {
    /// Whether the content is this name, which may be written with escapes.
    @inline(__always)
    static func matches(_ token: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        guard token.count == name.utf8CodeUnitCount else { return false }
        let text = name.utf8Start
        for index in 0..<token.count where token[index] != text[index] { return false }
        return true
    }

    /// The text with its escapes resolved, as UTF-8. A surrogate without its partner becomes U+FFFD: browsers
    /// do send them, cut out of text.
    static func unescaped(_ token: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(token.count)
        var index = 0
        while index < token.count {
            let byte = token[index]
            index += 1
            guard byte == Bytes.backslash, index < token.count else {
                result.append(byte)
                continue
            }
            let kind = token[index]
            index += 1
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(Bytes.newline)
            case UInt8(ascii: "r"): result.append(Bytes.carriageReturn)
            case UInt8(ascii: "t"): result.append(Bytes.tab)
            case UInt8(ascii: "u"): appendScalar(token, &index, to: &result)
            default: result.append(kind)
            }
        }
        return result
    }

    private static func appendScalar(_ token: UnsafeRawBufferPointer, _ index: inout Int, to result: inout [UInt8]) {
        let unit = codeUnit(token, at: index)
        index += 4
        var value = unit
        if (0xD800...0xDBFF).contains(unit), index + 6 <= token.count,
            token[index] == Bytes.backslash, token[index + 1] == UInt8(ascii: "u")
        {
            let low = codeUnit(token, at: index + 2)
            if (0xDC00...0xDFFF).contains(low) {
                value = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The four hex digits from `start` on; what is cut off counts as 0.
    private static func codeUnit(_ token: UnsafeRawBufferPointer, at start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<min(start + 4, token.count) {
            value = value << 4 | UInt32(Bytes.hexValue(token[index]) ?? 0)
        }
        return value
    }
}
