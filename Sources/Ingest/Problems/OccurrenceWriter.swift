/// Writes the document of an occurrence (docs/errors.md, "Occurrence").
struct OccurrenceWriter {
    private let maxBytes: Int
    private var output: [UInt8] = [Bytes.openBrace]

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    mutating func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        add(name, string: Array(text.utf8))
    }

    mutating func add(_ name: StaticString, string text: [UInt8]) {
        key(name)
        JSONText.encode(text.span, into: &output)
    }

    mutating func add(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        key(name)
        output += String(number).utf8
    }

    mutating func add(_ name: StaticString, _ flag: Bool?) {
        guard let flag else { return }
        key(name)
        output += (flag ? "true" : "false").utf8
    }

    /// The whole document: the frames come last, as many as there is room for, since the innermost say most.
    consuming func finish(backtrace: [String]) -> [UInt8] {
        guard !backtrace.isEmpty else { return output + [Bytes.closeBrace] }
        key("backtrace")
        output.append(Bytes.openBracket)
        for (index, frame) in backtrace.enumerated() {
            var encoded: [UInt8] = []
            JSONText.encode(Array(frame.utf8).span, into: &encoded)
            if output.count + encoded.count + 3 > maxBytes { break }
            if index > 0 { output.append(Bytes.comma) }
            output += encoded
        }
        return output + [Bytes.closeBracket, Bytes.closeBrace]
    }

    private mutating func key(_ name: StaticString) {
        if output.count > 1 { output.append(Bytes.comma) }
        output += #""\#(name)":"#.utf8
    }
}
