/// A set of Unicode scalar values, as sorted ranges that neither touch nor overlap.
struct ScalarSet: Equatable {
    static let last: UInt32 = 0x10FFFF

    private(set) var ranges: [ClosedRange<UInt32>] = []

    init() {}

    init(_ ranges: [ClosedRange<UInt32>]) {
        for range in ranges { insert(range) }
    }

    init(_ text: String) {
        for scalar in text.unicodeScalars { insert(scalar.value...scalar.value) }
    }

    mutating func insert(_ new: ClosedRange<UInt32>) {
        var lower = new.lowerBound
        var upper = new.upperBound
        var kept: [ClosedRange<UInt32>] = []
        for range in ranges {
            let apart =
                range.upperBound < lower
                ? lower - range.upperBound > 1
                : range.lowerBound > upper && range.lowerBound - upper > 1
            if apart {
                kept.append(range)
            } else {
                lower = min(lower, range.lowerBound)
                upper = max(upper, range.upperBound)
            }
        }
        kept.append(lower...upper)
        kept.sort { $0.lowerBound < $1.lowerBound }
        ranges = kept
    }

    mutating func formUnion(_ other: ScalarSet) {
        for range in other.ranges { insert(range) }
    }

    var inverted: ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.ranges.append(next...Self.last) }
        return result
    }

    /// Adds the other case of every member. Beyond ASCII only sets of up to 4,096 members are folded:
    /// larger ones are scripts and negations, which hold both cases already.
    var caseFolded: ScalarSet {
        var result = self
        var beyondASCII: UInt32 = 0
        for range in ranges {
            for value in range.lowerBound..<max(range.lowerBound, min(range.upperBound + 1, 0x80)) {
                switch value {
                case 0x41...0x5A: result.insert((value + 32)...(value + 32))
                case 0x61...0x7A: result.insert((value - 32)...(value - 32))
                default: break
                }
            }
            if range.upperBound > 0x7F { beyondASCII &+= range.upperBound - max(range.lowerBound, 0x80) + 1 }
        }
        guard beyondASCII <= 4096 else { return result }
        for range in ranges where range.upperBound > 0x7F {
            for value in max(range.lowerBound, 0x80)...range.upperBound {
                guard let scalar = Unicode.Scalar(value) else { continue }
                for mapped in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                    let scalars = mapped.unicodeScalars
                    if scalars.count == 1, let only = scalars.first, only != scalar { result.insert(only.value...only.value) }
                }
            }
        }
        return result
    }

    /// ASCII classes: `\d`, `\w` and `\s` mean the same on server and browser only there.
    static let digits = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet([0x09...0x0D, 0x20...0x20])
    static let hex = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
    static let all = ScalarSet([0...last])
    static let allButNewline = ScalarSet([0x0A...0x0A]).inverted

    static func posix(_ name: String) -> ScalarSet? {
        switch name {
        case "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A])
        case "digit": digits
        case "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "upper": ScalarSet([0x41...0x5A])
        case "lower": ScalarSet([0x61...0x7A])
        case "space": space
        case "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "xdigit": hex
        case "word": word
        default: nil
        }
    }
}
