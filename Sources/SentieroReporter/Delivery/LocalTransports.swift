public import Logging
import Synchronization

/// Writes reports to a logger instead of sending them, one line of JSON each.
public struct LogTransport: SynchronousTransport {
    private let logger: Logger
    private let level: Logger.Level

    public init(logger: Logger = Logger(label: "sentiero.reports"), level: Logger.Level = .info) {
        self.logger = logger
        self.level = level
    }

    public func deliverNow(_ delivery: Delivery) {
        logger.log(level: level, "\(delivery.path.rawValue) \(String(decoding: delivery.body, as: UTF8.self))")
    }
}

/// Forgets reports; ``Reporter/statistics`` still counts them.
public struct NullTransport: SynchronousTransport {
    public init() {}
    public func deliverNow(_ delivery: Delivery) {}
}

/// Keeps what was reported, for tests.
public final class TestTransport: SynchronousTransport {
    private let kept = Mutex<[Delivery]>([])

    public init() {}

    public func deliverNow(_ delivery: Delivery) { kept.withLock { $0.append(delivery) } }

    /// In the order they came.
    public var deliveries: [Delivery] { kept.withLock { $0 } }

    public func deliveries(to path: Delivery.Path) -> [Delivery] { deliveries.filter { $0.path == path } }

    public func clear() { kept.withLock { $0 = [] } }
}
