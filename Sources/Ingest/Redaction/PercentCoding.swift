/// Percent-encoding in URL parts, on bytes. Malformed escapes stay as they are; `+` is not a space here.
enum PercentCoding {
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = ByteClass.hexValue(text[index + 1]),
                let low = ByteClass.hexValue(text[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// What is left when nothing is encoded any more, or after so many layers.
    static func decodeAll(_ text: ArraySlice<UInt8>, layers: Int) -> [UInt8] {
        var result = decode(text)
        for _ in 1..<layers where result.contains(UInt8(ascii: "%")) { result = decode(result[...]) }
        return result
    }

    /// Appends a part that was decoded and redacted. Only what would end the part or read as an escape is encoded, so that it
    /// cannot inject a parameter and decodes to the same text again.
    static func append(_ text: [UInt8], to output: inout [UInt8]) {
        let digits: StaticString = "0123456789ABCDEF"
        let isText = String(validating: text, as: UTF8.self) != nil
        for byte in text {
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "/"):
                break
            case 0x80...0xFF where !isText:
                break
            default:
                output.append(byte)
                continue
            }
            output.append(UInt8(ascii: "%"))
            output.append(digits.utf8Start[Int(byte >> 4)])
            output.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
