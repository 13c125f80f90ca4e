import Synchronization

/// What callers and the connection's thread share.
final class CommandQueue: Sendable {
    private struct State {
        var waiting: [Request] = []
        /// Waiting, being written or unanswered.
        var pendingCommands = 0
        var pendingBytes = 0
        var isSleeping = false
        var isShutDown = false
        var isConnected = false
        /// Since when (monotonic ns), and why, there is no connection.
        var outage: (since: UInt64, error: RedisError)?
        var reconnects = 0
    }

    private let state = Mutex(State())
    private let maxCommands: Int
    private let maxBytes: Int
    /// How long an outage lasts before commands fail at once.
    private let patience: UInt64
    let pipe = WakePipe()

    init(configuration: RedisConfiguration) {
        maxCommands = configuration.maxPendingCommands
        maxBytes = configuration.maxPendingBytes
        patience = UInt64(max(0, configuration.patienceMs)) * 1_000_000
    }

    // MARK: Callers

    func add(_ request: Request) throws(RedisError) {
        let now = monotonicNanoseconds()
        let size = request.byteCount
        let verdict: Result<Bool, RedisError> = state.withLock { state in
            if state.isShutDown { return .failure(RedisError(.shutdown, "the client is shut down")) }
            if let outage = state.outage, !request.isPatient, now >= outage.since + patience { return .failure(outage.error) }
            // One request may exceed the bytes alone, or it could never be sent.
            guard state.pendingCommands < maxCommands, state.pendingBytes == 0 || state.pendingBytes + size <= maxBytes else {
                return .failure(RedisError(.queueFull, "\(state.pendingCommands) commands with \(state.pendingBytes) bytes wait for Redis"))
            }
            state.waiting.append(request)
            state.pendingCommands += 1
            state.pendingBytes += size
            defer { state.isSleeping = false }
            return .success(state.isSleeping)
        }
        if try verdict.get() { pipe.wake() }
    }

    func shutDown() {
        state.withLock { $0.isShutDown = true }
        pipe.wake()
    }

    var isConnected: Bool { state.withLock { $0.isConnected } }
    var reconnects: Int { state.withLock { $0.reconnects } }
    var pendingCommands: Int { state.withLock { $0.pendingCommands } }

    // MARK: The connection's thread

    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Moves what waits to the end of `requests`; false after shutdown.
    func take(into requests: inout [Request], releasing done: inout Released) -> Bool {
        release(&done)
        return state.withLock { state in
            requests.append(contentsOf: state.waiting)
            state.waiting.removeAll(keepingCapacity: state.waiting.capacity <= 4096)
            return !state.isShutDown
        }
    }

    /// Gives back the room of finished requests.
    func release(_ done: inout Released) {
        guard done.commands > 0 else { return }
        state.withLock { state in
            state.pendingCommands -= done.commands
            state.pendingBytes -= done.bytes
        }
        done = Released()
    }

    /// From now on the next `add` wakes the pipe; false when something waits already.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isSleeping = state.waiting.isEmpty
            return state.isSleeping
        }
    }

    func awake() { state.withLock { $0.isSleeping = false } }

    func connected() {
        state.withLock { state in
            state.isConnected = true
            state.outage = nil
        }
    }

    /// - Parameters:
    ///   - isRejection: Redis is there but does not let us in; waiting is of no use.
    ///   - wasSilent: Redis left a command unanswered for so long that callers have waited enough.
    func disconnected(_ error: RedisError, isRejection: Bool, wasSilent: Bool) {
        let now = monotonicNanoseconds()
        let start = wasSilent ? now - min(now, patience) : now
        state.withLock { state in
            if state.isConnected { state.reconnects += 1 }
            state.isConnected = false
            let since = isRejection ? 0 : state.outage?.since ?? start
            state.outage = (since, isRejection ? error : RedisError(.notConnected, error.message))
        }
    }

    /// Finished requests the thread gives back in one go.
    struct Released {
        var commands = 0
        var bytes = 0
        mutating func add(bytes size: Int) {
            commands += 1
            bytes += size
        }
    }
}
