/// What a removal took away.
public struct RemovalCounts: Hashable, Sendable {
    public var sessions = 0
    public var keys = 0
    public var chunks = 0
    public var events = 0
    /// Dead letters of those sessions; they end as `erased`.
    public var deadLetters = 0

    public init() {}
}

/// Why a session goes; its tombstone says so.
public enum RemovalReason: String, Hashable, Sendable {
    case erased, deleted, purged
}

/// One session that was removed.
public struct RemovedSession: Hashable, Sendable {
    public let session: String
    /// False: nothing of it was there, as far as could be seen.
    public let existed: Bool
    public let chunks: Int
    public let events: Int
    /// Names of the keys that were removed, for a receipt.
    public let keys: [String]
}

/// What became of a window that was to be removed.
public enum WindowRemoval: String, Hashable, Sendable {
    case window
    /// It was the last one: the session is gone.
    case session
    case absent
}

/// Sessions by last update, both bounds inclusive, ms since 1970.
public struct RemovalRange: Hashable, Sendable {
    public let sinceMs: Int64?
    public let untilMs: Int64?

    /// - Throws: `SessionRemovalError` without any bound, or with inverted ones: nothing is ever removed by mistake for everything.
    public init(sinceMs: Int64?, untilMs: Int64?) throws(SessionRemovalError) {
        guard sinceMs != nil || untilMs != nil else { throw .noBounds }
        if let sinceMs, let untilMs, sinceMs > untilMs { throw .invertedBounds }
        self.sinceMs = sinceMs
        self.untilMs = untilMs
    }
}

/// Why nothing was removed.
public enum SessionRemovalError: Error, Equatable, Sendable {
    case noBounds
    case invertedBounds
    case invalidSession(String)
    case invalidWindow(String)
    case redis(RedisError)
}
