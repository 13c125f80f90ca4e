/// The bytes are not JSON that this reader can follow.
struct JSONFault: Error, Equatable {
    let position: Int
}

/// Walks over JSON text without building anything. The scanner has validated the text before; the cursor still refuses what
/// it cannot follow, because whoever redacts must not pass on what was not looked at.
struct JSONCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    /// One bit per open container would do; a byte each is simpler. 1: object, 0: array.
    private var containers: [UInt8] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes.bindMemory(to: UInt8.self)
    }

    var fault: JSONFault { JSONFault(position: position) }

    /// The byte at the next position that is not white space; the cursor stays on it.
    @inline(__always)
    mutating func next() throws(JSONFault) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { throw fault }
            position += 1
        }
        throw fault
    }

    mutating func take(_ byte: UInt8) throws(JSONFault) {
        guard try next() == byte else { throw fault }
        position += 1
    }

    /// Takes `byte` when it is next.
    mutating func takes(_ byte: UInt8) throws(JSONFault) -> Bool {
        guard try next() == byte else { return false }
        position += 1
        return true
    }

    /// Nothing but white space may follow.
    mutating func finish() throws(JSONFault) {
        while position < bytes.count {
            guard bytes[position] <= 0x20 else { throw fault }
            position += 1
        }
    }

    /// Reads the string token that begins here, in one pass over its bytes.
    mutating func string() throws(JSONFault) -> JSONStringToken {
        guard try next() == UInt8(ascii: "\"") else { throw fault }
        let start = position
        let table = ByteTraits.table
        let end = bytes.count
        var index = position + 1
        var traits = ByteTraits()
        while true {
            var flags: UInt8 = 0
            var digits = 0
            while index < end {
                let value = table[bytes[index]]
                if value >= ByteTraits.stop { break }
                flags |= value
                digits &+= Int(value & 1)
                index += 1
            }
            traits.flags |= flags
            traits.digits += digits
            guard index < end else { throw fault }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return JSONStringToken(range: start..<position, traits: traits)
            case UInt8(ascii: "\\"):
                traits.flags |= ByteTraits.escape
                index = try escape(at: index, &traits)
            default:
                throw fault
            }
        }
    }

    /// Checks the escape that begins at `start`; where it ends.
    private func escape(at start: Int, _ traits: inout ByteTraits) throws(JSONFault) -> Int {
        guard start + 1 < bytes.count else { throw JSONFault(position: start) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"),
            UInt8(ascii: "b"), UInt8(ascii: "f"):
            return start + 2
        case UInt8(ascii: "u"):
            guard start + 6 <= bytes.count, bytes[(start + 2)..<(start + 6)].allSatisfy({ ByteClass.hexValue($0) != nil })
            else { throw JSONFault(position: start) }
            traits.flags |= ByteTraits.unicodeEscape
            return start + 6
        default:
            throw JSONFault(position: start)
        }
    }

    /// A number or literal: whatever reaches to the next delimiter.
    mutating func scalar() throws(JSONFault) {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                position += 1
            default:
                if position == start { throw fault }
                return
            }
        }
        if position == start { throw fault }
    }

    /// Walks over one value of any depth; `visit` sees every string in it, with true for object keys.
    @inline(__always)
    mutating func value(
        _ visit: (JSONStringToken, _ isKey: Bool) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        let base = containers.count
        defer { containers.removeLast(containers.count - base) }
        var expectsKey = false
        while true {
            // A value, or the key before one.
            if expectsKey {
                try visit(string(), true)
                try take(UInt8(ascii: ":"))
                expectsKey = false
            }
            switch try next() {
            case UInt8(ascii: "\""):
                try visit(string(), false)
            case UInt8(ascii: "{"):
                position += 1
                containers.append(1)
                if try next() != UInt8(ascii: "}") {
                    expectsKey = true
                    continue
                }
            case UInt8(ascii: "["):
                position += 1
                containers.append(0)
                if try next() != UInt8(ascii: "]") { continue }
            default:
                try scalar()
            }
            // What closes here, until a comma.
            while true {
                guard containers.count > base, let isObject = containers.last else { return }
                let byte = try next()
                position += 1
                if byte == UInt8(ascii: ",") {
                    expectsKey = isObject == 1
                    break
                }
                guard byte == (isObject == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw fault }
                containers.removeLast()
            }
        }
    }

    /// Walks over one value without looking into it; its range.
    mutating func skipValue() throws(JSONFault) -> Range<Int> {
        _ = try next()
        let start = position
        try value { (_, _) throws(JSONFault) in }
        return start..<position
    }

    /// The members of the object that begins here; `member` must take the value.
    @inline(__always)
    mutating func object(_ member: (inout JSONCursor, JSONStringToken) throws(JSONFault) -> Void) throws(JSONFault) {
        try take(UInt8(ascii: "{"))
        if try takes(UInt8(ascii: "}")) { return }
        while true {
            let key = try string()
            try take(UInt8(ascii: ":"))
            _ = try next()
            try member(&self, key)
            if try takes(UInt8(ascii: "}")) { return }
            try take(UInt8(ascii: ","))
        }
    }

    /// What the token's text is, escapes undone.
    func text(of token: JSONStringToken) throws(JSONFault) -> [UInt8] {
        var text: [UInt8] = []
        guard JSONText.decode(slice(token.inner).span, into: &text) else { throw fault }
        return text
    }

    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    /// Compares with an ASCII name, escapes undone.
    func isNamed(_ token: JSONStringToken, _ name: StaticString) throws(JSONFault) -> Bool {
        let inner = token.inner
        if !token.traits.has(ByteTraits.escape) {
            guard inner.count == name.utf8CodeUnitCount else { return false }
            for index in 0..<inner.count where bytes[inner.lowerBound + index] != name.utf8Start[index] { return false }
            return true
        }
        let text = try text(of: token)
        return text.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
