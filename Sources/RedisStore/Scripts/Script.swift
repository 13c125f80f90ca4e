import Crypto

/// A Lua script of this product, ready to run.
public struct Script: Sendable, Hashable {
    public let name: String
    /// Hexadecimal, as EVALSHA takes it.
    public let sha1: String
    /// With its includes put in.
    public let source: String
    /// Number of keys it takes; nil when that varies.
    public let keyCount: Int?
    /// Its header has `no-writes`: runs by EVALSHA_RO, and again when the connection breaks under it.
    public let isReadOnly: Bool

    init(name: String, keyCount: Int?, source: String) {
        self.name = name
        self.keyCount = keyCount
        self.source = source
        sha1 = Insecure.SHA1.hash(data: Array(source.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let header = source.prefix { $0 != "\n" }
        let flags = header.split(separator: " ").first { $0.hasPrefix("flags=") }?.dropFirst(6)
        isReadOnly = flags?.split(separator: ",").contains("no-writes") ?? false
    }

    /// A call to fill with arguments.
    /// - Throws: `scriptUnavailable` when the script takes another number of keys.
    public func call(keys: [RedisKey], isIdempotent: Bool = false) throws(RedisError) -> ScriptCall {
        if let keyCount, keyCount != keys.count {
            throw RedisError(.scriptUnavailable, "script \(name) takes \(keyCount) keys, not \(keys.count)")
        }
        return ScriptCall(script: self, keys: keys, isIdempotent: isIdempotent || isReadOnly)
    }
}

/// One run of a script: its keys, and arguments appended one by one.
public struct ScriptCall: Sendable {
    public let script: Script
    private(set) var command: RedisCommand

    fileprivate init(script: Script, keys: [RedisKey], isIdempotent: Bool) {
        self.script = script
        command = RedisCommand(script.isReadOnly ? "EVALSHA_RO" : "EVALSHA", script.sha1, keys.count, isIdempotent: isIdempotent)
        for key in keys { command.append(key) }
    }

    public mutating func append(_ argument: some RedisArgument) { command.append(argument) }
    public mutating func append(contentsOf arguments: [any RedisArgument]) { command.append(contentsOf: arguments) }
    public mutating func append(bytes: UnsafeRawBufferPointer) { command.append(bytes: bytes) }
    public mutating func reserve(bytes: Int) { command.reserve(bytes: bytes) }
}
