/// A session of a project.
public struct SessionReference: Hashable, Sendable {
    public let project: String
    public let session: String

    public init(project: String, session: String) {
        self.project = project
        self.session = session
    }

    /// What stands for the session of a report that has none; no session has such an id.
    /// - Parameter placement: the fingerprint, or that of the event's name (`IngestBatch.placement`).
    public static func unattached(project: String, placement: String) -> SessionReference {
        SessionReference(project: project, session: ".\(placement)")
    }

    /// It stands for no session.
    public var isUnattached: Bool { session.hasPrefix(".") }
}

/// What a micro-batch must be computed from.
public struct BatchStart: Sendable {
    public struct Session: Hashable, Sendable {
        /// nil: no row.
        public let revision: Int?
        /// A tombstone stands: its batches will end as `erased`.
        public let isErased: Bool
        /// A legal hold stands: nothing of it expires.
        public let isHeld: Bool

        public init(revision: Int?, isErased: Bool, isHeld: Bool = false) {
            self.revision = revision
            self.isErased = isErased
            self.isHeld = isHeld
        }
    }

    public let sessions: [SessionReference: Session]
    /// How often the entry has been tried alone, this time included; 0 unless begun alone.
    public let attempts: Int
}

/// What a commit did.
public struct CommitResult: Sendable {
    public struct Applied: Hashable, Sendable {
        public let entryID: StreamID
        public let outcome: Outcome
        /// The session's revision after it; nil when there is no row, or the entry did not need it.
        public let revision: Int?

        public init(entryID: StreamID, outcome: Outcome, revision: Int?) {
            self.entryID = entryID
            self.outcome = outcome
            self.revision = revision
        }
    }

    /// The applied entries, a prefix of those given, in order.
    public let applied: [Applied]
    /// The entry after the applied ones was computed from a state that is gone: compute it and the rest afresh.
    public let isStale: Bool
    /// Per project of the batch: sessions over the limit in this shard, to be taken by `Eviction`.
    public let excessSessions: [String: Int]
    /// Projects of the batch in which this shard met a problem for the first time: `ProblemEviction` may have to take others.
    public let grownProjects: Set<String>
}

/// Why a commit, or its announcement, did nothing.
public enum CommitError: Error, Equatable, Sendable {
    /// Another worker (or none: nil) holds the lease. Drop the partition.
    case leaseLost(holder: String?)
    /// The partition has moved on to this entry. Read from the head again.
    case appliedMoved(to: StreamID?)
    /// A key of the partition is not what it should be; only an operator can mend it. Nothing is lost.
    case brokenPartition(String)
    case redis(RedisError)

    init(_ error: RedisError) {
        let words = error.message.split(separator: " ")
        let subject = words.count > 2 ? String(words[2]) : nil
        self =
            switch error.code {
            case .script("LEASE"): .leaseLost(holder: subject)
            case .script("APPLIED"): .appliedMoved(to: subject.flatMap { StreamID($0) })
            case .script: .brokenPartition(error.message)
            default: .redis(error)
            }
    }

    /// Waiting and trying again may help; nobody needs to act.
    public var isTransient: Bool {
        if case .redis(let error) = self { error.isTransient } else { false }
    }
}
