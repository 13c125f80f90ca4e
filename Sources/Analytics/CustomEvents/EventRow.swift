public import Ingest

/// A custom event as the sums over a list need it (spec 02 section 2.15).
public struct EventRow: Sendable, Equatable {
    public var name: String
    /// nil for events of browsers, which have no level.
    public var level: ServerEventLevel?
    /// Since 1970.
    public var seconds: Double
    /// A JSON object's text.
    public var payload: [UInt8]?

    public init(name: String, level: ServerEventLevel? = nil, seconds: Double, payload: [UInt8]? = nil) {
        self.name = name
        self.level = level
        self.seconds = seconds
        self.payload = payload
    }

    /// Days since 1970, UTC; nil for what has no usable time.
    var day: Int? { seconds > 0 && seconds < 253_402_300_800 ? Int(seconds) / 86_400 : nil }
}
