/// Keys of one shard that belong to no project.
public struct ShardKeys: Hashable, Sendable {
    /// `<prefix>{n}:`, the declared prefix scripts build stored names from (`lua/includes/keys.lua`).
    public let base: String
    public let shard: Int

    /// Stream of raw batches, read from its head by the partition's owner.
    public func ingest(_ partition: Int) -> RedisKey { RedisKey("\(base)ingest:\(partition)") }
    /// The owner of a partition, with expiry.
    public func lease(_ partition: Int) -> RedisKey { RedisKey("\(base)lease:\(partition)") }
    /// Id of the last applied entry.
    public func applied(_ partition: Int) -> RedisKey { RedisKey("\(base)applied:\(partition)") }
    /// The id range being processed and the attempts made alone.
    public func inflight(_ partition: Int) -> RedisKey { RedisKey("\(base)inflight:\(partition)") }
    /// Counter per outcome.
    public var outcomes: RedisKey { RedisKey("\(base)outcomes") }
    /// Entries that could not be processed.
    public var dead: RedisKey { RedisKey("\(base)dead") }
    /// Append-only audit entries (spec 06 section 8).
    public var audit: RedisKey { RedisKey("\(base)audit") }
    /// Notices for the alerts: a problem is new, or came back.
    public var alerts: RedisKey { RedisKey("\(base)alerts") }
    /// Sorted set: deliveries to make, `<project> <id>` by when (ms); only in shard 0.
    public var alertsDue: RedisKey { RedisKey("\(base)alerts:due") }
    /// Names of the projects that have keys in this shard, for sweeping.
    public var projects: RedisKey { RedisKey("\(base)projects") }

    public func project(_ name: String) -> ProjectKeys { ProjectKeys(base: "\(base)\(KeySchema.encoded(name)):") }
}
