import RedisStore

/// What the counters and leases say at one moment.
struct StoreState: Sendable {
    var accounting: Accounting
    /// Partitions with a live owner, of all there are.
    var leased: Int
    var partitions: Int
    var workers: Int
    /// Of all projects.
    var problems: Int
    var serverEvents: Int

    static func read(from store: StoreConnection) async throws -> StoreState {
        let accounting = try await OutcomeCounters(client: store.client, schema: store.keys).read()
        let leases = store.keys.allShards.flatMap { shard in (0..<store.keys.partitions).map(shard.lease) }
        var leased = 0
        for reply in try await store.client.send(leases.map { RedisCommand("EXISTS", $0, isIdempotent: true) }) { leased += try reply.get().int ?? 0 }
        let workers = try await store.client.send(RedisCommand("ZCARD", store.keys.workers, isIdempotent: true))
        let errors = try await ErrorFigures.read(redis: store.client, keys: store.keys)
        return StoreState(
            accounting: accounting, leased: leased, partitions: leases.count, workers: workers.int ?? 0, problems: errors.problems,
            serverEvents: errors.serverEvents)
    }
}
