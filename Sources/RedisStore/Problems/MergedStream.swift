/// One stream per shard, read as a single one: newest arrival first. What arrives meanwhile is newer than all that is still to come, so nothing is
/// met twice and nothing left out.
struct MergedStream {
    private struct Source {
        let shard: Int
        let key: RedisKey
        /// As XREVRANGE takes it.
        var end: String
        var buffer: ArraySlice<StreamRecord> = []
        var isDrained = false
    }

    private let redis: RedisClient
    private var sources: [Source]

    /// - Parameter before: only what is older.
    init(redis: RedisClient, keys: [(shard: Int, key: RedisKey)], before: RecordID? = nil) {
        self.redis = redis
        sources = keys.map { shard, key in
            guard let before else { return Source(shard: shard, key: key, end: "+") }
            // Ids of different shards can be equal: the shard decides then.
            return Source(shard: shard, key: key, end: shard < before.shard ? "\(before.entry)" : "(\(before.entry)")
        }
    }

    /// The next entries, at most `limit`; fewer only at the end. A key of another type counts as empty.
    mutating func next(_ limit: Int) async throws(RedisError) -> [StreamRecord] {
        var result: [StreamRecord] = []
        while result.count < limit {
            try await fill(limit - result.count)
            let filled = sources.indices.filter { !sources[$0].buffer.isEmpty }
            let newest = filled.max { left, right in
                guard let a = sources[left].buffer.first, let b = sources[right].buffer.first else { return false }
                return a.id < b.id
            }
            guard let newest, let record = sources[newest].buffer.popFirst() else { break }
            result.append(record)
        }
        return result
    }

    /// The merge needs a head of every stream.
    private mutating func fill(_ limit: Int) async throws(RedisError) {
        let empty = sources.indices.filter { sources[$0].buffer.isEmpty && !sources[$0].isDrained }
        guard !empty.isEmpty else { return }
        let size = max(limit, 16)
        let replies = try await redis.send(
            empty.map { RedisCommand("XREVRANGE", sources[$0].key, sources[$0].end, "-", "COUNT", size, isIdempotent: true) })
        for (index, reply) in zip(empty, replies) {
            let entries = try reply.unlessWrongType()?.array ?? []
            sources[index].isDrained = entries.count < size
            if let last = entries.last?.array?.first?.string { sources[index].end = "(\(last)" }
            sources[index].buffer = entries.compactMap { StreamRecord(shard: sources[index].shard, entry: $0) }[...]
        }
    }
}

extension RedisValue {
    /// nil for a key of another type: one such key must not hide the rest.
    /// - Throws: any other error this reply is.
    func unlessWrongType() throws(RedisError) -> RedisValue? {
        if error?.code == .wrongType { return nil }
        return try get()
    }
}
