/// One command, encoded for the wire while it is built, so that the connection's thread has nothing left to do but to write.
public struct RedisCommand: Sendable {
    /// Repeating it does no harm. Only such a command is sent again when the connection breaks under it.
    public var isIdempotent: Bool
    private(set) var argumentCount = 0
    /// `$<length> CRLF <bytes> CRLF` for each argument; the leading count is written when it is final.
    private(set) var encoded: [UInt8] = []

    public init(_ name: String, _ arguments: any RedisArgument..., isIdempotent: Bool = false) {
        self.isIdempotent = isIdempotent
        encoded.reserveCapacity(arguments.reduce(name.utf8.count + 16) { $0 + $1.redisByteCount + 16 })
        append(name)
        for argument in arguments { append(argument) }
    }

    public mutating func append(_ argument: some RedisArgument) {
        appendLength(argument.redisByteCount)
        argument.appendRedisBytes(to: &encoded)
        endArgument()
    }

    /// Appends bytes the caller only borrows, for example a request body.
    public mutating func append(bytes: UnsafeRawBufferPointer) {
        appendLength(bytes.count)
        encoded.append(contentsOf: bytes)
        endArgument()
    }

    public mutating func append(contentsOf arguments: [any RedisArgument]) {
        for argument in arguments { append(argument) }
    }

    /// Makes room for so many more bytes, when the caller knows that many arguments follow.
    public mutating func reserve(bytes: Int) { encoded.reserveCapacity(encoded.count + bytes) }

    /// Size on the wire, without the count line.
    var byteCount: Int { encoded.count }

    private mutating func appendLength(_ count: Int) {
        // One growth for a large argument, geometric growth for small ones.
        if count > 4096 { encoded.reserveCapacity(encoded.count + count + 32) }
        encoded.append(UInt8(ascii: "$"))
        encoded.appendDecimal(count)
        encoded.appendLineEnd()
    }

    private mutating func endArgument() {
        encoded.appendLineEnd()
        argumentCount += 1
    }
}

extension [UInt8] {
    mutating func appendLineEnd() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }

    mutating func appendDecimal(_ number: Int) { append(contentsOf: String(number).utf8) }
}
