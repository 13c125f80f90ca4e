/// Keys of one project inside one shard. Ids are of the id alphabet (spec 01), so they need no encoding.
public struct ProjectKeys: Hashable, Sendable {
    /// `<prefix>{n}:<project>:`
    public let base: String

    /// Hash: one row of the session list.
    public func session(_ session: String) -> RedisKey { RedisKey("\(base)session:\(session)") }
    /// Hash: per window counts, bounds, recent batch ids.
    public func windows(_ session: String) -> RedisKey { RedisKey("\(base)windows:\(session)") }
    /// Stream: the stored chunks of one window.
    public func events(_ session: String, _ window: String) -> RedisKey { RedisKey("\(base)events:\(session):\(window)") }
    /// String: the session was erased; late batches cannot revive it.
    public func erased(_ session: String) -> RedisKey { RedisKey("\(base)erased:\(session)") }
    /// String: the data key of the session's chunks, wrapped by a master key.
    public func dataKey(_ session: String) -> RedisKey { RedisKey("\(base)key:\(session)") }
    /// Sorted set: session ids by last update (s).
    public var sessions: RedisKey { RedisKey("\(base)sessions") }
    /// Sorted set: session ids by creation (s).
    public var sessionsByCreation: RedisKey { RedisKey("\(base)sessions:created") }
    /// Sorted set: session ids by event count.
    public var sessionsByEvents: RedisKey { RedisKey("\(base)sessions:events") }
    /// Sorted set: session ids with one value of a dimension (browser, device, country, errors), by last update (s).
    public func by(_ dimension: String, _ value: String) -> RedisKey { RedisKey("\(base)by:\(dimension):\(KeySchema.encoded(value))") }
    /// Sorted set: sessions under a legal hold, by when it began (s).
    public var held: RedisKey { RedisKey("\(base)held") }
    /// Set: names of the indexes that exist, for sweeping.
    public var indexes: RedisKey { RedisKey("\(base)indexes") }
}
