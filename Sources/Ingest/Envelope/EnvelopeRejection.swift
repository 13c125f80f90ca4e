/// Why a request of the events lane is refused, in the order of spec 01, 1.3: when several hold, the first is reported.
public enum EnvelopeRejection: Error, Equatable, Hashable, Sendable {
    case bodyTooLarge
    case invalidGzip
    case invalidJSON
    case sessionID
    case windowID
    case events
    case tooManyEvents(max: Int)
    case timestamp
    case batchID
    case sequence

    /// HTTP status code.
    public var status: Int {
        self == .bodyTooLarge ? 413 : 400
    }

    /// The value of `error` in the response; part of the wire contract, never with detail of a library.
    public var message: String {
        switch self {
        case .bodyTooLarge: "request body too large"
        case .invalidGzip: "invalid gzip encoding"
        case .invalidJSON: "invalid JSON body"
        case .sessionID: "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"
        case .windowID: "windowId must be 1-128 alphanumeric, hyphen, or underscore characters"
        case .events: "events must be a non-empty array of objects"
        case .tooManyEvents(let max): "too many events (max \(max))"
        case .timestamp: "invalid timestamp value"
        case .batchID: "batchId must be 1-64 alphanumeric, hyphen, or underscore characters"
        case .sequence: "sequence must be a non-negative integer"
        }
    }
}
