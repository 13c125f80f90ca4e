/// What became of reports since the reporter was made.
public struct ReporterStatistics: Sendable, Hashable {
    /// Waiting or on their way.
    public var queued = 0
    public var delivered = 0
    /// Refused by the server, or given up after the last attempt.
    public var failed = 0
    /// Not taken: the queue was full, or the reporter shut down.
    public var dropped = 0
    /// Further attempts.
    public var retried = 0

    public init() {}
}
