/// Makes JSON texts and damages them, from a seed.
struct RandomJSON {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func pick<C: Collection>(_ choices: C) -> C.Element where C.Index == Int {
        choices[choices.startIndex + Int(random.next() % UInt64(choices.count))]
    }

    mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

    mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

    static let scalars = ["0", "-0", "7", "-12", "1795248584071", "1.5", "-0.25", "1e5", "2E-3", "10.0e+1", "true", "false", "null", "0.1e-7"]
    static let pieces = [
        "a", "id", "text with spaces", "0123456789abcdef0123456789abcdef", "é", "€", "😀", "\u{7F}", #"\""#, #"\\"#, #"\/"#, #"\n"#, #"\u00e9"#,
        #"\u20AC"#, "]", "}", ",", ":", "{", "1",
    ]

    mutating func string() -> [UInt8] {
        var text = "\""
        for _ in 0..<below(6) { text += pick(Self.pieces) }
        return Array(text.utf8) + [UInt8(ascii: "\"")]
    }

    mutating func space() -> [UInt8] {
        chance(90) ? [] : Array(pick([" ", "\n", "\t", "\r\n", "  "]).utf8)
    }

    mutating func value(depth: Int) -> [UInt8] {
        switch depth == 0 ? below(2) : below(4) {
        case 0: return Array(pick(Self.scalars).utf8)
        case 1: return string()
        case 2:
            let parts = (0..<below(4)).map { _ in space() + value(depth: depth - 1) + space() }
            return Array("[".utf8) + parts.joined(separator: Array(",".utf8)) + Array("]".utf8)
        default:
            // Numbered, because parsers may differ about a key that occurs twice.
            let parts = (0..<below(4)).map { number in
                space() + Array("\"\(number)".utf8) + string().dropFirst() + space() + Array(":".utf8) + space() + value(depth: depth - 1)
            }
            return Array("{".utf8) + parts.joined(separator: Array(",".utf8)) + Array("}".utf8)
        }
    }

    static let interesting =
        Array(#"{}[]:,"\/ue+-.0159tfnaN "#.utf8) + [0x09, 0x0A, 0x1F, 0x7F, 0x80, 0xBF, 0xC0, 0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0xFF]

    /// One to three small changes: a byte put in, taken out, replaced or swapped, a part cut off or doubled.
    mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0...below(3) {
            guard !bytes.isEmpty else {
                bytes = [pick(Self.interesting)]
                continue
            }
            let index = below(bytes.count)
            switch below(7) {
            case 0: bytes.insert(pick(Self.interesting), at: index)
            case 1: bytes.remove(at: index)
            case 2: bytes[index] = pick(Self.interesting)
            case 3: bytes[index] ^= 1 << UInt8(below(8))
            case 4: bytes.swapAt(index, below(bytes.count))
            case 5: bytes.removeLast(min(bytes.count, 1 + below(3)))
            default:
                let end = min(bytes.count, index + 1 + below(8))
                bytes.insert(contentsOf: bytes[index..<end], at: below(bytes.count))
            }
        }
    }
}
