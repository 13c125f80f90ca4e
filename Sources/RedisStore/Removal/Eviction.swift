/// Holds a project to its number of sessions: takes the least recently updated, one per call (DESIGN.md section 4).
public struct Eviction: Sendable {
    public enum Step: Hashable, Sendable {
        /// A session went; so many are still too many in its shard.
        case evicted(session: String, excess: Int)
        /// Only an index entry without a row went.
        case swept(session: String, excess: Int)
        /// Nothing to take: within the limit, or all that could go are being written.
        case none
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script
    private let limit: Int

    /// - Parameter maxSessions: per project over all shards.
    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, maxSessions: Int) throws(RedisError) {
        self.client = client
        self.schema = schema
        script = try Scripts.named("evictSession")
        limit = CommitSettings(maxSessions: maxSessions).sessionsPerShard(shards: schema.shards)
    }

    /// Takes one session. Call it at a bounded rate while there is excess.
    /// - Parameter writing: sessions being written now; never taken.
    public func evictOne(project: String, shard: Int, writing: Set<String> = []) async throws(RedisError) -> Step {
        let keys = schema.shard(shard)
        let names = keys.project(project)
        var arguments: [any RedisArgument] = [names.base, limit]
        arguments += writing.map { $0 as any RedisArgument }
        let reply = try await client.run(
            script, keys: [names.sessions, names.sessionsByCreation, names.sessionsByEvents, keys.outcomes], arguments: arguments)
        guard let values = reply.array, values.count == 3, let session = values[1].string, let excess = values[2].int else {
            throw RedisError(.protocol, "evictSession did not return its list")
        }
        switch values[0].string {
        case "evicted": return .evicted(session: session, excess: excess)
        case "swept": return .swept(session: session, excess: excess)
        default: return .none
        }
    }
}
