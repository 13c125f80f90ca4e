import Foundation
public import RedisStore
import Synchronization

/// A real redis-server of one test: own port, own directory, gone with the test.
///
/// `deinit` kills it and removes the directory; on Linux it also dies with the test process.
public final class RedisServer: Sendable {
    public struct Options: Sendable {
        public var appendOnly = false
        /// `always`, `everysec` or `no`.
        public var appendFsync = "everysec"
        /// 0 is no limit.
        public var maxMemoryBytes = 0
        public var maxMemoryPolicy = "noeviction"
        public var password: String?
        /// ACL rules, for example `"app on >secret ~sentiero:* +@all"`.
        public var users: [String] = []
        /// Lines for redis.conf.
        public var extra: [String] = []

        public init() {}
    }

    public let options: Options
    public let port: Int
    /// Holds redis.conf, the log, and what Redis persists.
    public let directory: String
    public var unixSocket: String { "\(directory)/redis.sock" }

    private let process = Mutex<ServerProcess?>(nil)

    /// Starts a server and waits until it answers.
    public static func start(_ options: Options = Options()) async throws -> RedisServer {
        var lastError: any Error = RedisServerError.noFreePort
        // Another process may take the port between choosing and binding it.
        for _ in 0..<5 {
            let server = try RedisServer(options: options, port: FreePort.next())
            do {
                try await server.launch()
                return server
            } catch { lastError = error }
        }
        throw lastError
    }

    /// Convenience for the common change of one or two options.
    public static func start(_ change: (inout Options) -> Void) async throws -> RedisServer {
        var options = Options()
        change(&options)
        return try await start(options)
    }

    private init(options: Options, port: Int) throws {
        self.options = options
        self.port = port
        // Short: the path of a Unix socket may have about 100 bytes.
        directory = "/tmp/sentiero-redis-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try ServerConfiguration(options: options, port: port, unixSocket: unixSocket, directory: directory).text
            .write(toFile: "\(directory)/redis.conf", atomically: true, encoding: .utf8)
    }

    deinit {
        process.withLock { $0 }?.kill()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// To reach it by TCP as the `default` user.
    public var configuration: RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.port = port
        configuration.password = options.password
        return configuration
    }

    /// The same, with the patience of tests that are not about time: the machine may be busy.
    public var patientConfiguration: RedisConfiguration {
        var configuration = configuration
        configuration.commandTimeoutMs = 20_000
        configuration.connectTimeoutMs = 20_000
        return configuration
    }

    public var url: String { "redis://\(options.password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0" }

    public var processID: Int32? { process.withLock { $0?.id } }

    /// As if the machine lost power, but for what the kernel holds: SIGKILL.
    public func kill() { process.withLock { $0.take() }?.kill() }

    /// Asks it to end (SIGTERM) and waits.
    public func stop() { process.withLock { $0.take() }?.terminate() }

    /// Starts it again on the same port and directory, and waits until it has loaded its data.
    public func restart() async throws {
        kill()
        try await launch()
    }

    /// Freezes the process: it accepts connections (the kernel does) and answers nothing.
    public func suspend() { process.withLock { $0 }?.signal(SIGSTOP) }
    public func resume() { process.withLock { $0 }?.signal(SIGCONT) }

    /// What it wrote to its log.
    public var log: String { (try? String(contentsOfFile: "\(directory)/redis.log", encoding: .utf8)) ?? "" }

    private func launch() async throws {
        let process = try ServerProcess(configuration: "\(directory)/redis.conf")
        self.process.withLock { $0 = process }
        // Redis makes the Unix socket after it bound the port, so an answer there comes from this server and no other.
        for _ in 0..<1_000 {
            guard process.isRunning else { throw RedisServerError.ended(log: log) }
            if ReadinessProbe.isReady(unixSocket: unixSocket) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RedisServerError.notReady(log: log)
    }
}

public enum RedisServerError: Error, Sendable {
    case noFreePort
    case notInstalled
    case ended(log: String)
    case notReady(log: String)
}
