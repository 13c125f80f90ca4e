import Logging
import RedisServerFixture
import RedisStore

/// Clients that keep their logs to themselves.
enum TestClient {
    static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// Connected to the server.
    static func connected(to server: RedisServer, _ change: (inout RedisConfiguration) -> Void = { _ in }) async throws -> RedisClient {
        let client = make(server.configuration, change)
        try await client.connect()
        return client
    }

    static func make(_ configuration: RedisConfiguration, _ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisClient {
        var configuration = configuration
        // The machine may be busy: only tests about time have small limits.
        configuration.commandTimeoutMs = 20_000
        configuration.connectTimeoutMs = 20_000
        change(&configuration)
        return RedisClient(configuration: configuration, logger: logger)
    }
}

extension RedisClient {
    /// The error of a call that must fail; nil when it does not.
    func failure(of command: RedisCommand) async -> RedisError? {
        do throws(RedisError) {
            _ = try await send(command)
            return nil
        } catch { return error }
    }

    /// Waits until a condition holds, for as long as a test may reasonably take.
    func until(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<2_000 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
