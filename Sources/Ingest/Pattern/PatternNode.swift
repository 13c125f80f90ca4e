/// An expression as parsed.
indirect enum PatternNode {
    case empty
    case set(ScalarSet)
    case assertion(PatternAssertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `maximum` nil: without bound.
    case repetition(PatternNode, minimum: Int, maximum: Int?, lazy: Bool)
}

/// What holds between two bytes. `\b` and `\w` are ASCII: of the two twins' meanings that one redacts more.
enum PatternAssertion: UInt8 {
    case lineStart, lineEnd, textStart, textEnd, textEndBeforeNewline, wordBoundary, notWordBoundary

    func holds(in input: Span<UInt8>, at position: Int) -> Bool {
        switch self {
        case .lineStart: position == 0 || input[position - 1] == 0x0A
        case .lineEnd: position == input.count || input[position] == 0x0A
        case .textStart: position == 0
        case .textEnd: position == input.count
        case .textEndBeforeNewline:
            position == input.count || (position == input.count - 1 && input[position] == 0x0A)
        case .wordBoundary: input.isWordBoundary(at: position)
        case .notWordBoundary: !input.isWordBoundary(at: position)
        }
    }
}

extension Span<UInt8> {
    /// ASCII `\b`.
    func isWordBoundary(at position: Int) -> Bool {
        let before = position > 0 && ByteClass.isWord(self[position - 1])
        let after = position < count && ByteClass.isWord(self[position])
        return before != after
    }
}
