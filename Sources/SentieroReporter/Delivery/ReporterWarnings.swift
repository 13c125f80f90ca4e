import Logging
import Synchronization

/// The reporter's own trouble, and never what a report holds.
final class ReporterWarnings: Sendable {
    enum Kind: Hashable {
        case incomplete, endpoint, exposed, hook
    }

    /// How a report was lost.
    enum Loss: Hashable {
        case queueFull, undelivered, rejected
    }

    private struct Losses {
        var since: ContinuousClock.Instant
        var count = 0
    }

    private struct State {
        var given: Set<Kind> = []
        var losses: [Loss: Losses] = [:]
    }

    /// Between two warnings of one kind of loss.
    private static let pause = Duration.seconds(60)

    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.logger = logger
        self.now = now
    }

    func once(_ kind: Kind, _ message: @autoclosure () -> String) {
        guard state.withLock({ $0.given.insert(kind).inserted }) else { return }
        let message = message()
        logger.warning("sentiero: \(message)")
    }

    /// Says the first at once, and then each minute how many there were meanwhile.
    func lost(_ loss: Loss, _ reason: @autoclosure () -> String) {
        let now = now()
        let count = state.withLock { state -> Int? in
            guard var losses = state.losses[loss] else {
                state.losses[loss] = Losses(since: now)
                return 1
            }
            losses.count += 1
            let count = losses.count
            if now - losses.since >= Self.pause { losses = Losses(since: now) }
            state.losses[loss] = losses
            return losses.count == 0 ? count : nil
        }
        if let count { say(count, reason()) }
    }

    /// At the end.
    func undelivered(_ count: Int) { say(count, "the reporter was shut down") }

    private func say(_ count: Int, _ reason: String) {
        logger.warning("sentiero: \(count == 1 ? "1 report was" : "\(count) reports were") not delivered: \(reason)")
    }
}
