/// The leases of one worker: a partition has one owner at a time (DESIGN.md section 4).
public struct PartitionLeases: Sendable {
    /// The worker's id.
    public let holder: String
    /// How long a lease lives without renewal, ms. A dead worker's partitions are free after that.
    public let leaseMs: Int
    private let client: RedisClient
    private let schema: KeySchema
    private let acquireScript, renewScript, releaseScript, heartbeatScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, holder: String, leaseMs: Int) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.holder = holder
        self.leaseMs = leaseMs
        acquireScript = try Scripts.named("acquireLease")
        renewScript = try Scripts.named("renewLeases")
        releaseScript = try Scripts.named("releaseLease")
        heartbeatScript = try Scripts.named("heartbeat")
    }

    /// Takes a free partition, or extends one already held.
    public func acquire(_ place: Place) async throws(RedisError) -> LeaseAcquisition {
        let shard = schema.shard(place.shard)
        let reply = try await client.run(
            acquireScript, keys: [shard.lease(place.partition), shard.applied(place.partition), shard.inflight(place.partition)],
            arguments: [holder, leaseMs], isIdempotent: true)
        guard let values = reply.array?.map({ $0.string ?? "" }), let first = values.first else {
            throw RedisError(.protocol, "acquireLease did not return a list")
        }
        guard first == "1", values.count == 4 else { return .heldBy(values.last ?? "") }
        let range: ClosedRange<StreamID>? =
            if let first = StreamID(values[2]), let last = StreamID(values[3]), first <= last { first...last } else { nil }
        return .acquired(PartitionLease(place: place, holder: holder, applied: StreamID(values[1]), leftInFlight: range))
    }

    /// Extends the leases. Those no longer held are missing in the result: what was known of them is out of date.
    public func renew(_ places: [Place]) async throws(RedisError) -> Set<Place> {
        var held: Set<Place> = []
        for (number, places) in Dictionary(grouping: places, by: \.shard) {
            let shard = schema.shard(number)
            let keys = places.map { shard.lease($0.partition) }
            let reply = try await client.run(renewScript, keys: keys, arguments: [holder, leaseMs], isIdempotent: true)
            guard let answers = reply.array, answers.count == places.count else {
                throw RedisError(.protocol, "renewLeases did not return an answer per lease")
            }
            for (place, answer) in zip(places, answers) where answer.string == "1" { held.insert(place) }
        }
        return held
    }

    /// Gives a lease back. False when it was not held any more.
    @discardableResult
    public func release(_ place: Place) async throws(RedisError) -> Bool {
        let key = schema.shard(place.shard).lease(place.partition)
        return try await client.run(releaseScript, keys: [key], arguments: [holder], isIdempotent: true).string == "1"
    }

    /// Says that this worker lives.
    /// - Returns: the ids of all live workers, this one included, sorted.
    public func heartbeat() async throws(RedisError) -> [String] { try await beat(holder, isLeaving: false) }

    /// Says that this worker stops, so that the others need not wait to take over.
    public func leave() async throws(RedisError) { _ = try await beat(holder, isLeaving: true) }

    /// The live workers, for someone who is none.
    public func liveWorkers() async throws(RedisError) -> [String] { try await beat("", isLeaving: false) }

    private func beat(_ worker: String, isLeaving: Bool) async throws(RedisError) -> [String] {
        let reply = try await client.run(
            heartbeatScript, keys: [schema.workers], arguments: [worker, leaseMs, isLeaving ? "1" : "0"], isIdempotent: true)
        return reply.array?.compactMap(\.string) ?? []
    }
}

/// Whether a partition could be taken.
public enum LeaseAcquisition: Hashable, Sendable {
    case acquired(PartitionLease)
    /// Another worker's id.
    case heldBy(String)
}

/// A partition this worker owns, as it was when taken.
public struct PartitionLease: Hashable, Sendable {
    public let place: Place
    public let holder: String
    /// The last applied entry: what the first commit builds on.
    public let applied: StreamID?
    /// The range the last owner announced and did not finish: it may have died of one of these entries.
    public let leftInFlight: ClosedRange<StreamID>?

    public init(place: Place, holder: String, applied: StreamID?, leftInFlight: ClosedRange<StreamID>?) {
        self.place = place
        self.holder = holder
        self.applied = applied
        self.leftInFlight = leftInFlight
    }
}
