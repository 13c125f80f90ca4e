/// Network addresses anywhere in a text, reduced as ``ClientAddress`` reduces a single one.
///
/// What looks like an address must stand alone: no letter, digit or `_` before or behind it. Beyond that
/// - IPv4 is exactly four octets without leading zeros, so `1.2.3`, `1.2.3.4.5` and dates are none. Neither is a version of four numbers
///   that follows a name and a dash (`rails-6.1.7.3`) or the word version; any other is taken for an address.
/// - IPv6 has all its groups, or `::` and beside it three colons or a first group of four; it has a decimal digit. So `Abc::Def`, `A1::B2` and times are none.
enum AddressesInText {
    /// Longest text of an IPv6 address.
    private static let longest = 45

    /// nil: there is nothing to reduce.
    static func anonymized(_ text: [UInt8]) -> [UInt8]? {
        guard mayHoldOne(text) else { return nil }
        var output: [UInt8] = []
        var copied = 0
        var position = 0
        while position < text.count {
            guard isPart(text[position]) else {
                position += 1
                continue
            }
            var end = position + 1
            while end < text.count, isPart(text[end]) { end += 1 }
            for (range, address) in addresses(text, position..<end) {
                output += text[copied..<range.lowerBound]
                output += address
                copied = range.upperBound
            }
            position = end
        }
        return copied == 0 ? nil : output + text[copied...]
    }

    private static func mayHoldOne(_ text: [UInt8]) -> Bool {
        var dots = 0
        var colons = 0
        for byte in text {
            if byte == UInt8(ascii: ".") { dots += 1 } else if byte == Bytes.colon { colons += 1 }
        }
        return dots >= 3 || colons >= 2
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte == Bytes.colon || byte == UInt8(ascii: ".") || ByteClass.flags[byte] & ByteClass.hex != 0
    }

    /// What is to be replaced in one run of hexadecimal digits, colons and dots.
    private static func addresses(_ text: [UInt8], _ run: Range<Int>) -> [(Range<Int>, [UInt8])] {
        let whole = v6Range(text, run)
        if isBounded(text, whole), isV6(text[whole]) { return change(text, whole).map { [$0] } ?? [] }
        var changes: [(Range<Int>, [UInt8])] = []
        var position = run.lowerBound
        while position < run.upperBound {
            var end = position
            while end < run.upperBound, ByteClass.isDigit(text[end]) || text[end] == UInt8(ascii: ".") { end += 1 }
            let range = withoutDots(text, position..<end)
            if range.count >= 7, isBounded(text, range), !isVersion(text, range), let change = change(text, range) { changes.append(change) }
            position = max(end, position + 1)
        }
        return changes
    }

    private static func change(_ text: [UInt8], _ range: Range<Int>) -> (Range<Int>, [UInt8])? {
        guard range.count <= longest, let reduced = ClientAddress.anonymized(String(decoding: text[range], as: UTF8.self)) else { return nil }
        let bytes = Array(reduced.utf8)
        return text[range].elementsEqual(bytes) ? nil : (range, bytes)
    }

    /// Without the punctuation of the sentence around it.
    private static func v6Range(_ text: [UInt8], _ run: Range<Int>) -> Range<Int> {
        var range = withoutDots(text, run)
        if range.count > 1, text[range.lowerBound] == Bytes.colon, text[range.lowerBound + 1] != Bytes.colon {
            range = range.lowerBound + 1..<range.upperBound
        }
        let colons = text[range].reversed().prefix { $0 == Bytes.colon }.count
        // Two belong to the address.
        return colons == 1 || colons == 3 ? range.lowerBound..<range.upperBound - 1 : range
    }

    private static func withoutDots(_ text: [UInt8], _ run: Range<Int>) -> Range<Int> {
        var range = run
        while let first = range.first, text[first] == UInt8(ascii: ".") { range = first + 1..<range.upperBound }
        while let last = range.last, text[last] == UInt8(ascii: ".") { range = range.lowerBound..<last }
        return range
    }

    private static func isBounded(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        if range.lowerBound > 0, ByteClass.isWord(text[range.lowerBound - 1]) { return false }
        return range.upperBound == text.count || !ByteClass.isWord(text[range.upperBound])
    }

    private static func isV6(_ token: ArraySlice<UInt8>) -> Bool {
        guard token.count <= longest, token.contains(where: ByteClass.isDigit) else { return false }
        let colons = token.count { $0 == Bytes.colon }
        let first = token.prefix { $0 != Bytes.colon }
        if colons >= 3 { return true }
        guard colons == 2 else { return false }
        return first.isEmpty ? token.dropFirst(2).allSatisfy(ByteClass.isDigit) : first.count == 4 && first.contains(where: ByteClass.isDigit)
    }

    private static func isVersion(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        let before = text[..<range.lowerBound]
        guard let last = before.last else { return false }
        if last == UInt8(ascii: "-") { return before.dropLast().last.map { ByteClass.flags[$0] & ByteClass.letter != 0 } ?? false }
        return before.dropLast().suffix(6).elementsEqual("ersion".utf8)
    }
}
