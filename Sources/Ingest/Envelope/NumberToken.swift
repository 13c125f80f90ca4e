/// The text of a JSON number; the scanner has validated it.
enum NumberToken {
    /// The number, unless it is too large for a double or its text longer than any that is looked at.
    static func finite(_ token: UnsafeRawBufferPointer) -> Double? {
        if let integer = integer(token) { return Double(integer) }
        guard token.count <= JSONScanner.maxTokenBytes else { return nil }
        return finiteDouble(String(decoding: token, as: UTF8.self))
    }

    /// The number when its value is integral and small: `3`, and also `3.0` and `30e-1`, which are 3 to every
    /// reader of JSON.
    static func integral(_ token: UnsafeRawBufferPointer) -> Int32? {
        if let integer = integer(token) { return Int32(exactly: integer) }
        return finiteDouble(String(decoding: token, as: UTF8.self)).flatMap(Int32.init(exactly:))
    }

    /// A sequence number: an integer literal from 0 that a double, which Redis scripts count in, holds exactly.
    static func sequence(_ token: UnsafeRawBufferPointer) -> Int? {
        guard let integer = integer(token), (0...Int64(1) << 53 - 1).contains(integer) else { return nil }
        return Int(integer)
    }

    /// An integer literal of up to 18 digits.
    private static func integer(_ token: UnsafeRawBufferPointer) -> Int64? {
        guard let first = token.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative ? UnsafeRawBufferPointer(rebasing: token.dropFirst()) : token
        // Minus zero is not an integer: as a double it keeps its sign.
        guard (1...18).contains(digits.count), !(isNegative && digits[0] == UInt8(ascii: "0")) else { return nil }
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return isNegative ? -value : value
    }

    static func finiteDouble(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
