public import Ingest

/// What the worker decided about one ingest entry; one line of a micro-batch.
public struct CommitEntry: Sendable {
    public enum Disposition: Sendable {
        case store(CommitChunk)
        /// What a server reported: of a session there may be no batch yet.
        case report(CommitReport)
        /// Nothing survived redaction and filters.
        case filtered
        /// Older than the retention period.
        case expired
        /// To the dead stream; the reason is a word or two in snake case.
        case dead(reason: String)
    }

    /// What the disposition was computed from.
    public enum Revision: Hashable, Sendable {
        /// The session's `rev` as `begin` told it; nil: there was no row.
        case known(Int?)
        /// The state an earlier entry of the same session in the same commit leaves.
        case chained
        /// Holds for no session: of use only where a tombstone stands, which is looked at first.
        case never
    }

    public var entryID: StreamID
    public var project: String
    /// Of a report without one, `SessionReference.unattached`.
    public var session: String
    public var window: String
    /// `BatchDigest.of(batchID)`; nil when the client sent none: then it is never a duplicate.
    public var batchDigest: String?
    public var sequence: Int?
    /// ms since 1970.
    public var receivedMs: Int64
    public var disposition: Disposition
    public var revision: Revision
    /// The wrapped data key the chunk is sealed with, when the commit is to find it in its own Redis: it applies nothing under another one.
    public var wrappedKey: [UInt8]?

    public init(
        entryID: StreamID, project: String, session: String, window: String, batchDigest: String? = nil, sequence: Int? = nil,
        receivedMs: Int64, disposition: Disposition, revision: Revision
    ) {
        self.entryID = entryID
        self.project = project
        self.session = session
        self.window = window
        self.batchDigest = batchDigest
        self.sequence = sequence
        self.receivedMs = receivedMs
        self.disposition = disposition
        self.revision = revision
    }
}

/// An error or a server event of the lanes `errors` and `track`.
public struct CommitReport: Sendable {
    /// Documents are packed: one gzip member each; sealed when `isSealed`. No fingerprint twice.
    public var problems: [ProblemDelta]
    /// Payloads are packed in the same way; an empty one stays empty.
    public var events: [ServerEventDraft]
    public var isSealed = false

    public init(problems: [ProblemDelta] = [], events: [ServerEventDraft] = []) {
        self.problems = problems
        self.events = events
    }
}

/// A chunk to store and what it tells about its session.
public struct CommitChunk: Sendable {
    /// One gzip member holding an object with `events`; sealed when `isSealed`.
    public var body: [UInt8]
    public var isSealed = false
    public var events: Int
    /// First and last effective timestamp, ms. Kept within ±2^53, the integers a script can hold.
    public var t0, t1: Int64
    /// Has a full snapshot: replay can start here, and what is older in the window may be dropped by a limit.
    public var isFull: Bool
    /// Row fields; the newest value wins. Names of the session row only (`docs/keys.md`), never `rev` or the counts.
    public var lastFields: [(String, String)]
    /// Row fields that keep their first value.
    public var firstFields: [(String, String)]
    /// Redacted and clamped; becomes `meta:<key>`. At most 50 keys are kept per session.
    public var metadata: [(key: String, json: [UInt8])]
    /// Places in `by:` indexes, one value per dimension, of `user` any number; `errors` is added by `hasErrors`.
    public var dimensions: [(dimension: String, value: String)]
    public var hasErrors: Bool
    /// Its errors; documents are packed as those of a report, and sealed with the chunk. No fingerprint twice.
    public var problems: [ProblemDelta]
    /// Errors beyond those, only counted.
    public var unlinkedErrors: Int

    public init(
        body: [UInt8], events: Int, t0: Int64, t1: Int64, isFull: Bool, lastFields: [(String, String)] = [],
        firstFields: [(String, String)] = [], metadata: [(key: String, json: [UInt8])] = [],
        dimensions: [(dimension: String, value: String)] = [], hasErrors: Bool = false, problems: [ProblemDelta] = [], unlinkedErrors: Int = 0
    ) {
        self.body = body
        self.events = events
        self.t0 = t0
        self.t1 = t1
        self.isFull = isFull
        self.lastFields = lastFields
        self.firstFields = firstFields
        self.metadata = metadata
        self.dimensions = dimensions
        self.hasErrors = hasErrors
        self.problems = problems
        self.unlinkedErrors = unlinkedErrors
    }
}
