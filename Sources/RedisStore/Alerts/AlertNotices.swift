public import Ingest

/// Something alerts may tell: left by a commit, or by the watch for spikes.
public struct AlertNotice: Sendable, Equatable {
    /// `<shard>-<stream id>`: the same however often it is read.
    public var id: String { "\(shard)-\(entry)" }
    public let shard: Int
    let entry: String
    public let kind: AlertRule.Occasion
    public let project: String
    public let fingerprint: String
    public let session: String?
    public let window: String?
    /// ms since 1970.
    public let atMs: Int64
    /// Only of a spike: whose it is.
    public let rule: String?
}

/// The notices of all shards, read by all workers as one group: each goes to one of them, at least once.
public struct AlertNotices: Sendable {
    static let group = "alerts"
    /// All workers are one consumer: what a dead one left is found by its age, and no names of dead workers pile up.
    private static let consumer = "worker"

    private let redis: RedisClient
    private let keys: KeySchema
    private let spikeScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(redis: RedisClient, keys: KeySchema) throws(RedisError) {
        self.redis = redis
        self.keys = keys
        spikeScript = try Scripts.named("noteSpike")
    }

    /// Notices nobody has taken yet.
    /// - Parameter limit: most of each shard.
    public func next(limit: Int) async throws(RedisError) -> [AlertNotice] {
        try await read { RedisCommand("XREADGROUP", "GROUP", Self.group, Self.consumer, "COUNT", limit, "STREAMS", $0.alerts, ">") }.notices {
            reply in
            reply.array?.first?.array?.last?.array ?? []
        }
    }

    /// Notices somebody took and did not finish.
    /// - Parameters:
    ///   - idleMs: taken at least so long ago.
    ///   - limit: most of each shard.
    public func abandoned(idleMs: Int, limit: Int) async throws(RedisError) -> [AlertNotice] {
        try await read { RedisCommand("XAUTOCLAIM", $0.alerts, Self.group, Self.consumer, idleMs, "0-0", "COUNT", limit) }.notices { reply in
            guard let parts = reply.array, parts.count > 1 else { return [] }
            return parts[1].array ?? []
        }
    }

    /// It needs no more attention, from anybody.
    public func finish(_ notice: AlertNotice) async throws(RedisError) { try await finish(notice.entry, in: keys.shard(notice.shard)) }

    /// Leaves a notice of a spike, unless the rule is quiet about the problem.
    /// - Returns: whether it left one.
    public func noteSpike(rule: String, fingerprint: String, project: String, atMs: Int64) async throws(RedisError) -> Bool {
        let shard = keys.shard(0)
        return try await redis.run(
            spikeScript, keys: [shard.alerts, shard.project(project).alertSent(rule, fingerprint)], arguments: [project, fingerprint, rule, atMs]
        ).int == 1
    }

    /// Asks every shard; a group that is missing (a first start, an emptied Redis) is made.
    private func read(_ command: (ShardKeys) -> RedisCommand) async throws(RedisError) -> Pending {
        let shards = keys.allShards
        let replies = try await redis.send(shards.map(command))
        var pending = Pending(source: self)
        for (shard, reply) in zip(shards, replies) {
            if let error = reply.error {
                guard error.code == .server("NOGROUP") else { throw error }
                do throws(RedisError) {
                    _ = try await redis.send(RedisCommand("XGROUP", "CREATE", shard.alerts, Self.group, "0", "MKSTREAM"))
                } catch { guard error.code == .server("BUSYGROUP") else { throw error } }
                pending.replies.append((shard, try await redis.send(command(shard))))
                continue
            }
            pending.replies.append((shard, reply))
        }
        return pending
    }

    private struct Pending {
        let source: AlertNotices
        var replies: [(shard: ShardKeys, reply: RedisValue)] = []

        /// - Parameter entries: of one reply.
        func notices(_ entries: (RedisValue) -> [RedisValue]) async throws(RedisError) -> [AlertNotice] {
            var found: [AlertNotice] = []
            for (shard, reply) in replies {
                for entry in entries(reply) {
                    guard let parts = entry.array, parts.count == 2, let id = parts[0].string else { continue }
                    if let notice = AlertNotice(id, parts[1], shard: shard.shard) {
                        found.append(notice)
                    } else {
                        // Nothing can be made of it, now or later.
                        try await source.finish(id, in: shard)
                    }
                }
            }
            return found
        }
    }

    private func finish(_ entry: String, in shard: ShardKeys) async throws(RedisError) {
        let replies = try await redis.send([
            RedisCommand("XACK", shard.alerts, Self.group, entry, isIdempotent: true), RedisCommand("XDEL", shard.alerts, entry, isIdempotent: true),
        ])
        for reply in replies { _ = try reply.get() }
    }
}

extension AlertNotice {
    /// nil for fields of another form, and for an entry that was trimmed.
    fileprivate init?(_ entry: String, _ fields: RedisValue, shard: Int) {
        guard let pairs = fields.pairs else { return nil }
        var values: [String: String] = [:]
        for (field, value) in pairs { values[field] = value.string.flatMap { $0.isEmpty ? nil : $0 } }
        guard let kind = values["kind"].flatMap(AlertRule.Occasion.init(rawValue:)), let project = values["project"],
            let fingerprint = values["fingerprint"]
        else { return nil }
        (self.shard, self.entry, self.kind, self.project, self.fingerprint) = (shard, entry, kind, project, fingerprint)
        (session, window, rule) = (values["session"], values["window"], values["rule"])
        atMs = values["at"].flatMap { Int64($0) } ?? 0
    }
}
