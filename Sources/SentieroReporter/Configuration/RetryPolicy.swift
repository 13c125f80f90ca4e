/// How often and when a delivery that failed for a passing reason (429, 408, 5xx, no connection, no answer) is tried again.
public struct RetryPolicy: Sendable, Hashable {
    /// In all; 1 never tries again.
    public var attempts: Int
    /// Between the first and the second attempt; doubled each time, and spread by up to a fifth.
    public var firstDelay: Duration
    public var longestDelay: Duration
    /// The server's `Retry-After` is honoured up to this.
    public var longestRetryAfter: Duration

    public init(
        attempts: Int = 6, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(30),
        longestRetryAfter: Duration = .seconds(300)
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.longestRetryAfter = longestRetryAfter
    }

    /// - Parameters:
    ///   - attempt: how many there were, from 1.
    ///   - spread: 0.8...1.2
    func delay(after attempt: Int, retryAfter: Duration?, spread: Double = .random(in: 0.8...1.2)) -> Duration {
        // A day at most, which can be doubled without harm.
        let first = min(firstDelay, .seconds(86_400))
        let doubled = min(first * (1 << min(max(attempt, 1) - 1, 30)), longestDelay, .seconds(86_400)) * spread
        guard let retryAfter else { return doubled }
        return max(doubled, min(retryAfter, longestRetryAfter))
    }
}
