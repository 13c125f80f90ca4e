/// Reading and rewriting the text of a frame byte by byte, each byte a bounded number of times.
enum FrameText {
    private static let hexName = Array("0xHEX".utf8)

    /// Without white space and NUL at both ends.
    static func trimmed(_ text: String) -> String {
        let isBlank = { (byte: UInt8) in byte == 0 || ByteClass.flags[byte] & ByteClass.space != 0 }
        var rest = Substring(text).utf8
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest.count == text.utf8.count ? text : String(Substring(rest))
    }

    /// Where the digits that begin at `start` end.
    static func digitsEnd(_ text: [UInt8], _ start: Int) -> Int {
        var end = start
        while end < text.count, ByteClass.isDigit(text[end]) { end += 1 }
        return end
    }

    /// Whether `mark` stands at `position`.
    static func has(_ text: [UInt8], _ mark: StaticString, at position: Int) -> Bool {
        guard position >= 0, position + mark.utf8CodeUnitCount <= text.count else { return false }
        for index in 0..<mark.utf8CodeUnitCount where text[position + index] != mark.utf8Start[index] { return false }
        return true
    }

    /// `0x` and hexadecimal digits become `0xHEX`.
    static func withoutAddresses(_ text: [UInt8]) -> [UInt8] {
        replacing(text) { text, position in
            guard has(text, "0x", at: position) else { return nil }
            var end = position + 2
            while end < text.count, ByteClass.hexValue(text[end]) != nil { end += 1 }
            return end > position + 2 ? (end, hexName) : nil
        }
    }

    /// `:12`, and `:12:5` when there may be columns, become `:N` where `isEnd` accepts the place behind them.
    static func withoutPositions(_ text: [UInt8], columns: Bool = true, isEnd: ([UInt8], Int) -> Bool) -> [UInt8] {
        replacing(text) { text, position in
            guard text[position] == Bytes.colon else { return nil }
            let line = digitsEnd(text, position + 1)
            guard line > position + 1 else { return nil }
            if columns, line < text.count, text[line] == Bytes.colon {
                let column = digitsEnd(text, line + 1)
                if column > line + 1, isEnd(text, column) { return (column, [Bytes.colon, UInt8(ascii: "N")]) }
            }
            return isEnd(text, line) ? (line, [Bytes.colon, UInt8(ascii: "N")]) : nil
        }
    }

    /// The number behind `mark` becomes `N`.
    static func withoutNumbers(_ text: [UInt8], after mark: StaticString) -> [UInt8] {
        replacing(text) { text, position in
            guard has(text, mark, at: position) else { return nil }
            let start = position + mark.utf8CodeUnitCount
            let end = digitsEnd(text, start)
            guard end > start, end == text.count || !ByteClass.isWord(text[end]) else { return nil }
            return (end, text[position..<start] + [UInt8(ascii: "N")])
        }
    }

    /// `(12)` at the end or before a colon becomes `(N)`.
    static func withoutBracketedNumbers(_ text: [UInt8]) -> [UInt8] {
        replacing(text) { text, position in
            guard text[position] == UInt8(ascii: "(") else { return nil }
            let end = digitsEnd(text, position + 1)
            guard end > position + 1, end < text.count, text[end] == UInt8(ascii: ")") else { return nil }
            return end + 1 == text.count || text[end + 1] == Bytes.colon ? (end + 1, Array("(N)".utf8)) : nil
        }
    }

    /// A version between `mark` and a slash becomes `N`.
    static func withoutVersions(_ text: [UInt8], after mark: StaticString) -> [UInt8] {
        replacing(text) { text, position in
            guard has(text, mark, at: position) else { return nil }
            let start = position + mark.utf8CodeUnitCount
            guard start < text.count, ByteClass.isDigit(text[start]) else { return nil }
            var end = start
            while end < text.count, end < start + maxVersion, isVersion(text[end]) { end += 1 }
            return end < text.count && text[end] == UInt8(ascii: "/") ? (end, text[position..<start] + [UInt8(ascii: "N")]) : nil
        }
    }

    private static let maxVersion = 100
    private static func isVersion(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    /// Without the archive a logger writes behind a frame: ` ~[shop-1.2.3.jar:1.2.3]`.
    static func upToJar(_ text: [UInt8]) -> [UInt8] {
        guard text.last == UInt8(ascii: "]"), let bracket = text.indices.first(where: { has(text, ") ~[", at: $0) || has(text, ") [", at: $0) })
        else {
            return text
        }
        return Array(text[...bracket])
    }

    /// What a compiler counts up: `lambda$pay$3` becomes `lambda$pay$N`.
    static func withoutLambdaNumbers(_ text: [UInt8]) -> [UInt8] {
        let mark: StaticString = "lambda$"
        return replacing(text) { text, position in
            guard has(text, mark, at: position) else { return nil }
            var dollar = position + mark.utf8CodeUnitCount
            while dollar < text.count, ByteClass.isWord(text[dollar]) { dollar += 1 }
            guard dollar < text.count, text[dollar] == UInt8(ascii: "$") else { return nil }
            let end = digitsEnd(text, dollar + 1)
            return end > dollar + 1 ? (end, text[position...dollar] + [UInt8(ascii: "N")]) : nil
        }
    }

    /// Goes over the text once; `match` says where what begins at a position ends and what takes its place.
    static func replacing(_ text: [UInt8], _ match: ([UInt8], Int) -> (end: Int, with: [UInt8])?) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if let found = match(text, position) {
                result += found.with
                position = found.end
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }
}

/// Lower-case hexadecimal digits.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
