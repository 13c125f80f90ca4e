/// Accepted = outcomes + queued, at all times (DESIGN.md section 4). Over all shards.
public struct Accounting: Hashable, Sendable {
    /// Batches accepted: what was ever added to the ingest streams, less re-drives.
    public var accepted = 0
    /// Batches not yet applied.
    public var queued = 0
    /// Letters in the dead streams; equals the outcome `dead`.
    public var deadLetters = 0
    public var outcomes: [Outcome: Int] = [:]
    /// Counters that are no outcome, by name: `redriven`, `trimmed_chunks`, `trimmed_events`, `evicted_sessions`, `swept_sessions`, `index_errors`,
    /// `unlinked_occurrences`, `evicted_problems`, `accepted_errors`, `accepted_track`.
    public var others: [String: Int] = [:]

    public init() {}

    public func count(_ outcome: Outcome) -> Int { outcomes[outcome] ?? 0 }
    /// Batches that ended.
    public var finished: Int { outcomes.values.reduce(0, +) }
    public var isBalanced: Bool { accepted == finished + queued && deadLetters == count(.dead) }

    static func counter(ofLane lane: String) -> String { "accepted_" + lane }

    /// How many of the accepted came by one lane: `events`, `errors` or `track`.
    public func accepted(lane: String) -> Int {
        func count(_ lane: String) -> Int { others[Self.counter(ofLane: lane)] ?? 0 }
        return lane == "events" ? accepted - count("errors") - count("track") : count(lane)
    }

    mutating func add(reply: RedisValue) throws(RedisError) {
        guard let values = reply.array, values.count >= 3, let added = values[0].int, let queued = values[1].int, let letters = values[2].int,
            let counters = RedisValue.array(Array(values.dropFirst(3))).pairs
        else { throw RedisError(.protocol, "readAccounting did not return its list") }
        accepted += added
        self.queued += queued
        deadLetters += letters
        for (name, value) in counters {
            let count = value.int ?? 0
            if let outcome = Outcome(rawValue: name) { outcomes[outcome, default: 0] += count } else { others[name, default: 0] += count }
            if name == "redriven" { accepted -= count }
        }
    }
}

/// Reads the counters the scripts keep.
public struct OutcomeCounters: Sendable {
    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        script = try Scripts.named("readAccounting")
    }

    /// Each shard as it is at one moment.
    public func read() async throws(RedisError) -> Accounting {
        var accounting = Accounting()
        for shard in schema.allShards {
            let streams = (0..<schema.partitions).map(shard.ingest)
            try accounting.add(reply: try await client.run(script, keys: [shard.outcomes, shard.dead] + streams))
        }
        return accounting
    }
}
