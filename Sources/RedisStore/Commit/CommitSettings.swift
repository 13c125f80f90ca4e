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

    public init(
        retentionSeconds: Int? = 30 * 86_400, maxEventsPerSession: Int? = nil, maxBytesPerSession: Int? = nil,
        maxWindowsPerSession: Int = 100, maxSessions: Int? = nil
    ) {
        self.retentionSeconds = retentionSeconds
        self.maxEventsPerSession = maxEventsPerSession
        self.maxBytesPerSession = maxBytesPerSession
        self.maxWindowsPerSession = maxWindowsPerSession
        self.maxSessions = maxSessions
    }

    func sessionsPerShard(shards: Int) -> Int { maxSessions.map { max(1, ($0 + shards - 1) / shards) } ?? 0 }
}
