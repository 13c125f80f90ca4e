/// Splits a range of scalar values into sequences of byte ranges, so that the engine can work on UTF-8 bytes.
enum UTF8Sequences {
    /// The whole of non-ASCII takes three sequences instead of seven: input is valid UTF-8, so nothing else can match them.
    private static let nonASCII: [[ClosedRange<UInt8>]] = [
        [0xC2...0xDF, 0x80...0xBF],
        [0xE0...0xEF, 0x80...0xBF, 0x80...0xBF],
        [0xF0...0xF4, 0x80...0xBF, 0x80...0xBF, 0x80...0xBF],
    ]

    /// - Parameter range: at or above U+0080.
    static func covering(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        if range == 0x80...ScalarSet.last { return nonASCII }
        var result: [[ClosedRange<UInt8>]] = []
        for (lower, upper, length) in [(UInt32(0x80), UInt32(0x7FF), 2), (0x800, 0xFFFF, 3), (0x10000, ScalarSet.last, 4)] {
            let first = max(range.lowerBound, lower)
            let last = min(range.upperBound, upper)
            if first <= last { split(first, last, length, &result) }
        }
        return result
    }

    /// Cuts until the last n bytes of both ends span all continuation bytes or the first bytes are equal.
    private static func split(_ first: UInt32, _ last: UInt32, _ length: Int, _ result: inout [[ClosedRange<UInt8>]]) {
        var pending = [(first, last)]
        while let (first, last) = pending.popLast() {
            var cut: UInt32?
            for level in 1..<length {
                let mask: UInt32 = (1 << (6 * UInt32(level))) - 1
                guard first & ~mask != last & ~mask else { continue }
                if first & mask != 0 {
                    cut = first | mask
                } else if last & mask != mask {
                    cut = (last & ~mask) - 1
                }
                if cut != nil { break }
            }
            if let cut {
                pending.append((cut + 1, last))
                pending.append((first, cut))
            } else {
                let lower = encode(first, length)
                let upper = encode(last, length)
                result.append(zip(lower, upper).map { $0...$1 })
            }
        }
    }

    private static func encode(_ value: UInt32, _ length: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in stride(from: length - 1, through: 1, by: -1) {
            bytes.append(UInt8(0x80 | (value >> (6 * UInt32(index - 1))) & 0x3F))
            if index == length - 1 {
                let lead: UInt32 = [2: 0xC0, 3: 0xE0, 4: 0xF0][length] ?? 0
                bytes.insert(UInt8(lead | value >> (6 * UInt32(length - 1))), at: 0)
            }
        }
        return bytes
    }
}
