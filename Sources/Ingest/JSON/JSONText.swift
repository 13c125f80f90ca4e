/// Decoding and encoding of JSON strings as bytes. A lone surrogate (legal in JSON, impossible in UTF-8) is held as the
/// three bytes that UTF-8 would give it and written as an escape again, so that no input is lost or refused.
enum JSONText {
    /// Appends what the inside of a string token (without its quotes) means. False when an escape is malformed.
    static func decode(_ raw: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        output.reserveCapacity(output.count + raw.count)
        var position = 0
        var copied = 0
        while position < raw.count {
            guard raw[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            output.append(raw, copied..<position)
            guard position + 1 < raw.count else { return false }
            let escape = raw[position + 1]
            position += 2
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escape)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                guard var unit = codeUnit(raw, position) else { return false }
                position += 4
                if unit & 0xFC00 == 0xD800, position + 1 < raw.count, raw[position] == UInt8(ascii: "\\"),
                    raw[position + 1] == UInt8(ascii: "u"), let low = codeUnit(raw, position + 2), low & 0xFC00 == 0xDC00
                {
                    unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
                    position += 6
                }
                appendScalar(unit, to: &output)
            default: return false
            }
            copied = position
        }
        output.append(raw, copied..<raw.count)
        return true
    }

    /// Appends `text` as a string token with its quotes.
    static func encode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count + 2)
        output.append(UInt8(ascii: "\""))
        var copied = 0
        for position in 0..<text.count {
            let byte = text[position]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0xED { continue }
            if byte == 0xED {
                guard position + 2 < text.count, text[position + 1] >= 0xA0 else { continue }
                output.append(text, copied..<position)
                let unit = 0xD000 | UInt32(text[position + 1] & 0x3F) << 6 | UInt32(text[position + 2] & 0x3F)
                appendEscape(unit, to: &output)
                copied = position + 3
                continue
            }
            output.append(text, copied..<position)
            copied = position + 1
            switch byte {
            case 0x0A: output.append(UInt8(ascii: "\\")); output.append(UInt8(ascii: "n"))
            case 0x0D: output.append(UInt8(ascii: "\\")); output.append(UInt8(ascii: "r"))
            case 0x09: output.append(UInt8(ascii: "\\")); output.append(UInt8(ascii: "t"))
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            default: appendEscape(UInt32(byte), to: &output)
            }
        }
        output.append(text, copied..<text.count)
        output.append(UInt8(ascii: "\""))
    }

    private static func codeUnit(_ raw: Span<UInt8>, _ position: Int) -> UInt32? {
        guard position + 4 <= raw.count else { return nil }
        var value: UInt32 = 0
        for index in position..<(position + 4) {
            guard let digit = ByteClass.hexValue(raw[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func appendScalar(_ value: UInt32, to output: inout [UInt8]) {
        switch value {
        case 0..<0x80:
            output.append(UInt8(value))
        case 0x80..<0x800:
            output.append(UInt8(0xC0 | value >> 6))
            output.append(UInt8(0x80 | value & 0x3F))
        case 0x800..<0x10000:
            output.append(UInt8(0xE0 | value >> 12))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        default:
            output.append(UInt8(0xF0 | value >> 18))
            output.append(UInt8(0x80 | value >> 12 & 0x3F))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        }
    }

    private static func appendEscape(_ unit: UInt32, to output: inout [UInt8]) {
        let digits: StaticString = "0123456789abcdef"
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(ascii: "u"))
        for shift in [UInt32(12), 8, 4, 0] { output.append(digits.utf8Start[Int(unit >> shift & 0xF)]) }
    }
}

extension [UInt8] {
    /// Appends a part of `span`.
    mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
        if range.isEmpty { return }
        span.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
