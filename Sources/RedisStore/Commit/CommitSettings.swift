/// The limits a commit applies. nil is no limit.
public struct CommitSettings: Hashable, Sendable {
    /// Seconds after the newest batch that a session is kept; nil keeps it for ever.
    public var retentionSeconds: Int?
    public var maxEventsPerSession: Int?
    /// Compressed, as stored.
    public var maxBytesPerSession: Int?
    public var maxWindowsPerSession: Int
    /// Per project over all shards; each shard holds ceil(max / shards). Commit only reports the excess.
    public var maxSessions: Int?
    /// Seconds after its last occurrence that a problem is kept, and a server event after its arrival; 0 keeps them for ever, nil as long as sessions.
    public var retentionErrorsSeconds: Int?
    /// Of each problem in each shard.
    public var maxOccurrencesPerProblem: Int
    /// Per project over all shards; each shard holds ceil(max / shards).
    public var maxServerEvents: Int

    public init(
        retentionSeconds: Int? = 30 * 86_400, maxEventsPerSession: Int? = nil, maxBytesPerSession: Int? = nil,
        maxWindowsPerSession: Int = 100, maxSessions: Int? = nil, retentionErrorsSeconds: Int? = nil, maxOccurrencesPerProblem: Int = 100,
        maxServerEvents: Int = 50_000
    ) {
        self.retentionSeconds = retentionSeconds
        self.maxEventsPerSession = maxEventsPerSession
        self.maxBytesPerSession = maxBytesPerSession
        self.maxWindowsPerSession = maxWindowsPerSession
        self.maxSessions = maxSessions
        self.retentionErrorsSeconds = retentionErrorsSeconds
        self.maxOccurrencesPerProblem = maxOccurrencesPerProblem
        self.maxServerEvents = maxServerEvents
    }

    func sessionsPerShard(shards: Int) -> Int { maxSessions.map { Self.share(of: $0, shards: shards) } ?? 0 }
    func serverEventsPerShard(shards: Int) -> Int { Self.share(of: maxServerEvents, shards: shards) }

    private static func share(of limit: Int, shards: Int) -> Int { max(1, (limit + shards - 1) / shards) }
}
