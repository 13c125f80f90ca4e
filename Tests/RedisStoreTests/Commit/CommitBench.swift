import Logging
import RedisServerFixture
import RedisStore
import Testing

/// A real server and one partition's worker on it: appends batches and commits them as the worker does, content made up.
final class CommitBench: Sendable {
    let server: RedisServer
    let client: RedisClient
    let schema: KeySchema
    let queue: IngestQueue
    static let holder = "worker-1"

    init(shards: Int = 1, partitions: Int = 1, _ change: (inout RedisServer.Options) -> Void = { _ in }) async throws {
        server = try await RedisServer.start(change)
        client = TestClient.make(server.configuration)
        try await client.connect()
        schema = try KeySchema(shards: shards, partitions: partitions)
        queue = IngestQueue(client: client, schema: schema)
    }

    deinit { client.shutdown() }

    var shard: ShardKeys { schema.shard(0) }
    var project: ProjectKeys { shard.project("default") }
    let place = Place(shard: 0, partition: 0)

    func commit(_ settings: CommitSettings = CommitSettings()) throws -> BatchCommit {
        try BatchCommit(client: client, schema: schema, settings: settings)
    }

    func leases(_ holder: String = CommitBench.holder, leaseMs: Int = 60_000) throws -> PartitionLeases {
        try PartitionLeases(client: client, schema: schema, holder: holder, leaseMs: leaseMs)
    }

    @discardableResult
    func send(_ name: String, _ arguments: any RedisArgument...) async throws -> RedisValue {
        var command = RedisCommand(name)
        command.append(contentsOf: arguments)
        return try await client.send(command)
    }

    /// Accepts a batch as the web tier does.
    @discardableResult
    func accept(_ draft: Draft) async throws -> StreamID { try await queue.append(draft.batch) }

    /// Takes the lease and commits everything that waits, `draft` by `draft` as given to `accept` in that order; recomputes when stale.
    @discardableResult
    func drain(_ drafts: [Draft], settings: CommitSettings = CommitSettings(), chunkSize: Int = BatchCommit.maxEntries) async throws -> [CommitResult
        .Applied]
    {
        guard case .acquired(let lease) = try await leases().acquire(place) else { throw BenchError.leaseHeld }
        let commit = try commit(settings)
        var applied = lease.applied
        var results: [CommitResult.Applied] = []
        while results.count < drafts.count {
            let waiting = try await queue.read(place, count: chunkSize)
            guard let first = waiting.first, let last = waiting.last else { throw BenchError.queueEmpty }
            let part = Array(drafts[results.count..<(results.count + waiting.count)])
            let start = try await commit.begin(
                place, holder: Self.holder, applied: applied, range: first.id...last.id,
                sessions: Set(part.map { SessionReference(project: $0.project, session: $0.session) }))
            let entries = Draft.entries(part, ids: waiting.map(\.id), start: start)
            let result = try await commit.apply(entries, place: place, holder: Self.holder, applied: applied)
            results += result.applied
            applied = result.applied.last?.entryID ?? applied
        }
        return results
    }

    /// Accepts and commits.
    @discardableResult
    func store(_ drafts: [Draft], settings: CommitSettings = CommitSettings()) async throws -> [Outcome] {
        for draft in drafts { try await accept(draft) }
        return try await drain(drafts, settings: settings).map(\.outcome)
    }

    func row(_ session: String) async throws -> [String: String] { try await hash(project.session(session)) }

    /// The fields of a stream's entries, oldest first, each with its `id`.
    func entries(_ stream: RedisKey) async throws -> [[String: String]] {
        (try await send("XRANGE", stream, "-", "+").array ?? []).map { entry in
            var fields = Dictionary((entry.array?[1].pairs ?? []).map { ($0.field, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first })
            fields["id"] = entry.array?[0].string
            return fields
        }
    }

    func hash(_ key: RedisKey) async throws -> [String: String] {
        let pairs = try await send("HGETALL", key).pairs ?? []
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0.field, $0.value.string ?? "") })
    }

    /// `n` of the chunks of a window, oldest first.
    func chunks(_ session: String, _ window: String) async throws -> [[String: String]] {
        let entries = try await send("XRANGE", project.events(session, window), "-", "+").array ?? []
        return entries.map { entry in
            var fields = Dictionary(uniqueKeysWithValues: (entry.array?[1].pairs ?? []).map { ($0.field, $0.value.string ?? "") })
            fields["id"] = entry.array?[0].string
            return fields
        }
    }

    func allKeys() async throws -> [String] {
        (try await send("KEYS", "*").array ?? []).compactMap(\.string).sorted()
    }

    /// ms, -1 without expiry, -2 when absent.
    func timeToLive(_ key: String) async throws -> Int { try await send("PTTL", key).int ?? -2 }

    func now() async throws -> Int64 { try await nowMicros() / 1_000 }

    /// As the commit stamps arrivals and decisions.
    func nowMicros() async throws -> Int64 {
        let time = try await send("TIME").array ?? []
        return Int64(time[0].int ?? 0) * 1_000_000 + Int64(time[1].int ?? 0)
    }
}

enum BenchError: Error { case leaseHeld, queueEmpty }
