/// Holds a project to its number of problems: the least recently received go, with every shard's part (docs/errors.md).
public struct ProblemEviction: Sendable {
    private struct Found {
        let fingerprint: String
        /// When last received in any shard, s since 1970.
        var received: Double
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script
    private let maxProblems: Int

    /// - Parameter maxProblems: per project over all shards.
    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, maxProblems: Int) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.maxProblems = max(1, maxProblems)
        script = try Scripts.named("evictProblem")
    }

    /// Takes problems over the limit, one script call for each in each shard.
    /// - Parameter most: how many at most.
    /// - Returns: the fingerprints of those that went.
    public func evict(project: String, most: Int) async throws(RedisError) -> [String] {
        var evicted: [String] = []
        for problem in try await excess(of: project).prefix(most) {
            // It may come again while it goes: what is received from here on stays.
            let bound = Int64(problem.received * 1_000_000) + 1
            // The home shard last: a decision stays while any shard received the problem again.
            let home = schema.place(project: project, session: problem.fingerprint).shard
            var calls: [ScriptCall] = []
            for shard in schema.allShards where shard.shard != home { calls.append(try call(problem.fingerprint, bound, shard, project)) }
            var states: [String?] = []
            for reply in try await client.run(calls) { states.append(try reply.get().string) }
            let last = try call(problem.fingerprint, bound, schema.shard(home), project, isHome: !states.contains("kept"))
            states.append(try await client.run(last).string)
            if states.contains("evicted") { evicted.append(problem.fingerprint) }
        }
        return evicted
    }

    /// Those over the limit, the least recently received first.
    private func excess(of project: String) async throws(RedisError) -> [Found] {
        let lists = schema.allShards.map { $0.project(project).problems }
        var parts = 0
        for reply in try await client.send(lists.map { RedisCommand("ZCARD", $0, isIdempotent: true) }) { parts += try reply.get().int ?? 0 }
        guard parts > maxProblems else { return [] }
        // In one shard the list itself is in that order.
        let last = schema.shards == 1 ? parts - maxProblems - 1 : -1
        var newest: [String: Double] = [:]
        for reply in try await client.send(lists.map { RedisCommand("ZRANGE", $0, 0, last, "WITHSCORES", isIdempotent: true) }) {
            for (fingerprint, score) in try reply.get().pairs ?? [] {
                newest[fingerprint] = max(newest[fingerprint] ?? 0, score.string.flatMap(Double.init) ?? 0)
            }
        }
        let found = newest.map { Found(fingerprint: $0.key, received: $0.value) }.sorted {
            ($0.received, $0.fingerprint) < ($1.received, $1.fingerprint)
        }
        return schema.shards == 1 ? found : Array(found.prefix(max(0, found.count - maxProblems)))
    }

    private func call(
        _ fingerprint: String, _ bound: Int64, _ shard: ShardKeys, _ project: String, isHome: Bool = false
    ) throws(RedisError) -> ScriptCall {
        let names = shard.project(project)
        let key = names.dataKey(SessionReference.unattached(project: project, placement: fingerprint).session)
        var call = try script.call(keys: [names.problem(fingerprint), names.problems, names.status(fingerprint), key, shard.outcomes])
        call.append(contentsOf: [names.base, fingerprint, bound, isHome ? "home" : ""])
        return call
    }
}
