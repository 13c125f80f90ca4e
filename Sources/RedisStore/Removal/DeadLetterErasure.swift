/// Removes the dead letters of sessions that go: they hold the same person's data.
struct DeadLetterErasure: Sendable {
    /// Letters looked at per call; a body can have a MiB.
    private static let pageSize = 16
    private let client: RedisClient
    private let script: Script

    init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        script = try Scripts.named("eraseDead")
    }

    /// Letters of those sessions that lie there now.
    func count(_ sessions: [String], project: String, shard: ShardKeys) async throws(RedisError) -> Int {
        guard !sessions.isEmpty else { return 0 }
        let sought = Set(sessions)
        var from = "-"
        var count = 0
        while true {
            let reply = try await client.send(RedisCommand("XRANGE", shard.dead, from, "+", "COUNT", Self.pageSize, isIdempotent: true))
            let letters = (reply.array ?? []).compactMap { DeadLetter(shard: shard.shard, reply: $0) }
            count += letters.count { $0.project == project && sought.contains($0.session) }
            guard letters.count == Self.pageSize, let last = letters.last else { return count }
            from = "(\(last.id)"
        }
    }

    /// - Returns: letters removed; they end as `erased`.
    func erase(_ sessions: [String], project: String, shard: ShardKeys) async throws(RedisError) -> Int {
        guard !sessions.isEmpty, try await client.send(RedisCommand("XLEN", shard.dead, isIdempotent: true)).int != 0 else { return 0 }
        var from = "-"
        var erased = 0
        while true {
            var arguments: [any RedisArgument] = [from, Self.pageSize, project]
            arguments += sessions.map { $0 as any RedisArgument }
            let reply = try await client.run(script, keys: [shard.dead, shard.outcomes], arguments: arguments)
            guard let values = reply.array, values.count == 2, let last = values[1].string else {
                throw RedisError(.protocol, "eraseDead did not return its list")
            }
            erased += values[0].int ?? 0
            guard !last.isEmpty else { return erased }
            from = "(\(last)"
        }
    }
}
