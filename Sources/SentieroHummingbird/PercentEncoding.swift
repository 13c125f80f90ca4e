/// `%40` in paths and queries.
enum PercentEncoding {
    /// Paths that are encoded more often are left as they are.
    private static let rounds = 3

    /// A part of a query as forms write it. Nil when it is not properly encoded.
    static func form(_ text: Substring) -> String? { decoded(text, plusIsSpace: true) }

    /// The path in plain text, in which addresses and numbers are found and redacted. What would end it, or is no text, stays encoded, so
    /// that it still is a path; one that is not properly encoded stays as it is.
    static func readable(path: String) -> String {
        var text = path
        for _ in 0..<rounds {
            guard text.contains("%"), let next = decoded(text[...], plusIsSpace: false), next != text else { break }
            text = next
        }
        return text == path ? path : encoded(text)
    }

    private static func encoded(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}"..."\u{1F}", "\u{7F}", "?", "#", "%":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result.append(contentsOf: "%\(digits.count == 1 ? "0" : "")\(digits)".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? { Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) } }
}
