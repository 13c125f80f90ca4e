import Foundation
public import Logging

/// A connection to Redis that many tasks share.
///
/// One thread owns the socket: commands of concurrent tasks go out in one write and their replies are matched in order. No thread of the
/// cooperative pool waits for Redis. A command whose reply does not come within the command timeout breaks the connection, for the order
/// is lost with it. Commands that were written when the connection broke fail, and are sent a second time only when they are idempotent.
/// While Redis is away, calls fail within the time they may wait for a connection, and at once when it has been away for longer.
public final class RedisClient: Sendable {
    public let configuration: RedisConfiguration
    /// From writing a call to its last reply.
    public let roundTrip = DurationHistogram()

    let queue: CommandQueue
    private let scripts: [Script]
    private let logger: Logger
    private let started = StartOnce()

    /// Makes no connection yet. The scripts of `Scripts` are loaded at every connect.
    public convenience init(configuration: RedisConfiguration, logger: Logger) {
        self.init(configuration: configuration, logger: logger, scripts: Scripts.all)
    }

    init(configuration: RedisConfiguration, logger: Logger, scripts: [Script]) {
        self.configuration = configuration
        self.scripts = scripts
        self.logger = logger
        queue = CommandQueue(configuration: configuration)
    }

    deinit { queue.shutDown() }

    /// Starts to connect, and to reconnect whenever the connection breaks. Also done by the first command.
    public func start() {
        started.run {
            // The thread must not hold the client, or it would never be let go.
            let thread = Thread { [configuration, queue, scripts, roundTrip, logger] in
                ConnectionLoop(configuration: configuration, queue: queue, scripts: scripts, roundTrip: roundTrip, logger: logger).run()
            }
            thread.name = "redis"
            thread.start()
        }
    }

    /// Starts, and waits until Redis answers.
    /// - Throws: why it did not within the connect timeout or the command timeout, whichever is longer; the client goes on trying.
    public func connect() async throws(RedisError) {
        let time = max(configuration.connectTimeoutMs, configuration.commandTimeoutMs)
        _ = try await perform(.one(RedisCommand("PING", isIdempotent: true)), timeoutMs: time, isPatient: true)
    }

    /// Sends one command.
    /// - Throws: also when Redis answers with an error. `cancelled`, `timeout` and `connectionLost` leave open whether it ran.
    public func send(_ command: RedisCommand) async throws(RedisError) -> RedisValue {
        try await send(command, timeoutMs: configuration.commandTimeoutMs)
    }

    /// Sends commands in one piece, nothing of this client in between; not a transaction.
    /// - Returns: one reply per command, in order; errors of the server are `.error` values.
    /// - Throws: when the replies did not come; some or all commands may have run.
    public func send(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisValue] {
        guard !commands.isEmpty else { return [] }
        return try await perform(.several(commands), timeoutMs: configuration.commandTimeoutMs)
    }

    /// Fails every call that waits, and all later ones, with `shutdown`; closes the connection.
    public func shutdown() {
        queue.shutDown()
        // Without its thread nobody would answer the calls that wait.
        start()
    }

    public var isConnected: Bool { queue.isConnected }
    /// How often an established connection was lost.
    public var reconnects: Int { queue.reconnects }
    /// Calls not answered yet.
    public var pendingCommands: Int { queue.pendingCommands }

    func send(_ command: RedisCommand, timeoutMs: Int) async throws(RedisError) -> RedisValue {
        let replies = try await perform(.one(command), timeoutMs: timeoutMs)
        guard let reply = replies.first else { throw RedisError(.protocol, "no reply") }
        return try reply.get()
    }

    private func perform(_ commands: Request.Commands, timeoutMs: Int, isPatient: Bool = false) async throws(RedisError) -> [RedisValue] {
        start()
        let now = monotonicNanoseconds()
        let exchange = Exchange(deadline: now + UInt64(max(0, timeoutMs)) * 1_000_000)
        let wait = isPatient ? timeoutMs : configuration.connectionWaitMs ?? timeoutMs
        let connectionDeadline = now + UInt64(max(0, wait)) * 1_000_000
        try queue.add(Request(exchange: exchange, commands: commands, connectionDeadline: connectionDeadline, isPatient: isPatient))
        return try await exchange.wait().get()
    }
}
