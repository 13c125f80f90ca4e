public import Ingest

/// A server event as stored (spec 01 section 4.2).
public struct ServerEvent: Sendable, Equatable, Identifiable {
    /// `<shard>-<ms>-<sequence>`.
    public var id: String
    public var project: String
    public var name: String
    public var level: ServerEventLevel
    /// ms since 1970, as its sender said.
    public var atMs: Int64
    public var session: String?
    /// A JSON object's text; nil: none, or encrypted and no key here opens it.
    public var payload: String?

    public init(id: String, project: String, name: String, level: ServerEventLevel, atMs: Int64, session: String? = nil, payload: String? = nil) {
        self.id = id
        self.project = project
        self.name = name
        self.level = level
        self.atMs = atMs
        self.session = session
        self.payload = payload
    }
}
