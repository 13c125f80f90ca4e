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

    // Problems and server events (docs/errors.md).

    /// Hash: this shard's part of a problem.
    public func problem(_ fingerprint: String) -> RedisKey { RedisKey("\(base)problem:\(fingerprint)") }
    /// Hash: occurrences per UTC minute, hour and day.
    public func trend(_ fingerprint: String) -> RedisKey { RedisKey("\(base)trend:\(fingerprint)") }
    /// Hash: occurrences per value of a dimension.
    public func facets(_ fingerprint: String) -> RedisKey { RedisKey("\(base)facets:\(fingerprint)") }
    /// Stream: the newest occurrences.
    public func occurrences(_ fingerprint: String) -> RedisKey { RedisKey("\(base)occurrences:\(fingerprint)") }
    /// Sorted set: the newest sessions it happened in, by when (s).
    public func affected(_ fingerprint: String) -> RedisKey { RedisKey("\(base)affected:\(fingerprint)") }
    /// Sorted set: user tokens by how many sessions.
    public func users(_ fingerprint: String) -> RedisKey { RedisKey("\(base)users:\(fingerprint)") }
    /// Hash: what somebody decided about a problem; only in its home shard.
    public func status(_ fingerprint: String) -> RedisKey { RedisKey("\(base)status:\(fingerprint)") }
    /// Sorted set: fingerprints by when last received (s).
    public var problems: RedisKey { RedisKey("\(base)problems") }
    /// Sorted set: releases by when last received (s).
    public var problemReleases: RedisKey { RedisKey("\(base)problems:releases") }
    /// Sorted set: environments by when last received (s).
    public var problemEnvironments: RedisKey { RedisKey("\(base)problems:environments") }
    /// Hash: the occurrences and server events a session left.
    public func reports(_ session: String) -> RedisKey { RedisKey("\(base)reports:\(session)") }
    /// Stream: copies of them while a legal hold stands.
    public func heldReports(_ session: String) -> RedisKey { RedisKey("\(base)heldreports:\(session)") }
    /// Stream: server events.
    public var track: RedisKey { RedisKey("\(base)track") }
    /// String: digests of the last 256 ids of server events.
    public var trackBatches: RedisKey { RedisKey("\(base)track:batches") }

    // Alerts (docs/alerts.md), only in shard 0.

    /// Hash: rules by id, JSON.
    public var alertRules: RedisKey { RedisKey("\(base)alert:rules") }
    /// Hash: channels by id, JSON.
    public var alertChannels: RedisKey { RedisKey("\(base)alert:channels") }
    /// String: how many alerts a rule told in the running ten minutes.
    public func alertCount(_ rule: String) -> RedisKey { RedisKey("\(base)alert:count:\(rule)") }
    /// String: the notice a rule last told of a problem; its life is the quiet period.
    public func alertSent(_ rule: String, _ fingerprint: String) -> RedisKey { RedisKey("\(base)alert:sent:\(rule):\(fingerprint)") }
    /// Hash: one delivery, waiting or done.
    public func alertDelivery(_ id: String) -> RedisKey { RedisKey("\(base)alert:delivery:\(id)") }
    /// Sorted set: the newest deliveries, by when they were made (ms).
    public var alertLog: RedisKey { RedisKey("\(base)alert:log") }
}

/// Source maps (docs/source-maps.md), all of a release in one shard.
extension ProjectKeys {
    /// String: a source map, gzip.
    public func sourceMap(_ release: String, _ file: String) -> RedisKey {
        RedisKey("\(base)sourcemap:\(KeySchema.encoded(release)):\(KeySchema.encoded(file))")
    }
    /// Hash: the files of a release that have a map.
    public func sourceMapFiles(_ release: String) -> RedisKey { RedisKey("\(base)sourcemaps:\(KeySchema.encoded(release))") }
    /// Hash: the releases that have maps in this shard.
    public var sourceMapReleases: RedisKey { RedisKey("\(base)sourcemaps") }
}
