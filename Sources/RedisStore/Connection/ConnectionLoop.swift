import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The life of one connection, on one thread: connect, write what waits in as few writes as possible, match replies, reconnect.
///
/// Confined to its thread; only `CommandQueue` is shared.
final class ConnectionLoop {
    private static let joinedBytes = 256 << 10
    private static let tickMs = 25

    let configuration: RedisConfiguration
    let queue: CommandQueue
    let scripts: [Script]
    private let roundTrip: DurationHistogram
    private let logger: Logger

    /// Taken from the queue, not written yet.
    private var ready: [Request] = []
    private var inFlight = InFlight()
    private var output = OutputBuffer()
    private var released = CommandQueue.Released()
    private var reportedError: String?
    private let inputBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    init(configuration: RedisConfiguration, queue: CommandQueue, scripts: [Script], roundTrip: DurationHistogram, logger: Logger) {
        self.configuration = configuration
        self.queue = queue
        self.scripts = scripts
        self.roundTrip = roundTrip
        self.logger = logger
    }

    deinit { inputBuffer.deallocate() }

    /// Returns after shutdown, with every call answered.
    func run() {
        var backoff = Backoff(minMs: configuration.minBackoffMs, maxMs: configuration.maxBackoffMs)
        while !queue.isShutDown {
            var connectedAt: UInt64?
            do throws(RedisError) {
                let (socket, reader) = try connect()
                connectedAt = monotonicNanoseconds()
                queue.connected()
                logger.info("connected to Redis", metadata: ["redis": "\(configuration)"])
                reportedError = nil
                try serve(socket, reader)
            } catch {
                // A connection that broke at once does not shorten the pause, or it would be a busy loop.
                if let connectedAt, monotonicNanoseconds() - connectedAt > 1_000_000_000 { backoff.reset() }
                connectionEnded(error, wasConnected: connectedAt != nil)
                pause(ms: backoff.next())
            }
        }
        _ = queue.take(into: &ready, releasing: &released)
        failEverything(RedisError(.shutdown, "the client is shut down"))
    }

    // MARK: Connected

    private func serve(_ socket: Socket, _ reader: ReplyReader) throws(RedisError) {
        while true {
            if output.isEmpty {
                guard queue.take(into: &ready, releasing: &released) else { throw RedisError(.shutdown, "the client is shut down") }
                fillOutput()
            }
            if !output.isEmpty {
                try output.drain { bytes throws(RedisError) in try socket.transmit(bytes) }
                if output.isEmpty, !ready.isEmpty { continue }
            }
            let events = Int16(POLLIN) | (output.isEmpty ? 0 : Int16(POLLOUT))
            // While the socket is full, more commands are no reason to wake up.
            let mustLook = output.isEmpty && !queue.prepareToSleep()
            let got = wait(for: events, on: socket.descriptor, until: mustLook ? 0 : inFlight.deadline)
            queue.awake()
            if got & ~Int16(POLLOUT) != 0 { try receive(socket, reader) }
            if let deadline = inFlight.deadline, monotonicNanoseconds() >= deadline {
                throw RedisError(.timeout, "no reply in time")
            }
            if queue.isShutDown { throw RedisError(.shutdown, "the client is shut down") }
        }
    }

    private func fillOutput() {
        let now = monotonicNanoseconds()
        var taken = 0
        for request in ready {
            guard output.byteCount < Self.joinedBytes else { break }
            taken += 1
            let size = request.byteCount
            if request.exchange.isFinished {
                released.add(bytes: size)
            } else if now >= request.exchange.deadline {
                finish(request, .failure(RedisError(.timeout, "could not be sent in time")))
            } else {
                output.append(request.commands)
                inFlight.append(InFlight.Entry(request, size: size, writtenAt: now))
            }
        }
        if taken == ready.count { ready.removeAll(keepingCapacity: taken <= 4096) } else { ready.removeFirst(taken) }
    }

    private func receive(_ socket: Socket, _ reader: ReplyReader) throws(RedisError) {
        // Bounded, so that writing gets its turn while replies pour in.
        for _ in 0..<16 {
            guard case .bytes(let count) = try socket.receive(into: inputBuffer) else { return }
            try reader.feed(UnsafeRawBufferPointer(rebasing: inputBuffer[..<count]))
            let now = monotonicNanoseconds()
            while let reply = try reader.next() {
                guard let entry = try inFlight.add(reply) else { continue }
                roundTrip.observe(nanoseconds: now - entry.writtenAt)
                released.add(bytes: entry.size)
                entry.exchange.finish(.success(entry.replies))
            }
            if count < inputBuffer.count { return }
        }
    }

    // MARK: Between connections

    /// Fails what was in flight, keeps what may be sent (again), and tells the callers to come.
    private func connectionEnded(_ error: RedisError, wasConnected: Bool) {
        output.removeAll()
        let isRejection = !wasConnected && !error.isTransient && error.code != .protocol
        // Before anybody hears of it: whoever calls again at once must not wait for the connection that was just lost.
        if error.code != .shutdown {
            queue.disconnected(error, isRejection: isRejection, wasSilent: wasConnected && error.code == .timeout)
        }
        var repeated: [Request] = []
        for entry in inFlight.removeAll() {
            if var request = entry.repeatable, error.code != .shutdown, !entry.exchange.isFinished {
                request.mayRepeat = false
                repeated.append(request)
                continue
            }
            released.add(bytes: entry.size)
            let isLate = monotonicNanoseconds() >= entry.exchange.deadline
            let code: RedisError.Code = error.code == .timeout ? (isLate ? .timeout : .connectionLost) : error.code
            entry.exchange.finish(.failure(RedisError(code, error.message)))
        }
        ready.insert(contentsOf: repeated, at: 0)
        guard error.code != .shutdown else { return }
        if isRejection {
            _ = queue.take(into: &ready, releasing: &released)
            failEverything(error)
        }
        if reportedError != error.message {
            reportedError = error.message
            logger.warning("no connection to Redis", metadata: ["redis": "\(configuration)", "error": "\(error)"])
        }
    }

    private func pause(ms: Int) {
        let end = monotonicNanoseconds() + UInt64(ms) * 1_000_000
        while !queue.isShutDown, monotonicNanoseconds() < end { _ = wait(for: 0, on: -1, until: end, tending: true) }
    }

    /// Waits for the socket, the wake-up pipe or the time; what the socket has is returned.
    /// - Parameter tending: there is no connection: let go of calls whose time is over.
    func wait(for events: Int16, on descriptor: Int32, until deadline: UInt64?, tending: Bool = false) -> Int16 {
        if tending { failOverdue() }
        let now = monotonicNanoseconds()
        var milliseconds: Int32 = -1
        if let deadline { milliseconds = deadline <= now ? 0 : Int32(clamping: (deadline - now) / 1_000_000 + 1) }
        if tending {
            let limit = ready.isEmpty && queue.prepareToSleep() ? Int32.max : Int32(Self.tickMs)
            milliseconds = min(milliseconds < 0 ? .max : milliseconds, limit)
        }
        var descriptors = [pollfd(fd: queue.pipe.readEnd, events: Int16(POLLIN), revents: 0), pollfd(fd: descriptor, events: events, revents: 0)]
        guard pollDescriptors(&descriptors, milliseconds: milliseconds) else { return 0 }
        if descriptors[0].revents != 0 { queue.pipe.drain() }
        return descriptors[1].revents
    }

    private func failOverdue() {
        _ = queue.take(into: &ready, releasing: &released)
        let now = monotonicNanoseconds()
        ready.removeAll { request in
            if now >= request.connectionDeadline {
                let text = "no connection to Redis in time" + (reportedError.map { ": \($0)" } ?? "")
                finish(request, .failure(RedisError(.notConnected, text)))
                return true
            }
            guard request.exchange.isFinished else { return false }
            released.add(bytes: request.byteCount)
            return true
        }
        queue.release(&released)
    }

    private func failEverything(_ error: RedisError) {
        for request in ready { finish(request, .failure(error)) }
        ready.removeAll()
        queue.release(&released)
    }

    private func finish(_ request: Request, _ outcome: Exchange.Outcome) {
        released.add(bytes: request.byteCount)
        request.exchange.finish(outcome)
    }
}
