/// A command line of the option `event_filter`, split as a shell would split it. No shell runs: variables, globs, pipes and redirections are
/// ordinary characters.
public struct EventFilterCommand: Sendable, Equatable {
    /// The program and its arguments.
    public let arguments: [String]

    /// - Throws: when a quote or backslash is left open, or there is no program.
    public init(_ line: String) throws(EventFilterCommandError) {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                // Between double quotes a backslash is one unless it stands before one of these.
                if quote == "\"", !"\"\\$`".contains(character) { word = (word ?? "") + "\\" }
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                word = word ?? ""
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw .openQuote(quote) }
        if isEscaped { throw .openEscape }
        if let word { words.append(word) }
        guard let program = words.first, !program.isEmpty else { throw .noProgram }
        arguments = words
    }
}

/// Why a command line cannot be used.
public enum EventFilterCommandError: Error, Sendable, Equatable, CustomStringConvertible {
    case openQuote(Character)
    case openEscape
    case noProgram

    public var description: String {
        switch self {
        case .openQuote(let quote): "has a \(quote) that is not closed"
        case .openEscape: "ends with a backslash"
        case .noProgram: "names no program"
        }
    }
}
