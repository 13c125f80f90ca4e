/// Random numbers that a printed seed reproduces (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Pieces of which random texts come close to every pattern, from both sides.
enum SeededText {
    static let pieces = [
        "a", "Z", "0", "9", "_", "-", ".", "@", "%", "+", "?", "#", "/", ":", " ", "\n", "\u{0C}", "é", "\u{A0}", "😀", "\"", "\\", "&", "=",
        "eyJ", "eyJa.b.c", "http://", "https://", "https://x.y/p?q", "a@b.co", "@b.co", ".co", "co.uk", "4111", "1111 1111", "411111111111",
        "1718000000000", "0123456789abcdef", "ABCDEF0123456789", "[redacted]", "%40", "%2e", "token=", "redacted",
    ]

    static func text(_ numbers: inout SeededNumbers, upTo count: Int = 24) -> String {
        var text = ""
        for _ in 0..<numbers.below(count) { text += numbers.pick(pieces) }
        return text
    }
}
