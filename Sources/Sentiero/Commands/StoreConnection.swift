import Logging
import RedisStore

/// A command's way to Redis.
struct StoreConnection: Sendable {
    let settings: Settings
    let configuration: RedisConfiguration
    let keys: KeySchema
    let client: RedisClient
    let logger: Logger
    /// nil when no encryption key is configured. Its own Redis is connected by the first use.
    let encryption: Encryption?

    /// - Parameters:
    ///   - name: shown by `CLIENT LIST`.
    ///   - isService: logs as configured; a command that ends by itself only logs what is wrong.
    /// - Throws: `CommandFailure`; nothing is connected yet.
    init(settings: Settings, name: String, isService: Bool = false) throws {
        self.settings = settings
        var configuration = try settings.redis()
        configuration.clientName = name
        // Nobody waits for an answer within a second here, and a scan over a large store takes longer.
        configuration.commandTimeoutMs = 10_000
        self.configuration = configuration
        do { keys = try configuration.keySchema() } catch { throw CommandFailure(.wrongUse, "The key schema is wrong: \(error)") }
        logger = ConsoleLog.logger(level: isService ? settings.logLevel : max(settings.logLevel, .error))
        client = RedisClient(configuration: configuration, logger: logger)
        encryption = try Self.encryption(settings, name: name, client: client, schema: keys, logger: logger)
    }

    private static func encryption(
        _ settings: Settings, name: String, client: RedisClient, schema: KeySchema, logger: Logger
    ) throws -> Encryption? {
        guard let configured = try settings.encryption() else { return nil }
        let keyClient = configured.keyRedis.map { configuration in
            var configuration = configuration
            configuration.clientName = "\(name)-keys"
            configuration.commandTimeoutMs = 10_000
            return RedisClient(configuration: configuration, logger: logger)
        }
        return try Encryption(
            masters: configured.masters, client: keyClient ?? client, isSeparate: keyClient != nil, schema: schema,
            retentionSeconds: configured.retentionSeconds)
    }

    /// - Throws: `CommandFailure` when no encryption key is configured.
    func requireEncryption() throws -> Encryption {
        guard let encryption else {
            throw CommandFailure(.wrongUse, "SENTIERO_ENCRYPTION_KEY is not set: nothing is encrypted. Make a key with: openssl rand -base64 32")
        }
        return encryption
    }

    /// Waits for Redis and checks that it can be used.
    /// - Parameter patienceSeconds: how long a Redis that is not there is waited for.
    func check(patienceSeconds: Int = 0) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(patienceSeconds)
        while true {
            do throws(RedisError) {
                try await client.connect()
                break
            } catch {
                guard clock.now < end else { throw CommandFailure(error, at: configuration) }
                logger.warning("Redis cannot be reached yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
        // A Redis of the keys may be starting, too.
        if let encryption, encryption.vault.isSeparate {
            while clock.now < end {
                if (try? await encryption.vault.connect()) != nil { break }
                try await Task.sleep(for: .seconds(1))
            }
        }
        do throws(StartupRefusal) {
            var findings = try await StartupCheck(client: client, schema: keys).require()
            findings += try await EncryptionCheck(encryption: encryption, data: client).require()
            for finding in findings where finding.status == .warning { logger.warning("\(finding.name): \(finding.detail)") }
        } catch {
            throw CommandFailure(.failed, error.description)
        }
    }

    /// Runs work and turns errors of Redis into sentences.
    func perform<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as RedisError { throw CommandFailure(error, at: configuration) }
    }
}

enum ConsoleLog {
    /// To standard error: standard output is for results.
    static func logger(level: Logger.Level, label: String = "sentiero") -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
