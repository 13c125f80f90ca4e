/// What is kept of one batch: its events as one gzip member, and what they tell about their session.
public struct PreparedChunk: Sendable {
    /// One gzip member holding an object; readers take its `events`.
    public var body: [UInt8]
    public var eventCount: Int
    /// First and last effective timestamp (ms); a missing one is that of the event before it, else when the batch was received.
    public var firstMs: Int64
    public var lastMs: Int64
    /// Replay can start here.
    public var hasFullSnapshot: Bool
    /// Holds an `error` event of the recorder (spec 01 section 2.6).
    public var hasError: Bool
    public var page: PageFacts
    public var metadata: [RedactedMetadata.Entry]
    /// Who the user is, not redacted and never to be stored.
    public var users: [String]
    public var redactions: RedactionCounts
    /// What its `error` events add to problems, at most 100; none without a ``ChunkOrigin``.
    public var problems: [ProblemDelta] = []
    /// Errors of further problems, counted and not kept.
    public var unlinkedErrors = 0
}

/// What the Meta events of a batch (rrweb type 4) say about the page, redacted.
public struct PageFacts: Sendable, Equatable {
    public var firstURL: String?
    public var lastURL: String?
    /// `WIDTHxHEIGHT` of the last one.
    public var viewport: String?

    public init() {}
}

/// What a batch became.
public enum ChunkResult: Sendable {
    case chunk(PreparedChunk)
    /// Nothing survived redaction.
    case filtered(RedactionCounts)
    /// The batch cannot be read, in a word or two of snake case; the edge should have refused it.
    case unreadable(String)
}
