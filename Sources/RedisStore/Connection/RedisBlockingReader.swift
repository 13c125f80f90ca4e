public import Logging

/// Blocking reads (`XREAD BLOCK`, …) on a connection and a thread of their own, so that they hold up nobody else.
///
/// One read at a time: a second one waits on the connection behind the first.
public final class RedisBlockingReader: Sendable {
    private let client: RedisClient

    public init(configuration: RedisConfiguration, logger: Logger) {
        var configuration = configuration
        if !configuration.clientName.isEmpty { configuration.clientName += "-reader" }
        client = RedisClient(configuration: configuration, logger: logger, scripts: [])
    }

    /// Sends a command that Redis may hold back for up to `blockMs`.
    /// - Returns: the reply; null when the time was over.
    /// - Throws: `timeout` when nothing came within `blockMs` and the command timeout; otherwise as `RedisClient.send`.
    public func send(_ command: RedisCommand, blockMs: Int) async throws(RedisError) -> RedisValue {
        try await client.send(command, timeoutMs: blockMs + client.configuration.commandTimeoutMs)
    }

    /// Waits until one of the streams has an entry after the given id, for at most `blockMs`.
    /// - Returns: whether one has.
    public func waitForEntry(in streams: [(key: RedisKey, after: String)], blockMs: Int) async throws(RedisError) -> Bool {
        var command = RedisCommand("XREAD", "COUNT", 1, "BLOCK", blockMs, "STREAMS", isIdempotent: true)
        for stream in streams { command.append(stream.key) }
        for stream in streams { command.append(stream.after) }
        return try await !send(command, blockMs: blockMs).isNull
    }

    /// Ends a read that waits, with `shutdown`.
    public func shutdown() { client.shutdown() }

    public var isConnected: Bool { client.isConnected }
}
