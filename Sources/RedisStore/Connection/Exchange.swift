import Synchronization

/// One call that waits for its replies. The first result wins: reply, timeout, cancellation or shutdown.
final class Exchange: Sendable {
    typealias Outcome = Result<[RedisValue], RedisError>

    private enum Phase {
        case open
        case waiting(UnsafeContinuation<Outcome, Never>)
        case finished(Outcome)
    }

    private let phase = Mutex(Phase.open)

    /// When the call gives up (monotonic ns).
    let deadline: UInt64

    init(deadline: UInt64) { self.deadline = deadline }

    var isFinished: Bool {
        phase.withLock { if case .finished = $0 { true } else { false } }
    }

    /// Waits for the result; called once. Cancellation ends the wait at once, the reply is dropped when it comes.
    func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let early: Outcome? = phase.withLock { phase in
                    if case .finished(let outcome) = phase { return outcome }
                    phase = .waiting(continuation)
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            finish(.failure(RedisError(.cancelled, "the task was cancelled")))
        }
    }

    func finish(_ outcome: Outcome) {
        let continuation: UnsafeContinuation<Outcome, Never>? = phase.withLock { phase in
            defer { if case .finished = phase {} else { phase = .finished(outcome) } }
            if case .waiting(let continuation) = phase { return continuation }
            return nil
        }
        continuation?.resume(returning: outcome)
    }
}

/// A call's commands on their way to the connection.
struct Request: Sendable {
    enum Commands: Sendable {
        case one(RedisCommand)
        case several([RedisCommand])
    }

    let exchange: Exchange
    let commands: Commands
    /// When the call gives up if there is no connection by then (monotonic ns).
    let connectionDeadline: UInt64
    /// May be sent a second time after the connection broke.
    var mayRepeat: Bool
    /// Survives "Redis is known to be away" (only the wait for the first connection does).
    let isPatient: Bool

    init(exchange: Exchange, commands: Commands, connectionDeadline: UInt64 = .max, isPatient: Bool = false) {
        self.connectionDeadline = min(connectionDeadline, exchange.deadline)
        self.exchange = exchange
        self.commands = commands
        self.isPatient = isPatient
        mayRepeat =
            switch commands {
            case .one(let command): command.isIdempotent
            case .several(let commands): commands.allSatisfy(\.isIdempotent)
            }
    }

    var replyCount: Int {
        switch commands {
        case .one: 1
        case .several(let commands): commands.count
        }
    }

    var byteCount: Int {
        switch commands {
        case .one(let command): command.byteCount
        case .several(let commands): commands.reduce(0) { $0 + $1.byteCount }
        }
    }
}
