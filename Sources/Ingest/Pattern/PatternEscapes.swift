/// Escapes and character classes of ``PatternParser``.
extension PatternParser {
    /// After the backslash, outside a class.
    mutating func escape(_ flags: Flags) throws(PatternError) -> PatternNode {
        let start = position - 1
        guard let scalar = peek else { throw syntax("unfinished escape", at: start) }
        switch scalar {
        case "b": position += 1; return .assertion(.wordBoundary)
        case "B": position += 1; return .assertion(.notWordBoundary)
        case "A": position += 1; return .assertion(.textStart)
        case "z": position += 1; return .assertion(.textEnd)
        case "Z": position += 1; return .assertion(.textEndBeforeNewline)
        case "1"..."9", "k": throw unsupported("a backreference", at: start)
        default: break
        }
        if let set = classEscape(scalar) {
            position += 1
            return .set(set)
        }
        return literal(try scalarEscape(start), flags)
    }

    private func classEscape(_ scalar: Unicode.Scalar) -> ScalarSet? {
        switch scalar {
        case "d": .digits
        case "D": ScalarSet.digits.inverted
        case "w": .word
        case "W": ScalarSet.word.inverted
        case "s": .space
        case "S": ScalarSet.space.inverted
        case "h": .hex
        case "H": ScalarSet.hex.inverted
        default: nil
        }
    }

    /// An escape that stands for one scalar.
    private mutating func scalarEscape(_ start: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = peek else { throw syntax("unfinished escape", at: start) }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "e": return "\u{1B}"
        case "a": return "\u{07}"
        case "0":
            if let next = peek, ByteClass.decimalValue(next) != nil { throw unsupported("an octal escape", at: start) }
            return "\0"
        case "x": return try hexScalar(digits: 2, start)
        case "u":
            if peek != "{" { return try hexScalar(digits: 4, start) }
            position += 1
            let value = try hexScalar(digits: nil, start)
            guard peek == "}" else { throw syntax("unfinished escape", at: start) }
            position += 1
            return value
        case "a"..."z", "A"..."Z": throw unsupported("the escape \\\(scalar)", at: start)
        default: return scalar
        }
    }

    /// `digits` nil: one to six.
    private mutating func hexScalar(digits: Int?, _ start: Int) throws(PatternError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        while count < digits ?? 6, let scalar = peek, let digit = ByteClass.hexValue(scalar) {
            value = value << 4 | UInt32(digit)
            count += 1
            position += 1
        }
        guard count > 0, digits == nil || count == digits, let scalar = Unicode.Scalar(value) else {
            throw syntax("not a character code", at: start)
        }
        return scalar
    }

    /// After the opening bracket.
    mutating func characterClass(_ flags: Flags) throws(PatternError) -> ScalarSet {
        let start = position - 1
        var set = ScalarSet()
        var isNegated = false
        if peek == "^" {
            isNegated = true
            position += 1
        }
        if peek == "]" { throw syntax("an empty class", at: start) }
        while let scalar = peek, scalar != "]" {
            if scalar == "&", position + 1 < end, scalars[position + 1] == "&" { throw unsupported("&& in a class") }
            let place = position
            switch try classItem() {
            case .set(let members):
                set.formUnion(members)
            case .scalar(let lower):
                // "a-]" and "a-\d" hold a literal hyphen.
                guard peek == "-", position + 1 < end, scalars[position + 1] != "]" else {
                    set.insert(lower.value...lower.value)
                    continue
                }
                position += 1
                switch try classItem() {
                case .set(let members):
                    set.insert(lower.value...lower.value)
                    set.insert(0x2D...0x2D)
                    set.formUnion(members)
                case .scalar(let upper):
                    guard lower <= upper else { throw syntax("range out of order", at: place) }
                    set.insert(lower.value...upper.value)
                }
            }
        }
        guard peek == "]" else { throw syntax("class without ]", at: start) }
        position += 1
        if flags.ignoresCase { set = set.caseFolded }
        return isNegated ? set.inverted : set
    }

    private enum ClassItem {
        case set(ScalarSet)
        case scalar(Unicode.Scalar)
    }

    private mutating func classItem() throws(PatternError) -> ClassItem {
        let start = position
        guard let scalar = peek else { throw syntax("class without ]") }
        position += 1
        switch scalar {
        case "[":
            guard peek == ":" else { throw syntax("write \\[ for [ in a class", at: start) }
            return .set(try posixClass(start))
        case "\\":
            guard let escaped = peek else { throw syntax("unfinished escape", at: start) }
            if escaped == "b" {
                position += 1
                return .scalar("\u{08}")
            }
            if let set = classEscape(escaped) {
                position += 1
                return .set(set)
            }
            return .scalar(try scalarEscape(start))
        default:
            return .scalar(scalar)
        }
    }

    private mutating func posixClass(_ start: Int) throws(PatternError) -> ScalarSet {
        position += 1
        var name = ""
        while let scalar = peek, scalar != ":", scalar != "]" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard peek == ":", position + 1 < end, scalars[position + 1] == "]" else { throw syntax("unfinished [: :]", at: start) }
        position += 2
        let isNegated = name.hasPrefix("^")
        guard let set = ScalarSet.posix(isNegated ? String(name.dropFirst()) : name) else {
            throw syntax("unknown class [:\(name):]", at: start)
        }
        return isNegated ? set.inverted : set
    }
}
