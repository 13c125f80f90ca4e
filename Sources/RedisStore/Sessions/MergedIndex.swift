/// One sorted set per shard, read as a single one: highest score first, ties by member, descending.
struct MergedIndex {
    private struct Source {
        let key: RedisKey
        var offset = 0
        var buffer: ArraySlice<ListPosition> = []
        var isDrained = false
    }

    private let redis: RedisClient
    private let low: String
    private let high: String
    private let resume: ListPosition?
    private var sources: [Source]
    // Scores move while we read, so a member can show up twice.
    private var seen: Set<String> = []

    /// - Parameters:
    ///   - bounds: inclusive, of the score.
    ///   - resume: start after this place.
    init(redis: RedisClient, keys: [RedisKey], bounds: (low: Double?, high: Double?), resume: ListPosition? = nil) {
        self.redis = redis
        self.resume = resume
        low = bounds.low.map { "\($0)" } ?? "-inf"
        high = [bounds.high, resume?.score].compactMap(\.self).min().map { "\($0)" } ?? "+inf"
        sources = keys.map { Source(key: $0) }
    }

    /// How many members the bounds hold, over all shards.
    func count() async throws(RedisError) -> Int {
        try await redis.send(sources.map { RedisCommand("ZCOUNT", $0.key, low, high, isIdempotent: true) })
            .reduce(0) { $0 + ($1.int ?? 0) }
    }

    /// The next members, at most `limit`; fewer only at the end.
    mutating func next(_ limit: Int) async throws(RedisError) -> [ListPosition] {
        var result: [ListPosition] = []
        while result.count < limit {
            try await fill(limit)
            guard let best = bestSource(), let position = sources[best].buffer.popFirst() else { break }
            if seen.insert(position.id).inserted { result.append(position) }
        }
        return result
    }

    private func bestSource() -> Int? {
        sources.indices.filter { !sources[$0].buffer.isEmpty }.max { left, right in
            guard let a = sources[left].buffer.first, let b = sources[right].buffer.first else { return false }
            return (a.score, a.id) < (b.score, b.id)
        }
    }

    /// Reads on wherever nothing is buffered; the merge needs a head of every shard.
    private mutating func fill(_ limit: Int) async throws(RedisError) {
        while true {
            let empty = sources.indices.filter { sources[$0].buffer.isEmpty && !sources[$0].isDrained }
            guard !empty.isEmpty else { return }
            let size = max(limit, 32)
            let replies = try await redis.send(
                empty.map { index in
                    RedisCommand(
                        "ZRANGE", sources[index].key, high, low, "BYSCORE", "REV", "LIMIT", sources[index].offset, size, "WITHSCORES",
                        isIdempotent: true)
                })
            for (index, reply) in zip(empty, replies) {
                let flat = try reply.elements()
                sources[index].offset += flat.count / 2
                sources[index].isDrained = flat.count / 2 < size
                sources[index].buffer = positions(flat)[...]
            }
        }
    }

    private func positions(_ flat: [RedisValue]) -> [ListPosition] {
        stride(from: 0, to: flat.count - 1, by: 2).compactMap { index in
            guard let id = flat[index].string, let score = flat[index + 1].string.flatMap(Double.init) else { return nil }
            if let resume, score == resume.score, id >= resume.id { return nil }
            return ListPosition(score: score, id: id)
        }
    }
}
