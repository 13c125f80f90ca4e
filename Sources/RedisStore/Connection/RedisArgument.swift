/// What can be an argument of a command. Binary-safe: bytes go out as they are.
public protocol RedisArgument: Sendable {
    /// Number of bytes `appendRedisBytes` appends.
    var redisByteCount: Int { get }
    func appendRedisBytes(to buffer: inout [UInt8])
}

extension String: RedisArgument {
    public var redisByteCount: Int { utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: utf8) }
}

extension Substring: RedisArgument {
    public var redisByteCount: Int { utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: utf8) }
}

extension [UInt8]: RedisArgument {
    public var redisByteCount: Int { count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: self) }
}

extension ArraySlice<UInt8>: RedisArgument {
    public var redisByteCount: Int { count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: self) }
}

extension Int: RedisArgument {
    public var redisByteCount: Int { description.utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: description.utf8) }
}

extension Int64: RedisArgument {
    public var redisByteCount: Int { description.utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: description.utf8) }
}

extension RedisKey: RedisArgument {
    public var redisByteCount: Int { rawValue.utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: rawValue.utf8) }
}
