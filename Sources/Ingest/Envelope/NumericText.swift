/// Timestamps written as strings (spec 01, 1.3): what Ruby's `Float()` takes, which the original used.
///
/// Decimal with exponent, a leading point, single underscores between digits, or hexadecimal (with fraction and
/// binary exponent), a sign, white space around. Not: a trailing point, a comma, words such as `NaN`.
enum NumericText {
    /// The finite value of a JSON string token, or `nil`.
    static func value(ofString token: UnsafeRawBufferPointer, hasEscapes: Bool) -> Double? {
        guard token.count <= JSONScanner.maxTokenBytes else { return nil }
        return hasEscapes ? StringToken.unescaped(token).withUnsafeBytes(value(of:)) : value(of: token)
    }

    /// The finite value of a text, or `nil`.
    static func value(of text: UnsafeRawBufferPointer) -> Double? {
        var reader = Reader(text: text)
        reader.skipSpaces()
        reader.takeSign()
        guard reader.takeHexadecimal() ?? reader.takeDecimal() else { return nil }
        reader.skipSpaces()
        guard reader.isAtEnd else { return nil }
        return NumberToken.finiteDouble(String(decoding: reader.plain, as: UTF8.self))
    }
}

/// Reads a numeric text and builds the same number in the form `Double` reads.
private struct Reader {
    let text: UnsafeRawBufferPointer
    var index = 0
    var plain: [UInt8] = []

    var isAtEnd: Bool { index == text.count }
    private var current: UInt8? { index < text.count ? text[index] : nil }

    mutating func skipSpaces() {
        while let byte = current, byte == Bytes.space || (0x09...0x0D).contains(byte) { index += 1 }
    }

    mutating func takeSign() {
        if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { take() }
    }

    /// `nil` when the text does not start with `0x`.
    mutating func takeHexadecimal() -> Bool? {
        guard current == UInt8(ascii: "0"), index + 1 < text.count, text[index + 1] | 0x20 == UInt8(ascii: "x") else {
            return nil
        }
        take()
        take()
        guard takeHexDigits() else { return false }
        if current == UInt8(ascii: ".") {
            take()
            guard takeHexDigits() else { return false }
        }
        return takeExponent("p")
    }

    mutating func takeDecimal() -> Bool {
        let hasInteger = takeDigits()
        if !hasInteger { plain.append(UInt8(ascii: "0")) }
        if current == UInt8(ascii: ".") {
            take()
            guard takeDigits() else { return false }
        } else if !hasInteger {
            return false
        }
        return takeExponent("e")
    }

    /// An exponent when there is one; false when it is broken.
    private mutating func takeExponent(_ letter: Unicode.Scalar) -> Bool {
        guard let byte = current, byte | 0x20 == UInt8(ascii: letter) else { return true }
        take()
        takeSign()
        return takeDigits()
    }

    /// Digits with single underscores between them; false when there are none or an underscore is elsewhere.
    private mutating func takeDigits() -> Bool {
        var count = 0
        while let byte = current {
            if byte &- UInt8(ascii: "0") < 10 {
                take()
                count += 1
            } else if byte == UInt8(ascii: "_"), count > 0, index + 1 < text.count,
                text[index + 1] &- UInt8(ascii: "0") < 10
            {
                index += 1
            } else {
                break
            }
        }
        return count > 0
    }

    private mutating func takeHexDigits() -> Bool {
        let start = index
        while let byte = current, Bytes.hexValue(byte) != nil { take() }
        return index > start
    }

    private mutating func take() {
        plain.append(text[index])
        index += 1
    }
}
