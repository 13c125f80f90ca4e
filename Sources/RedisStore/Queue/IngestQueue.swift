/// The ingest streams: the web tier appends, the owner of a partition reads from its head. The commit deletes what it applied,
/// so what is in a stream is what is not yet applied.
public struct IngestQueue: Sendable {
    private let client: RedisClient
    public let schema: KeySchema
    private let keys: IngestKeys?

    /// - Parameter keys: seals bodies before they are added; nil leaves them as they came.
    public init(client: RedisClient, schema: KeySchema, keys: IngestKeys? = nil) {
        self.client = client
        self.schema = schema
        self.keys = keys
    }

    /// Adds a batch to the partition of its placement. Acknowledged when this returns.
    /// - Throws: `RedisError`; `outOfMemory` above `maxmemory`, `keyUnavailable`. After `connectionLost` or `timeout` the batch may have been added.
    public func append(_ batch: IngestBatch) async throws(RedisError) -> StreamID {
        let batch = try await keys?.seal(batch) ?? batch
        let place = schema.place(project: batch.project, session: batch.placement)
        let shard = schema.shard(place.shard)
        var commands = [batch.adding(to: shard.ingest(place.partition))]
        // Of the browsers' batches there are many, and those are what is left of all that were added.
        if batch.lane != "events" { commands.append(RedisCommand("HINCRBY", shard.outcomes, Accounting.counter(ofLane: batch.lane), 1)) }
        let replies = try await client.send(commands)
        guard let id = try replies.first?.get().string.flatMap(StreamID.init) else { throw RedisError(.protocol, "XADD did not return an id") }
        return id
    }

    /// Entries from the head of a partition, or from `first` on, oldest first, at most `count`.
    public func read(_ place: Place, from first: StreamID? = nil, count: Int) async throws(RedisError) -> [QueueEntry] {
        let from = first.map { "\($0)" } ?? "-"
        let command = RedisCommand("XRANGE", stream(place), from, "+", "COUNT", count, isIdempotent: true)
        let reply = try await client.send(command)
        guard let entries = reply.array else { throw RedisError(.protocol, "XRANGE did not return entries") }
        return entries.compactMap(QueueEntry.init(reply:))
    }

    /// Length, age and total of one partition.
    public func status(_ place: Place) async throws(RedisError) -> PartitionStatus {
        let reply = try await client.send([RedisCommand("XINFO", "STREAM", stream(place), isIdempotent: true)])
        return try PartitionStatus(place: place, reply: reply[0])
    }

    /// The same of all partitions, in one round trip, by shard and partition.
    public func statuses() async throws(RedisError) -> [PartitionStatus] {
        let places = schema.allShards.flatMap { shard in (0..<schema.partitions).map { Place(shard: shard.shard, partition: $0) } }
        let replies = try await client.send(places.map { RedisCommand("XINFO", "STREAM", stream($0), isIdempotent: true) })
        var statuses: [PartitionStatus] = []
        for (place, reply) in zip(places, replies) { statuses.append(try PartitionStatus(place: place, reply: reply)) }
        return statuses
    }

    func stream(_ place: Place) -> RedisKey { schema.shard(place.shard).ingest(place.partition) }
}

/// How much waits in one partition.
public struct PartitionStatus: Hashable, Sendable {
    public let place: Place
    /// Entries not yet applied.
    public let length: Int
    /// When the oldest of them was added, ms of Redis's clock; nil when none waits.
    public let oldestMs: Int64?
    /// The newest id ever given; nil when there never was one.
    public let newest: StreamID?
    /// Entries ever added, re-drives included (`entries-added`: Redis counts it together with XADD).
    public let added: Int

    init(place: Place, reply: RedisValue) throws(RedisError) {
        self.place = place
        if case .error(let text) = reply, text.hasPrefix("ERR no such key") {
            (length, oldestMs, added, newest) = (0, nil, 0, nil)
            return
        }
        guard let pairs = try reply.get().pairs else { throw RedisError(.protocol, "XINFO STREAM did not return pairs") }
        let values = Dictionary(pairs.map { ($0.field, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let length = values["length"]?.int, let added = values["entries-added"]?.int else {
            throw RedisError(.protocol, "XINFO STREAM did not return length and entries-added")
        }
        self.length = length
        self.added = added
        newest = added == 0 ? nil : values["last-generated-id"]?.string.flatMap(StreamID.init)
        oldestMs = values["first-entry"]?.array?.first?.string.flatMap(StreamID.init).map { Int64($0.milliseconds) }
    }
}
