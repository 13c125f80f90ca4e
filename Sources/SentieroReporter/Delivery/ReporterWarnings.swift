import Logging
import Synchronization

/// The reporter's own trouble: each kind is logged once, and never what a report holds.
final class ReporterWarnings: Sendable {
    enum Kind: Hashable {
        case incomplete, endpoint, exposed, queueFull, undelivered, rejected, hook
    }

    private let logger: Logger
    private let given = Mutex<Set<Kind>>([])

    init(logger: Logger) { self.logger = logger }

    func once(_ kind: Kind, _ message: @autoclosure () -> String) {
        guard given.withLock({ $0.insert(kind).inserted }) else { return }
        let message = message()
        logger.warning("sentiero: \(message)")
    }
}
