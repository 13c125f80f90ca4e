/// Batches of erased sessions that still wait in a partition. Without an owner they are removed here; an owner ends them itself, because of the tombstone.
struct QueueErasure: Sendable {
    /// Sessions looked for at once.
    private static let group = 2_000

    enum Mode: String { case erase, look }

    /// What a look through a partition found.
    struct Finding {
        var isOwned = false
        var erased = 0
        /// Batches left, and the last of them.
        var left = 0
        var last: StreamID?
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let queue: IngestQueue
    private let script: Script

    /// - Throws: `scriptUnavailable`.
    init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        queue = IngestQueue(client: client, schema: schema)
        script = try Scripts.named("eraseQueued")
    }

    /// Looks through everything that waits in a partition now.
    func pass(_ place: Place, project: String, sessions: [String], mode: Mode) async throws(RedisError) -> Finding {
        var finding = Finding()
        guard let newest = try await queue.status(place).newest else { return finding }
        for start in stride(from: 0, to: sessions.count, by: Self.group) {
            let group = sessions[start..<min(start + Self.group, sessions.count)]
            try await pass(place, project: project, sessions: group, till: newest, mode: mode, finding: &finding)
        }
        return finding
    }

    private func pass(
        _ place: Place, project: String, sessions: ArraySlice<String>, till newest: StreamID, mode: Mode, finding: inout Finding
    ) async throws(RedisError) {
        let shard = schema.shard(place.shard)
        let keys = [shard.lease(place.partition), shard.ingest(place.partition), shard.inflight(place.partition), shard.outcomes]
        var from = "-"
        while true {
            var arguments: [any RedisArgument] = [from, newest, mode.rawValue, project]
            arguments += sessions.map { $0 as any RedisArgument }
            let reply = try await client.run(script, keys: keys, arguments: arguments)
            guard let values = reply.array, values.count == 5, let erased = values[1].int, let left = values[2].int, let last = values[4].string
            else {
                throw RedisError(.protocol, "eraseQueued did not return its list")
            }
            finding.isOwned = values[0].string?.isEmpty == false
            finding.erased += erased
            finding.left += left
            if let found = values[3].string.flatMap(StreamID.init) { finding.last = max(found, finding.last ?? found) }
            guard !last.isEmpty else { return }
            from = "(\(last)"
        }
    }

    /// The partitions in which batches wait, with the newest of each.
    /// - Parameter untilMs: only those that hold batches received by then, ms since 1970.
    func waiting(untilMs: Int64?) async throws(RedisError) -> [Place: StreamID] {
        // Redis' clock numbers the entries, the web tier's dates the sessions.
        let latest = (untilMs ?? .max) > .max - 60_000 ? Int64.max : (untilMs ?? .max) + 60_000
        var waiting: [Place: StreamID] = [:]
        for status in try await queue.statuses() where status.length > 0 && (status.oldestMs ?? 0) <= latest { waiting[status.place] = status.newest }
        return waiting
    }

    /// Those of the partitions that are not past the batch named, and whether any of them has an owner.
    func unfinished(_ places: [Place: StreamID]) async throws(RedisError) -> (left: [Place: StreamID], isOwned: Bool) {
        let order = Array(places)
        let replies = try await client.send(
            order.flatMap { place, _ in
                let shard = schema.shard(place.shard)
                return [
                    RedisCommand("GET", shard.applied(place.partition), isIdempotent: true),
                    RedisCommand("XLEN", shard.ingest(place.partition), isIdempotent: true),
                    RedisCommand("EXISTS", shard.lease(place.partition), isIdempotent: true),
                ]
            })
        var left: [Place: StreamID] = [:]
        var isOwned = false
        for (index, (place, newest)) in order.enumerated() {
            let applied = try replies[3 * index].get().string.flatMap(StreamID.init)
            if try replies[3 * index + 1].get().int == 0 { continue }
            if let applied, applied >= newest { continue }
            left[place] = newest
            if replies[3 * index + 2].int == 1 { isOwned = true }
        }
        return (left, isOwned)
    }

    /// Batches that wait in partitions.
    func count(in places: some Sequence<Place>) async throws(RedisError) -> Int {
        let replies = try await client.send(places.map { RedisCommand("XLEN", schema.shard($0.shard).ingest($0.partition), isIdempotent: true) })
        var count = 0
        for reply in replies { count += try reply.get().int ?? 0 }
        return count
    }
}
