/// Removes problems nothing was received of since a time, with every key of them, and occurrences and server events from before it (spec 01 section 7).
struct ProblemRemoval: Sendable {
    struct Counts: Hashable, Sendable {
        var problems = 0
        var occurrences = 0
        var serverEvents = 0
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let keys: SessionKeys?
    private let step: Int
    private let trimScript, removeScript: Script

    /// - Parameters:
    ///   - keys: of encrypted documents, which end with their problem; nil where nothing is encrypted.
    ///   - step: problems looked at per call.
    /// - Throws: `scriptUnavailable`.
    init(client: RedisClient, schema: KeySchema, keys: SessionKeys?, step: Int = 200) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.keys = keys
        self.step = step
        trimScript = try Scripts.named("trimProblems")
        removeScript = try Scripts.named("removeProblem")
    }

    /// Goes once through a project in all shards.
    /// - Parameter cutoff: ms since 1970; what arrived before goes.
    func purge(olderThanMs cutoff: Int64, project: String, shards: [ShardKeys]? = nil) async throws(RedisError) -> Counts {
        var counts = Counts()
        for shard in shards ?? schema.allShards { try await purge(shard, cutoff: cutoff, project: project, counts: &counts) }
        return counts
    }

    /// Problems that would go.
    func count(olderThanMs cutoff: Int64, project: String) async throws(RedisError) -> Int {
        var newest: [String: Double] = [:]
        // By the index, whose scores are whole seconds: about.
        for shard in schema.allShards {
            let reply = try await client.send([
                RedisCommand("ZRANGE", shard.project(project).problems, 0, -1, "WITHSCORES", isIdempotent: true)
            ])
            for (fingerprint, score) in try reply[0].unlessWrongType()?.pairs ?? [] {
                newest[fingerprint] = max(newest[fingerprint] ?? 0, score.string.flatMap(Double.init) ?? 0)
            }
        }
        return newest.values.count { $0 * 1000 < Double(cutoff) }
    }

    private func purge(_ shard: ShardKeys, cutoff: Int64, project: String, counts: inout Counts) async throws(RedisError) {
        let names = shard.project(project)
        var offset = 0
        while true {
            let reply = try await client.run(
                trimScript, keys: [names.problems, names.problemReleases, names.problemEnvironments, names.track],
                arguments: [names.base, cutoff, offset, step])
            guard let values = reply.array, values.count >= 3, let next = values[2].string else {
                throw RedisError(.protocol, "trimProblems did not return its list")
            }
            counts.occurrences += values[0].int ?? 0
            counts.serverEvents += values[1].int ?? 0
            var gone = 0
            for fingerprint in values.dropFirst(3).compactMap(\.string) {
                if try await remove(fingerprint, in: shard, cutoff: cutoff, project: project, counts: &counts) { gone += 1 }
            }
            guard let passed = Int(next) else { return }
            // What has left the index is not met again.
            offset = passed - gone
        }
    }

    /// - Returns: whether it has left this shard's index.
    private func remove(
        _ fingerprint: String, in shard: ShardKeys, cutoff: Int64, project: String, counts: inout Counts
    ) async throws(RedisError) -> Bool {
        let replies = try await client.send(
            schema.allShards.map { RedisCommand("HGET", $0.project(project).problem(fingerprint), "received", isIdempotent: true) })
        let received = try replies.map { reply throws(RedisError) in try reply.unlessWrongType()?.string.flatMap(Double.init) }
        if received.contains(where: { ($0 ?? 0) >= Double(cutoff) * 1000 }) {
            // Alive in another shard: its part here stays for the count, unless it has expired.
            guard received[shard.shard] == nil else {
                let affected = shard.project(project).affected(fingerprint)
                _ = try await client.send([RedisCommand("ZREMRANGEBYSCORE", affected, "-inf", "(\(Double(cutoff) / 1000)", isIdempotent: true)])
                return false
            }
            _ = try await remove(fingerprint, in: shard, cutoff: cutoff, project: project, isHome: false)
            return true
        }
        let home = schema.place(project: project, session: fingerprint).shard
        var states: [String] = []
        // The decision goes last: until then the parts are found again.
        for part in schema.allShards.sorted(by: { ($0.shard == home ? 1 : 0, $0.shard) < ($1.shard == home ? 1 : 0, $1.shard) }) {
            let isLast = part.shard == home && !states.contains("kept")
            let (state, occurrences) = try await remove(fingerprint, in: part, cutoff: cutoff, project: project, isHome: isLast)
            states.append(state)
            counts.occurrences += occurrences
        }
        if states.contains("removed"), !states.contains("kept") {
            counts.problems += 1
            try await keys?.destroy(project: project, sessions: [SessionReference.unattached(project: project, placement: fingerprint).session])
        }
        return true
    }

    private func remove(
        _ fingerprint: String, in shard: ShardKeys, cutoff: Int64, project: String, isHome: Bool
    ) async throws(RedisError) -> (state: String, occurrences: Int) {
        let names = shard.project(project)
        let key = names.dataKey(SessionReference.unattached(project: project, placement: fingerprint).session)
        let reply = try await client.run(
            removeScript,
            keys: [names.problem(fingerprint), names.problems, names.status(fingerprint), key],
            arguments: [names.base, fingerprint, cutoff * 1000, isHome ? "home" : ""])
        guard let values = reply.array, values.count == 2, let state = values[0].string else {
            throw RedisError(.protocol, "removeProblem did not return its list")
        }
        return (state, values[1].int ?? 0)
    }
}
