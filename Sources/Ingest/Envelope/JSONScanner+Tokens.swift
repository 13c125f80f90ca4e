extension JSONScanner {
    /// Reports a string of the envelope; `start..<end` is what this piece holds of its content.
    @inline(never)
    mutating func stringEnded(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isKey: Bool, frame: Int, offsetAfter: Int
    ) {
        let hasEscapes = hasEscapes
        let from = tokenOffset
        withToken(start, end) { token, fields in
            if isKey {
                fields.keyEnded(token, hasEscapes: hasEscapes, frame: frame)
            } else {
                fields.stringEnded(token, hasEscapes: hasEscapes, frame: frame, from: from, to: offsetAfter)
            }
        }
    }

    /// Reports a number of the envelope.
    @inline(never)
    mutating func numberEnded(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, frame: Int, offsetAfter: Int
    ) {
        let from = tokenOffset
        withToken(start, end) { token, fields in
            fields.numberEnded(token, frame: frame, from: from, to: offsetAfter)
        }
    }

    /// Keeps the part of an unfinished token that this piece holds, up to what is ever looked at.
    mutating func carry(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        let room = Self.maxTokenBytes + 1 - carried.count
        guard room > 0 else { return }
        carried.append(contentsOf: UnsafeBufferPointer(start: start, count: min(end - start, room)))
    }

    private mutating func withToken(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ body: (UnsafeRawBufferPointer, inout EnvelopeFields) -> Void
    ) {
        if carried.isEmpty {
            body(UnsafeRawBufferPointer(start: start, count: end - start), &fields)
        } else {
            carry(start, end)
            var whole: [UInt8] = []
            swap(&whole, &carried)
            whole.withUnsafeBytes { body($0, &fields) }
            whole.removeAll(keepingCapacity: true)
            swap(&whole, &carried)
        }
    }
}

extension JSONScanner.State {
    /// A string or number whose text may be needed when the next piece comes.
    var isInsideToken: Bool {
        switch self {
        case .string, .escape, .hex, .utf8, .minus, .zero, .integer, .point, .fraction, .exponent, .exponentSign,
            .exponentDigits:
            true
        case .value, .firstValue, .firstKey, .nextKey, .colon, .afterValue, .literal, .failed:
            false
        }
    }

    /// Where a number stands after another byte; `nil` when it ended before that byte.
    @inline(__always)
    func afterNumberByte(_ byte: UInt8) -> Self? {
        let isDigit = byte &- UInt8(ascii: "0") < 10
        let isExponent = byte | 0x20 == UInt8(ascii: "e")
        switch self {
        case .minus: return byte == UInt8(ascii: "0") ? .zero : isDigit ? .integer : .failed
        case .zero: return byte == UInt8(ascii: ".") ? .point : isExponent ? .exponent : nil
        case .integer:
            return isDigit ? .integer : byte == UInt8(ascii: ".") ? .point : isExponent ? .exponent : nil
        case .point: return isDigit ? .fraction : .failed
        case .fraction: return isDigit ? .fraction : isExponent ? .exponent : nil
        case .exponent:
            let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            return isDigit ? .exponentDigits : isSign ? .exponentSign : .failed
        case .exponentSign: return isDigit ? .exponentDigits : .failed
        case .exponentDigits: return isDigit ? .exponentDigits : nil
        default: return .failed
        }
    }
}

extension TokenProgress {
    /// Begins a UTF-8 sequence; false for a byte that cannot lead one. The bounds of the second byte keep out
    /// overlong forms, surrogates and what lies above U+10FFFF.
    @inline(__always)
    mutating func startSequence(_ lead: UInt8) -> Bool {
        low = 0x80
        high = 0xBF
        switch lead {
        case 0xC2...0xDF:
            left = 1
        case 0xE0...0xEF:
            left = 2
            if lead == 0xE0 { low = 0xA0 }
            if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            left = 3
            if lead == 0xF0 { low = 0x90 }
            if lead == 0xF4 { high = 0x8F }
        default:
            return false
        }
        return true
    }

    @inline(__always)
    mutating func continueSequence(_ byte: UInt8) -> Bool {
        guard byte >= low, byte <= high else { return false }
        low = 0x80
        high = 0xBF
        left -= 1
        return true
    }
}
