public import Logging
public import RedisStore

/// Where audit entries of the dashboard go (spec 03 section 1.10). What happens there never changes an answer.
public struct Audit: Sendable {
    private let write: @Sendable (AuditRecord) async throws -> Void
    private let logger: Logger

    /// - Parameter write: what it throws is logged and forgotten.
    public init(logger: Logger, _ write: @escaping @Sendable (AuditRecord) async throws -> Void) {
        self.write = write
        self.logger = logger
    }

    /// Queued there; nobody waits for Redis.
    public static func trail(_ trail: AuditTrail, logger: Logger) -> Audit { Audit(logger: logger) { await trail.append($0) } }

    func callAsFunction(_ record: AuditRecord) async {
        do { try await write(record) } catch {
            logger.error("an audit entry was lost", metadata: ["action": "\(record.action.rawValue)", "error": "\(error)"])
        }
    }
}
