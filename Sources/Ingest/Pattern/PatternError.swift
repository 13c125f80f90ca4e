/// Why an operator's expression was refused, with the place in its text.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Problem: Sendable, Equatable {
        /// Look-ahead, look-behind, backreferences, atomic groups…: not possible in linear time.
        case unsupported(String)
        /// Not a well-formed expression.
        case syntax(String)
        /// Well-formed, but its automaton would exceed the size limit.
        case tooLarge
    }

    /// The expression as configured.
    public let pattern: String
    /// Offset in characters from the start of `pattern`.
    public let position: Int
    public let problem: Problem

    public var description: String {
        let reason =
            switch problem {
            case .unsupported(let what): "\(what) is not supported, because matching must end in bounded time"
            case .syntax(let what): what
            case .tooLarge: "the expression is too large (lower its repetition counts)"
            }
        return "pattern \"\(pattern)\", position \(position): \(reason)"
    }
}
