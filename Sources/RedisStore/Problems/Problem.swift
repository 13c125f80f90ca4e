public import Ingest

public enum ProblemStatus: String, Sendable, Hashable, CaseIterable {
    case open, resolved, ignored
}

/// One problem as people see it: the parts of all shards merged, its status as it holds now (docs/errors.md).
public struct Problem: Sendable, Equatable, Identifiable {
    public var id: String { fingerprint }
    public var fingerprint: String
    public var origin: ProblemOrigin
    public var exceptionClass: String
    public var title: String
    public var message: String
    public var status: ProblemStatus
    public var count: Int
    /// Sessions it happened in, ever; exact.
    public var sessions: Int
    /// Distinct users known; in a list a user seen in several shards counts in each.
    public var users: Int
    /// Seconds since 1970, as senders said.
    public var firstSeen: Double
    public var lastSeen: Double
    /// Seconds; nil unless resolved.
    public var resolvedAt: Double?
    /// When it came back after being resolved (s), and in which release.
    public var regressedAt: Double?
    public var regressedRelease: String?
    /// Ignored until so many more occurrences, or until then (s).
    public var ignoredUntilCount: Int?
    public var ignoredUntil: Double?
    public var platform: String?
    /// Of the newest occurrence that told one.
    public var release: String?
    /// Browser errors: the original's group id.
    public var group: String?
    /// Sessions that title and message came from.
    public var textSessions: Set<String> = []

    public init(
        fingerprint: String, origin: ProblemOrigin, exceptionClass: String, title: String, message: String, status: ProblemStatus = .open,
        count: Int = 0, sessions: Int = 0, users: Int = 0, firstSeen: Double, lastSeen: Double
    ) {
        self.fingerprint = fingerprint
        self.origin = origin
        self.exceptionClass = exceptionClass
        self.title = title
        self.message = message
        self.status = status
        self.count = count
        self.sessions = sessions
        self.users = users
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}
