/// An expression compiled to instructions over UTF-8 bytes (a Thompson automaton).
struct PatternProgram: Sendable {
    /// Instructions; a bound on the work per byte and on memory.
    static let maximumSize = 8_000

    enum Instruction: Sendable, Hashable {
        case byte(lower: UInt8, upper: UInt8, next: Int32)
        /// Index into `sets`.
        case set(Int32, next: Int32)
        /// The first is preferred.
        case split(Int32, Int32)
        case assertion(PatternAssertion, next: Int32)
        case jump(Int32)
        case match
    }

    var instructions: [Instruction] = []
    var sets: [ByteSet] = []
    var start: Int32 = 0
    /// Bytes a non-empty match can begin with.
    var firstBytes = ByteSet()
    /// A match can be empty (such matches are skipped: there is nothing to redact in them).
    var canBeEmpty = false

    /// The instructions reachable from `start` without reading a byte, taking every assertion as true.
    func reach(from start: Int32, _ visit: (Int32) -> Void) {
        var seen = [Bool](repeating: false, count: instructions.count)
        var pending = [start]
        while let index = pending.popLast() {
            if seen[Int(index)] { continue }
            seen[Int(index)] = true
            switch instructions[Int(index)] {
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(_, let next), .jump(let next):
                pending.append(next)
            case .byte, .set, .match:
                visit(index)
            }
        }
    }

    mutating func findFirstBytes() {
        var bytes = ByteSet()
        var empty = false
        reach(from: start) { index in
            switch instructions[Int(index)] {
            case .byte(let lower, let upper, _): bytes.insert(lower...upper)
            case .set(let set, _): bytes.formUnion(sets[Int(set)])
            case .match: empty = true
            default: break
            }
        }
        firstBytes = bytes
        canBeEmpty = empty
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var words = SIMD4<UInt64>()

    init() {}

    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    mutating func formUnion(_ other: ByteSet) {
        words |= other.words
    }
}
