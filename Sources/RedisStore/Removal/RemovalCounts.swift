/// What a removal took away.
public struct RemovalCounts: Hashable, Sendable {
    public var sessions = 0
    public var keys = 0
    public var chunks = 0
    public var events = 0
    /// Problems nothing was received of since, and occurrences and server events that went with their session or by their age.
    public var problems = 0
    public var occurrences = 0
    public var serverEvents = 0
    /// Dead letters of those sessions; they end as `erased`.
    public var deadLetters = 0
    /// Sessions that stay because of a legal hold.
    public var held = 0

    public init() {}
}

/// Why a session goes; its tombstone says so.
public enum RemovalReason: String, Hashable, Sendable {
    case erased, deleted, purged
}

/// What became of a session that was to be removed.
public enum RemovalState: String, Hashable, Sendable {
    case removed
    /// Nothing of it was there, as far as could be seen.
    case absent
    /// Its last update is out of the range asked for.
    case kept
    /// A legal hold protects it: nothing was touched.
    case held
}

/// One session that was to be removed.
public struct RemovedSession: Hashable, Sendable {
    public let session: String
    public let state: RemovalState
    public var existed: Bool { state == .removed }
    public let chunks: Int
    public let events: Int
    public let occurrences: Int
    public let serverEvents: Int
    /// Names of the keys that were removed, for a receipt.
    public let keys: [String]
}

/// What became of a window that was to be removed.
public enum WindowRemoval: String, Hashable, Sendable {
    case window
    /// It was the last one: the session is gone.
    case session
    case absent
    /// A legal hold protects its session: nothing was touched.
    case held
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
    /// Erasing by user needs the option `user_key`.
    case noUserKey
    case blankUser
    case redis(RedisError)
}

extension SessionRemovalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noBounds: "A range needs at least one bound. Nothing was removed."
        case .invertedBounds: "The range ends before it begins. Nothing was removed."
        case .invalidSession(let id): "\(id) is not a session id. Nothing was removed."
        case .invalidWindow(let id): "\(id) is not a window id. Nothing was removed."
        case .noUserKey: "Sessions are not indexed by user: the option user_key is empty. Nothing was removed."
        case .blankUser: "The user is blank. Nothing was removed."
        case .redis(let error): error.description
        }
    }
}
