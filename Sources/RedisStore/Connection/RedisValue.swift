/// One reply of Redis (RESP2).
public enum RedisValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case status(String)
    case bulk([UInt8])
    case array([RedisValue])
    /// An error inside a reply, or in the replies to several commands; text as sent, without the leading `-`.
    case error(String)

    /// Text of a bulk or status reply; invalid UTF-8 is replaced.
    public var string: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        default: nil
        }
    }

    /// An integer reply, or a bulk reply that is a decimal integer.
    public var int: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .bulk, .status: string.flatMap { Int($0) }
        default: nil
        }
    }

    public var bytes: [UInt8]? {
        if case .bulk(let bytes) = self { bytes } else { nil }
    }

    public var array: [RedisValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var isNull: Bool { self == .null }

    /// The error this reply is, typed.
    public var error: RedisError? {
        if case .error(let text) = self { RedisError(reply: text) } else { nil }
    }

    /// Pairs of a flat field-value array, as `HGETALL` and stream entries have; nil when it is none.
    public var pairs: [(field: String, value: RedisValue)]? {
        guard let values = array, values.count.isMultiple(of: 2) else { return nil }
        var pairs: [(field: String, value: RedisValue)] = []
        pairs.reserveCapacity(values.count / 2)
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let field = values[index].string else { return nil }
            pairs.append((field, values[index + 1]))
        }
        return pairs
    }

    /// - Throws: the error this reply is; other replies are returned.
    public func get() throws(RedisError) -> RedisValue {
        if let error { throw error }
        return self
    }
}
