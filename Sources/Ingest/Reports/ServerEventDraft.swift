/// A server event to keep, redacted and bounded (spec 01 section 1.8).
public struct ServerEventDraft: Sendable, Equatable {
    /// At most 200 characters.
    public var name: String
    public var level: ServerEventLevel
    /// When its sender says it happened, ms since 1970.
    public var atMs: Int64
    /// A JSON object, or empty.
    public var payload: [UInt8]

    public init(name: String, level: ServerEventLevel, atMs: Int64, payload: [UInt8] = []) {
        self.name = name
        self.level = level
        self.atMs = atMs
        self.payload = payload
    }
}

public enum ServerEventLevel: String, Sendable, Hashable, CaseIterable {
    case debug, info, warn, error
}
