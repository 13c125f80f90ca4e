/// Texts of a map, read from their JSON tokens when they are needed. A source can be most of the map, and only a few of its lines are.
enum SourceText {
    static let linesAround = 2
    static let maxLineUnits = 240

    /// The text of the token that begins at an offset; nil for 0.
    /// - Parameter most: bytes; the rest is cut.
    static func text(at start: UInt32, in bytes: UnsafeRawBufferPointer, most: Int) -> String? {
        guard let inner = inner(start, bytes) else { return nil }
        // An escape takes at most six bytes for one.
        return decoded(inner.prefix(most * 6), bytes).map { text in
            text.utf8.count <= most ? text : String(decoding: text.utf8.prefix(most), as: UTF8.self) + "…"
        }
    }

    /// The line of a position and those around it.
    /// - Parameters: `line` and `column` from 0, the latter in UTF-16 units.
    static func context(at start: UInt32, line: Int, column: Int, in bytes: UnsafeRawBufferPointer) -> [ContextLine] {
        guard let inner = inner(start, bytes) else { return [] }
        let wanted = max(0, line - linesAround)...(line + linesAround)
        var lines = ranges(of: wanted, in: inner, bytes)
        // The line feed at the end of a source begins no line.
        if let last = lines.last, last.number > 0, last.range.isEmpty, last.range.upperBound == inner.upperBound { lines.removeLast() }
        guard lines.contains(where: { $0.number == line }) else { return [] }
        return lines.map { found in
            let isMarked = found.number == line
            return ContextLine(
                number: found.number + 1, text: shortened(decoded(found.range, bytes) ?? "", around: isMarked ? column : 0), isMarked: isMarked)
        }
    }

    private static func inner(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard start > 0 else { return nil }
        var cursor = JSONCursor(bytes)
        cursor.position = Int(start)
        return (try? cursor.string())?.inner
    }

    private static func decoded(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> String? {
        var text: [UInt8] = []
        let slice = UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[range])
        // What a cut escape leaves is worth nothing, and what was before it is.
        _ = JSONText.decode(slice.span, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Where some lines lie in a token, ended by LF, CR or both.
    private static func ranges(
        of wanted: ClosedRange<Int>, in inner: Range<Int>, _ bytes: UnsafeRawBufferPointer
    ) -> [(number: Int, range: Range<Int>)] {
        var result: [(number: Int, range: Range<Int>)] = []
        var (number, start, position) = (0, inner.lowerBound, inner.lowerBound)
        while position < inner.upperBound, number <= wanted.upperBound {
            guard bytes[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            guard let (character, next) = escaped(position, inner, bytes) else {
                position += bytes[position + 1] == UInt8(ascii: "u") ? 6 : 2
                continue
            }
            if wanted.contains(number) { result.append((number, start..<position)) }
            position = next
            if character == 0x0D, let (following, after) = escaped(next, inner, bytes), following == 0x0A { position = after }
            (number, start) = (number + 1, position)
        }
        if wanted.contains(number) { result.append((number, start..<inner.upperBound)) }
        return result
    }

    /// The line end that an escape at a position stands for, and where what follows begins.
    private static func escaped(_ position: Int, _ inner: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> (UInt8, Int)? {
        guard position + 1 < inner.upperBound, bytes[position] == UInt8(ascii: "\\") else { return nil }
        switch bytes[position + 1] {
        case UInt8(ascii: "n"): return (0x0A, position + 2)
        case UInt8(ascii: "r"): return (0x0D, position + 2)
        case UInt8(ascii: "u"):
            guard position + 6 <= inner.upperBound, bytes[(position + 2)..<(position + 5)].elementsEqual("000".utf8) else { return nil }
            switch bytes[position + 5] {
            case UInt8(ascii: "a"), UInt8(ascii: "A"): return (0x0A, position + 6)
            case UInt8(ascii: "d"), UInt8(ascii: "D"): return (0x0D, position + 6)
            default: return nil
            }
        default: return nil
        }
    }

    /// A long line cut to what is around a column.
    private static func shortened(_ text: String, around column: Int) -> String {
        let units = text.utf16
        guard units.count > maxLineUnits else { return text }
        let start = min(max(0, column - maxLineUnits / 2), units.count - maxLineUnits)
        let from = units.index(units.startIndex, offsetBy: start)
        let to = units.index(from, offsetBy: maxLineUnits)
        return (start > 0 ? "…" : "") + String(decoding: units[from..<to], as: UTF16.self) + (to < units.endIndex ? "…" : "")
    }
}
