/// An error a server reported (spec 01 section 1.7), redacted and bounded.
public struct ErrorReport: Sendable, Equatable {
    /// 40 lower-case hexadecimal digits.
    public var fingerprint: String
    public var sessionID: String?
    public var windowID: String?
    /// Identity of the report among those of its problem, so that it may be sent again.
    public var batchID: String?
    /// At most 200 characters.
    public var exceptionClass: String
    /// At most 4,000 characters.
    public var message: String
    /// The innermost frame first; at most 100 of at most 2,000 characters.
    public var backtrace: [String]
    /// Lower case.
    public var platform: String?
    public var release: String?
    public var environment: String?
    /// Path of the request, without its query.
    public var page: String?
    /// A JSON object.
    public var context: [UInt8]?
    /// When its sender says it happened, else when it was received; ms since 1970.
    public var atMs: Int64
    public var receivedMs: Int64
    public var redactions = RedactionCounts()
}

/// A custom event a server reported (spec 01 section 1.8), redacted and bounded.
public struct ServerEventReport: Sendable, Equatable {
    public var sessionID: String?
    /// Identity of the report among those of its shard, so that it may be sent again.
    public var batchID: String?
    public var draft: ServerEventDraft
    public var redactions = RedactionCounts()
}
