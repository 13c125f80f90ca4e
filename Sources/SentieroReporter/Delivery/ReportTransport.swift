import Foundation

/// One report on its way.
public struct Delivery: Sendable, Hashable {
    /// The server's two lanes.
    public enum Path: String, Sendable, Hashable {
        case errors, track
    }

    public let path: Path
    public let payload: [String: ReportValue]

    public init(path: Path, payload: [String: ReportValue]) {
        self.path = path
        self.payload = payload
    }

    /// JSON with sorted keys.
    public var body: [UInt8] { Array(ReportLimits.encoded(payload)) }
}

/// How reports leave. Called by up to four tasks at a time, and by one while it fails.
public protocol ReportTransport: Sendable {
    func deliver(_ delivery: Delivery) async throws(DeliveryError)
}

/// One that is done at once: the reporter calls it in the reporting task, without its queue.
public protocol SynchronousTransport: ReportTransport {
    func deliverNow(_ delivery: Delivery) throws(DeliveryError)
}

extension SynchronousTransport {
    public func deliver(_ delivery: Delivery) async throws(DeliveryError) { try deliverNow(delivery) }
}

/// Why a report was not delivered.
public enum DeliveryError: Error, Hashable, Sendable {
    /// It may work later; `retryAfter` is the server's wish.
    case temporary(reason: String, retryAfter: Duration?)
    /// It will not.
    case rejected(reason: String)

    var reason: String {
        switch self {
        case .temporary(let reason, _), .rejected(let reason): reason
        }
    }
}
