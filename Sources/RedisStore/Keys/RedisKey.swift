/// The name of one Redis key. Only `KeySchema` makes them, so that every name has one place of birth.
public struct RedisKey: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    internal init(_ rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}
