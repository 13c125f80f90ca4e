/// Parameters of a query or an urlencoded form (spec 03 section 1.4): of repeated keys the last value wins, except where a list is asked for.
struct QueryString: Sendable, Equatable {
    private var values: [(name: String, value: String)] = []

    /// A broken `%` escape or invalid UTF-8.
    struct Malformed: Error, Equatable {}

    init() {}

    init(_ text: some StringProtocol) throws(Malformed) {
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let cut = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let value = cut == part.endIndex ? part[cut...] : part[part.index(after: cut)...]
            values.append((try Self.decode(part[..<cut], plusIsSpace: true), try Self.decode(value, plusIsSpace: true)))
        }
    }

    static func == (left: QueryString, right: QueryString) -> Bool { left.values.elementsEqual(right.values, by: ==) }

    subscript(name: String) -> String? { values.last { $0.name == name }?.value }

    /// Every value of a key and of `key[]`, in order.
    func list(_ name: String) -> [String] { values.filter { $0.name == name || $0.name == name + "[]" }.map(\.value) }

    /// The parameters whose names begin with a prefix, without it.
    func below(_ prefix: String) -> QueryString {
        var result = QueryString()
        result.values = values.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.value) }
        return result
    }

    /// Every key once, with its last value, in order of first appearance.
    var pairs: [(String, String)] {
        var names: [String] = []
        for (name, _) in values where !names.contains(name) { names.append(name) }
        return names.compactMap { name in self[name].map { (name, $0) } }
    }

    /// Trimmed, cut at 256 characters; nil when blank.
    func text(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        let trimmed = value.drop { $0.isWhitespace }.prefix(256)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(trimmed[...last])
    }

    /// Clamped into a range; junk is the fallback, a number too large for 64 bits the upper bound.
    func number(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let value = self[name], !value.isEmpty else { return fallback }
        if let number = Int(value) { return number < range.lowerBound ? fallback : min(number, range.upperBound) }
        let isHuge = value.utf8.count > 18 && value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isHuge ? range.upperBound : fallback
    }

    /// Percent-decodes strictly.
    static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool) throws(Malformed) -> String {
        var result: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else { throw Malformed() }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        guard let text = String(validating: result, as: UTF8.self), !text.utf8.contains(0) else { throw Malformed() }
        return text
    }

    /// Percent-encodes everything but unreserved characters.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result.unicodeScalars.append("%")
                result.unicodeScalars.append(digits[Int(byte >> 4)])
                result.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return result
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
