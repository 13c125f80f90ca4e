/// Reads the part of JavaScript's and Ruby's expression syntax that a linear-time engine can run.
///
/// Where the two languages differ, the reading that redacts more is taken (`^` and `$` match at every line, `.` stops at `\n`
/// only) or the expression is refused (`{,n}`, `[` inside a class).
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var dotMatchesNewline = false
    }

    /// Nesting of groups; beyond it the parser's own recursion would be at risk.
    static let maximumDepth = 100
    /// Largest count in `{m,n}`.
    static let maximumCount = 1000

    let source: String
    let scalars: [Unicode.Scalar]
    /// Scalars before the body in `source` (the slash of `/…/i`).
    var position: Int
    var end: Int
    var depth = 0

    init(_ source: String) {
        self.source = source
        self.scalars = Array(source.unicodeScalars)
        self.position = 0
        self.end = scalars.count
    }

    static func parse(_ source: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(source)
        let flags = try parser.takeDelimiters()
        if parser.position == parser.end { throw parser.syntax("the expression is empty") }
        let node = try parser.choice(flags)
        if parser.position < parser.end { throw parser.syntax("unmatched )") }
        return node
    }

    /// `/…/flags` as both languages write it.
    private mutating func takeDelimiters() throws(PatternError) -> Flags {
        var flags = Flags()
        guard scalars.count >= 2, scalars[0] == "/", let close = scalars.lastIndex(of: "/"), close > 0,
            scalars[(close + 1)...].allSatisfy({ ("a"..."z").contains($0) })
        else { return flags }
        for index in (close + 1)..<scalars.count {
            position = index
            try apply(scalars[index], on: true, to: &flags)
        }
        position = 1
        end = close
        return flags
    }

    mutating func apply(_ flag: Unicode.Scalar, on: Bool, to flags: inout Flags) throws(PatternError) {
        switch flag {
        case "i": flags.ignoresCase = on
        case "s", "m": flags.dotMatchesNewline = on
        case "g", "u", "n", "o", "y", "d": break
        default: throw unsupported("flag \(flag)")
        }
    }

    mutating func choice(_ outer: Flags) throws(PatternError) -> PatternNode {
        var flags = outer
        var branches: [PatternNode] = []
        var items: [PatternNode] = []
        loop: while position < end {
            switch scalars[position] {
            case "|":
                position += 1
                branches.append(items.count == 1 ? items[0] : .sequence(items))
                items = []
            case ")":
                break loop
            default:
                if let atom = try atom(&flags) { items.append(try quantified(atom)) }
            }
        }
        let lastBranch: PatternNode = items.count == 1 ? items[0] : .sequence(items)
        return branches.isEmpty ? lastBranch : .choice(branches + [lastBranch])
    }

    /// nil: flags for the rest of the group, which match nothing.
    private mutating func atom(_ flags: inout Flags) throws(PatternError) -> PatternNode? {
        let start = position
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "(": return try group(&flags)
        case "[": return .set(try characterClass(flags))
        case ".": return .set(flags.dotMatchesNewline ? .all : .allButNewline)
        case "^": return .assertion(.lineStart)
        case "$": return .assertion(.lineEnd)
        case "*", "+", "?":
            position = start
            throw syntax("nothing to repeat")
        case "\\": return try escape(flags)
        default: return literal(scalar, flags)
        }
    }

    func literal(_ scalar: Unicode.Scalar, _ flags: Flags) -> PatternNode {
        let set = ScalarSet([scalar.value...scalar.value])
        return .set(flags.ignoresCase ? set.caseFolded : set)
    }

    private mutating func group(_ flags: inout Flags) throws(PatternError) -> PatternNode? {
        let start = position - 1
        depth += 1
        if depth > Self.maximumDepth { throw syntax("groups nested deeper than \(Self.maximumDepth)") }
        var inner = flags
        if peek == "?" {
            position += 1
            guard let kind = peek else { throw syntax("unfinished group") }
            switch kind {
            case ":": position += 1
            case "=", "!": throw unsupported("look-ahead", at: start)
            case ">": throw unsupported("an atomic group", at: start)
            case "(": throw unsupported("a conditional", at: start)
            case "<", "P":
                if kind == "P" { position += 1 }
                position += 1
                if peek == "=" || peek == "!" { throw unsupported("look-behind", at: start) }
                while let scalar = peek, ScalarSet.word.ranges.contains(where: { $0.contains(scalar.value) }) { position += 1 }
                guard peek == ">" else { throw syntax("unfinished group name") }
                position += 1
            default:
                var on = true
                while let flag = peek, flag != ":", flag != ")" {
                    if flag == "-", on { on = false } else { try apply(flag, on: on, to: &inner) }
                    position += 1
                }
                guard let closing = peek else { throw syntax("unfinished group") }
                position += 1
                if closing == ")" {
                    depth -= 1
                    flags = inner
                    return nil
                }
            }
        }
        let node = try choice(inner)
        guard peek == ")" else { throw syntax("group without )", at: start) }
        position += 1
        depth -= 1
        return node
    }

    private mutating func quantified(_ atom: PatternNode) throws(PatternError) -> PatternNode {
        guard let (minimum, maximum) = try quantifier() else { return atom }
        if case .assertion = atom { throw syntax("an assertion cannot be repeated") }
        var lazy = false
        if peek == "?" {
            lazy = true
            position += 1
        } else if peek == "+" {
            throw unsupported("a possessive quantifier")
        }
        if try quantifier() != nil { throw syntax("nothing to repeat") }
        return .repetition(atom, minimum: minimum, maximum: maximum, lazy: lazy)
    }

    /// A brace that opens no valid count is an ordinary character in both languages.
    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        switch peek {
        case "*": position += 1; return (0, nil)
        case "+": position += 1; return (1, nil)
        case "?": position += 1; return (0, 1)
        case "{": break
        default: return nil
        }
        let start = position
        position += 1
        let minimum = number()
        var maximum = minimum
        var open = false
        if peek == "," {
            position += 1
            maximum = number()
            open = maximum == nil
        }
        guard peek == "}", minimum != nil || maximum != nil else {
            position = start
            return nil
        }
        guard let minimum else { throw syntax("write {0,n} for {,n}", at: start) }
        position += 1
        if max(minimum, maximum ?? 0) > Self.maximumCount { throw syntax("a count above \(Self.maximumCount)", at: start) }
        if let maximum, maximum < minimum { throw syntax("counts out of order", at: start) }
        return (minimum, open ? nil : maximum)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek, let digit = ByteClass.decimalValue(scalar) {
            value = min((value ?? 0) * 10 + digit, 1_000_000)
            position += 1
        }
        return value
    }

    var peek: Unicode.Scalar? { position < end ? scalars[position] : nil }

    func syntax(_ what: String, at place: Int? = nil) -> PatternError {
        PatternError(pattern: source, position: place ?? position, problem: .syntax(what))
    }

    func unsupported(_ what: String, at place: Int? = nil) -> PatternError {
        PatternError(pattern: source, position: place ?? position, problem: .unsupported(what))
    }
}
