/// Redis' append-only file keeps what was written until it is rewritten, also what has been deleted since. This watches the rewrites, and asks for them.
public struct AppendOnlyFile: Sendable {
    /// What is known of the last rewrite.
    public struct History: Hashable, Sendable {
        /// ms since 1970. What was deleted before is in the file no more; nil: no rewrite has been seen.
        public var rewrittenAtMs: Int64?
        /// Since when somebody looks; nil: nobody has yet.
        public var watchedSinceMs: Int64?

        public init(rewrittenAtMs: Int64? = nil, watchedSinceMs: Int64? = nil) {
            self.rewrittenAtMs = rewrittenAtMs
            self.watchedSinceMs = watchedSinceMs
        }
    }

    /// What a look led to.
    public enum Look: Hashable, Sendable {
        /// There is no append-only file, or Redis does not tell.
        case nothing
        case watched
        case requested
        /// Redis refused, in its words.
        case refused(String)
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        script = try Scripts.named("watchRewrite")
    }

    /// Notes a rewrite that was made since the last look, and asks for one when the last is too old. Any number of processes may look.
    /// - Parameter intervalSeconds: nil only watches.
    public func look(intervalSeconds: Int?) async throws(RedisError) -> Look {
        let facts = try await ServerFacts.read(from: client)
        guard facts.info["aof_enabled"] == "1", let run = facts.info["run_id"], let rewrites = facts.info["aof_rewrites"].flatMap({ Int($0) }),
            let uptime = facts.info["uptime_in_seconds"].flatMap({ Int64($0) }), let now = try await now()
        else { return .nothing }
        let isRunning = facts.info["aof_rewrite_in_progress"] == "1" || facts.info["aof_rewrite_scheduled"] == "1"
        let reply = try await client.run(
            script, keys: [schema.appendOnlyFile, schema.rewriteClaim],
            arguments: [
                run, rewrites, isRunning ? "1" : "0", facts.info["aof_last_bgrewrite_status"] == "ok" ? "1" : "0", now - uptime * 1000,
                max(0, intervalSeconds ?? 0),
            ])
        guard let values = reply.array, values.count == 2 else { throw RedisError(.protocol, "watchRewrite did not return its list") }
        guard values[0].string == "1" else { return .watched }
        do throws(RedisError) {
            _ = try await client.send(RedisCommand("BGREWRITEAOF"))
            return .requested
        } catch {
            return .refused(error.message)
        }
    }

    /// nil when there is no append-only file.
    public func history() async throws(RedisError) -> History? {
        let facts = try await ServerFacts.read(from: client)
        guard facts.info["aof_enabled"] == "1" else { return nil }
        let command = RedisCommand("HMGET", schema.appendOnlyFile, "rewritten_at", "watched_since", isIdempotent: true)
        let values = try await client.send(command).array ?? []
        return History(rewrittenAtMs: values.first?.int.map(Int64.init), watchedSinceMs: values.last?.int.map(Int64.init))
    }

    /// ms since 1970, by Redis' clock.
    private func now() async throws(RedisError) -> Int64? {
        guard let time = try await client.send(RedisCommand("TIME", isIdempotent: true)).array, let seconds = time.first?.int else { return nil }
        return Int64(seconds) * 1000
    }
}
