import Foundation
import RedisStore

/// The audit entries of commands: the actor is `cli`, the operating system's user stands in the detail.
struct CommandAudit: Sendable {
    private let trail: AuditTrail

    /// - Throws: `CommandFailure`; make it before anything is changed, so that what cannot be logged is not done.
    init(_ store: StoreConnection, _ common: CommonOptions) throws {
        let log = try store.settings.auditLog(standard: common.quiet ? .nowhere : .standardError)
        do throws(RedisError) {
            trail = try store.settings.auditTrail(client: store.client, schema: store.keys, log: log, logger: store.logger)
        } catch { throw CommandFailure(error, at: store.configuration) }
    }

    /// Writes one entry and waits for it: the process ends soon.
    func record(
        _ action: AuditAction, project: String?, target: String? = nil, result: AuditResult = .ok, detail: [(String, AuditValue)] = []
    ) async {
        await trail.append(
            AuditRecord(
                action, actor: AuditRecord.commandActor, project: project, target: target, result: result,
                detail: detail + [("os_user", .text(NSUserName()))]))
        await trail.flush()
    }
}
