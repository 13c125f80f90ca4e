import Logging
import RedisStore

extension Settings {
    /// Where audit lines go besides Redis.
    /// - Parameter standard: when no file is configured.
    /// - Throws: `CommandFailure` for a file that cannot be written to: an audit log that keeps nothing must not go unnoticed.
    func auditLog(standard: AuditLog.Destination) throws -> AuditLog {
        guard let path = text("audit_log"), !path.isEmpty else { return AuditLog(standard) }
        let log = AuditLog(.file(path))
        guard log.isWritable else { throw CommandFailure(.wrongUse, "SENTIERO_AUDIT_LOG names \(path), which cannot be written to.") }
        return log
    }

    /// Seconds; 0 keeps lines forever.
    var auditRetention: Int { integer("audit_retention") ?? 34_560_000 }

    func auditTrail(client: RedisClient, schema: KeySchema, log: AuditLog, logger: Logger) throws(RedisError) -> AuditTrail {
        try AuditTrail(client: client, schema: schema, log: log, retentionSeconds: auditRetention, logger: logger)
    }
}
