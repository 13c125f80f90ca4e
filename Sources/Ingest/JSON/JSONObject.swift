/// Some members of a JSON object that was validated; of a key that occurs twice the last value counts.
struct JSONObject {
    /// The object and nothing else; must outlive this.
    private let bytes: UnsafeRawBufferPointer
    private var ranges: [String: Range<Int>] = [:]

    /// nil when the bytes are no object.
    init?(_ bytes: UnsafeRawBufferPointer, _ names: [StaticString]) {
        self.bytes = bytes
        var found: [String: Range<Int>] = [:]
        var cursor = JSONCursor(bytes)
        do throws(JSONFault) {
            try cursor.object { (cursor, key) throws(JSONFault) in
                var name: StaticString?
                for candidate in names where try cursor.isNamed(key, candidate) { name = candidate }
                let range = try cursor.skipValue()
                if let name { found["\(name)"] = range }
            }
        } catch {
            return nil
        }
        ranges = found
    }

    /// The JSON text of a value.
    subscript(name: String) -> UnsafeRawBufferPointer? { ranges[name].map { UnsafeRawBufferPointer(rebasing: bytes[$0]) } }

    /// The text of a value that is a string.
    func text(_ name: String) -> [UInt8]? { self[name].flatMap(JSONValue.text) }

    /// A value that is an object.
    func object(_ name: String, _ names: [StaticString]) -> JSONObject? { self[name].flatMap { JSONObject($0, names) } }
}

/// One JSON value that was validated, without white space around it.
enum JSONValue {
    /// What a string says, as UTF-8: half a surrogate pair becomes U+FFFD. nil for another kind of value.
    static func text(_ value: UnsafeRawBufferPointer) -> [UInt8]? {
        guard value.count >= 2, value[0] == Bytes.quote else { return nil }
        return StringToken.unescaped(UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)]))
    }

    /// Any value as text: a string as it reads, null as nothing, the rest as JSON.
    static func stringified(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        text(value) ?? (isNull(value) ? [] : compact(value))
    }

    static func isNull(_ value: UnsafeRawBufferPointer) -> Bool { value.first == UInt8(ascii: "n") }
    static func isFalse(_ value: UnsafeRawBufferPointer) -> Bool { value.first == UInt8(ascii: "f") }
    static func isObject(_ value: UnsafeRawBufferPointer) -> Bool { value.first == Bytes.openBrace }

    /// A finite number, or a string that reads like one.
    static func number(_ value: UnsafeRawBufferPointer) -> Double? {
        guard let first = value.first else { return nil }
        if first == Bytes.quote {
            let inner = UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)])
            return NumericText.value(ofString: inner, hasEscapes: inner.contains(Bytes.backslash))
        }
        return ByteClass.isDigit(first) || first == UInt8(ascii: "-") ? NumberToken.finite(value) : nil
    }

    /// The whole number, when it is a small one.
    static func integer(_ value: UnsafeRawBufferPointer) -> Int? {
        guard let first = value.first, ByteClass.isDigit(first) || first == UInt8(ascii: "-") else { return nil }
        return NumberToken.integral(value).map(Int.init)
    }

    /// The value in the shortest form: no white space, no escapes but those that must be.
    static func compact(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(value.count)
        var position = 0
        while position < value.count {
            let byte = value[position]
            guard byte == Bytes.quote else {
                if byte > Bytes.space { output.append(byte) }
                position += 1
                continue
            }
            let start = position + 1
            var hasEscapes = false
            position = start
            while position < value.count, value[position] != Bytes.quote {
                let isEscape = value[position] == Bytes.backslash
                hasEscapes = hasEscapes || isEscape
                position += isEscape ? 2 : 1
            }
            let inner = UnsafeRawBufferPointer(rebasing: value[start..<min(position, value.count)])
            position += 1
            if hasEscapes {
                let text = StringToken.unescaped(inner)
                JSONText.encode(text.span, into: &output)
            } else {
                output.append(Bytes.quote)
                output.append(contentsOf: inner)
                output.append(Bytes.quote)
            }
        }
        return output
    }

    /// The first elements of an array; nil for another kind of value.
    static func elements<Element>(
        _ value: UnsafeRawBufferPointer, limit: Int, _ read: (UnsafeRawBufferPointer) -> Element
    ) -> [Element]? {
        guard value.first == Bytes.openBracket else { return nil }
        var elements: [Element] = []
        var cursor = JSONCursor(value)
        do throws(JSONFault) {
            try cursor.take(Bytes.openBracket)
            if try cursor.takes(Bytes.closeBracket) { return [] }
            while elements.count < limit {
                elements.append(read(UnsafeRawBufferPointer(rebasing: value[try cursor.skipValue()])))
                if try cursor.takes(Bytes.closeBracket) { break }
                try cursor.take(Bytes.comma)
            }
        } catch {
            return nil
        }
        return elements
    }
}
