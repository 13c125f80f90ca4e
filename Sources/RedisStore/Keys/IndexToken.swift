/// Names a `by:` index inside a project: `<dimension>:<percent-encoded value>`. Kept in a row's `by` field and in `indexes`.
public struct IndexToken: Hashable, Sendable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public init(dimension: String, value: String) {
        rawValue = "\(KeySchema.encoded(dimension)):\(KeySchema.encoded(value))"
    }
}

extension ProjectKeys {
    /// The index with that token.
    public func by(_ token: IndexToken) -> RedisKey { RedisKey("\(base)by:\(token.rawValue)") }
}
