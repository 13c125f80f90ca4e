/// One occurrence of a problem, as stored.
public struct Occurrence: Sendable, Equatable, Identifiable {
    /// `<shard>-<ms>-<sequence>`.
    public var id: String
    public var fingerprint: String
    /// ms since 1970, as its sender said.
    public var atMs: Int64
    public var session: String?
    public var window: String?
    /// nil when it is encrypted and no key here opens it.
    public var document: OccurrenceDocument?

    public init(id: String, fingerprint: String, atMs: Int64, session: String? = nil, window: String? = nil, document: OccurrenceDocument? = nil) {
        self.id = id
        self.fingerprint = fingerprint
        self.atMs = atMs
        self.session = session
        self.window = window
        self.document = document
    }
}

/// What an occurrence tells (docs/errors.md, "Occurrence"); all of it redacted.
public struct OccurrenceDocument: Sendable, Equatable, Codable {
    public var exceptionClass: String
    public var message: String
    /// Frames as they came, the innermost first.
    public var backtrace: [String]?
    public var platform: String?
    public var release: String?
    public var environment: String?
    public var browser: String?
    public var device: String?
    /// The page (browser) or the request's path (server).
    public var page: String?
    /// Browser: script, line and column of the error.
    public var source: String?
    public var line: Int?
    public var column: Int?
    /// Browser: false for an error nobody caught.
    public var handled: Bool?
    /// Server: the JSON text of the context object.
    public var context: String?

    public init(exceptionClass: String, message: String) {
        self.exceptionClass = exceptionClass
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case exceptionClass = "exception_class"
        case message, backtrace, platform, release, environment, browser, device, page, source, line, column, handled, context
    }
}
