/// An operator's expression, matched in linear time and with bounded work (spec 01 section 3.1, pattern 6).
///
/// Written as JavaScript or Ruby would have it, plain or as `/…/i`; see `PatternParser` for what is read how.
public struct CustomPattern: Sendable {
    /// As configured.
    public let source: String
    let program: PatternProgram
    let automaton: PatternAutomaton?

    /// - Throws: when the expression is malformed, needs look-around or backreferences, or is too large.
    public init(_ source: String) throws(PatternError) {
        self.source = source
        program = try PatternCompiler.compile(PatternParser.parse(source), source: source)
        automaton = PatternAutomaton([program])
    }

    /// The matches as byte ranges of `text`'s UTF-8, empty ones left out; nil when the work would exceed the bound.
    public func matches(in text: String) -> [Range<Int>]? {
        let bytes = Array(text.utf8)
        var budget = StepBudget(bytes: bytes.count)
        return matches(in: bytes.span, budget: &budget).map { $0.map { $0.lower..<$0.upper } }
    }

    func matches(in input: Span<UInt8>, budget: inout StepBudget) -> [ByteMatch]? {
        var result: [ByteMatch] = []
        if let automaton, !automaton.mayMatch(input, budget: &budget) { return budget.isExhausted ? nil : [] }
        budget.spend(program.instructions.count / 16)  // the machine's own memory
        var matcher = PatternMatcher(program)
        var position = 0
        while position <= input.count {
            switch matcher.firstMatch(in: input, from: position, budget: &budget) {
            case .none: return result
            case .exhausted: return nil
            case .match(let match):
                if match.upper > match.lower {
                    result.append(match)
                    position = match.upper
                } else {
                    position = match.upper + 1
                }
            }
        }
        return result
    }
}
