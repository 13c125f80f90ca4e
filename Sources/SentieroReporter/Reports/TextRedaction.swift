/// The five text patterns of spec 01 section 3.1, in their order, as the server has them. Each byte is read a bounded number of times.
enum TextRedaction {
    private static let rounds = 4
    private static let marker = Array("[redacted]".utf8)
    private typealias Finder = (_ bytes: [UInt8], _ from: Int) -> Range<Int>?

    static func redacted(_ text: String) -> String {
        let kept = ReportLimits.cut(text, to: ReportLimits.redactedCharacters)
        let original = Array(kept.utf8)
        var bytes = original
        // What was replaced may have hidden something: once more, until nothing is found.
        for _ in 0..<rounds {
            let before = bytes
            bytes = replacing(bytes, by: [], where: urlCut)
            for finder in [token, address, hexRun, cardNumber] as [Finder] { bytes = replacing(bytes, by: marker, where: finder) }
            if bytes == before { return bytes == original ? kept : String(decoding: bytes, as: UTF8.self) }
        }
        return String(decoding: marker, as: UTF8.self)
    }

    private static func replacing(_ bytes: [UInt8], by replacement: [UInt8], where finder: Finder) -> [UInt8] {
        guard var match = finder(bytes, 0) else { return bytes }
        var result: [UInt8] = []
        var position = 0
        while true {
            result += bytes[position..<match.lowerBound]
            result += replacement
            position = match.upperBound
            guard let next = finder(bytes, position) else { return result + bytes[position...] }
            match = next
        }
    }

    /// What of `https?://\S+` stands behind its first `?` or `#`.
    private static func urlCut(_ bytes: [UInt8], _ from: Int) -> Range<Int>? {
        var position = from
        while let colon = bytes[position...].firstIndex(of: UInt8(ascii: ":")) {
            position = colon + 1
            let isScheme = bytes[max(from, colon - 4)...].starts(with: "http:".utf8) || bytes[max(from, colon - 5)...].starts(with: "https:".utf8)
            guard isScheme, bytes[position...].starts(with: "//".utf8) else { continue }
            let end = bytes[position...].firstIndex(where: isSpace) ?? bytes.count
            if let cut = bytes[position..<end].firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) { return cut..<end }
            position = end
        }
        return nil
    }

    /// `eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`
    private static func token(_ bytes: [UInt8], _ from: Int) -> Range<Int>? {
        var position = from
        while let third = bytes[position...].firstIndex(of: UInt8(ascii: "J")) {
            position = third + 1
            guard third >= from + 2, bytes[(third - 2)...].starts(with: "ey".utf8) else { continue }
            let header = end(of: isTokenByte, in: bytes, from: position)
            guard header > position else { continue }
            // A later beginning in this run would fail at the same place.
            position = header
            guard header < bytes.count, bytes[header] == UInt8(ascii: ".") else { continue }
            let payload = end(of: isTokenByte, in: bytes, from: header + 1)
            guard payload > header + 1, payload < bytes.count, bytes[payload] == UInt8(ascii: ".") else { continue }
            let signature = end(of: isTokenByte, in: bytes, from: payload + 1)
            if signature > payload + 1 { return (third - 2)..<signature }
        }
        return nil
    }

    /// `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`
    private static func address(_ bytes: [UInt8], _ from: Int) -> Range<Int>? {
        var position = from
        while let at = bytes[position...].firstIndex(of: UInt8(ascii: "@")) {
            position = at + 1
            var begin = at
            while begin > from, isLocalByte(bytes[begin - 1]) { begin -= 1 }
            guard begin < at else { continue }
            let domain = end(of: { isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }, in: bytes, from: at + 1)
            // The last dot with two letters behind it and something before it, as backtracking would find it.
            var dot = domain - 3
            while dot > at + 1, !(bytes[dot] == UInt8(ascii: ".") && isLetter(bytes[dot + 1]) && isLetter(bytes[dot + 2])) { dot -= 1 }
            guard dot > at + 1 else { continue }
            return begin..<end(of: isLetter, in: bytes, from: dot + 1)
        }
        return nil
    }

    /// `\b[0-9a-fA-F]{32,}\b`: a whole word of hexadecimal digits.
    private static func hexRun(_ bytes: [UInt8], _ from: Int) -> Range<Int>? {
        words(bytes, from) { word in word.count >= 32 && bytes[word].allSatisfy(isHexDigit) ? word : nil }
    }

    /// `\b\d(?:[ -]?\d){12,18}\b`, when some beginning that ends with a group of digits passes Luhn's check, and not a time in milliseconds.
    private static func cardNumber(_ bytes: [UInt8], _ from: Int) -> Range<Int>? {
        words(bytes, from) { word in
            guard isDigit(bytes[word.lowerBound]), !isTime(bytes, word.lowerBound) else { return nil }
            var digits: [UInt8] = []
            var next = word.lowerBound
            var match: Range<Int>?
            var isCard = false
            while digits.count < 19, next < bytes.count, isDigit(bytes[next]) {
                digits.append(bytes[next] & 15)
                next += 1
                if digits.count >= 13, next == bytes.count || !isWordByte(bytes[next]) {
                    match = word.lowerBound..<next
                    isCard = isCard || passesLuhn(digits)
                }
                if next + 1 < bytes.count, bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "-"), isDigit(bytes[next + 1]) {
                    next += 1
                    if isTime(bytes, next) { break }
                }
            }
            return isCard ? match : nil
        }
    }

    /// 13 digits, the first 1 or 2: milliseconds of our century, and no network issues cards like that.
    private static func isTime(_ bytes: [UInt8], _ start: Int) -> Bool {
        guard bytes[start] == UInt8(ascii: "1") || bytes[start] == UInt8(ascii: "2") else { return false }
        let end = end(of: isDigit, in: bytes, from: start)
        return end - start == 13 && (end == bytes.count || !isWordByte(bytes[end]))
    }

    private static func passesLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit) << (index & 1)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// What `match` finds at the first word that has one.
    private static func words(_ bytes: [UInt8], _ from: Int, _ match: (Range<Int>) -> Range<Int>?) -> Range<Int>? {
        var position = from
        if position > 0, position < bytes.count, isWordByte(bytes[position - 1]) { position = end(of: isWordByte, in: bytes, from: position) }
        while position < bytes.count {
            let end = end(of: isWordByte, in: bytes, from: position)
            if end > position, let found = match(position..<end) { return found }
            position = max(end, position + 1)
        }
        return nil
    }

    private static func end(of isMember: (UInt8) -> Bool, in bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while end < bytes.count, isMember(bytes[end]) { end += 1 }
        return end
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
    private static func isWordByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
    private static func isTokenByte(_ byte: UInt8) -> Bool { isWordByte(byte) || byte == UInt8(ascii: "-") }
    private static func isLocalByte(_ byte: UInt8) -> Bool { isTokenByte(byte) || ".%+".utf8.contains(byte) }
}
