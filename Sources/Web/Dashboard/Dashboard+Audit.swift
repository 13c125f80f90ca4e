import Ingest
import RedisStore

extension Dashboard {
    /// Notes what a request saw or changed. Call it only for targets that exist.
    func record(
        _ call: DashboardRequest, _ action: AuditAction, target: String? = nil, result: AuditResult = .ok, detail: [(String, AuditValue)] = []
    ) async {
        await audit(
            AuditRecord(
                action, actor: call.user, ip: audited(call.clientAddress), project: call.project, target: target, path: call.path, result: result,
                detail: detail))
    }

    func record(_ call: DashboardRequest, _ action: AuditAction, session: String, window: String? = nil, result: AuditResult = .ok) async {
        await record(call, action, target: "session:" + session, result: result, detail: window.map { [("window", .text($0))] } ?? [])
    }

    /// Notes a login that was refused. The name that was tried is left out: people type passwords there.
    func recordDeniedLogin(address: String?, path: String, isThrottled: Bool) async {
        await audit(
            AuditRecord(
                .login, actor: nil, ip: audited(address), path: path, result: .denied, detail: isThrottled ? [("throttled", .flag(true))] : []))
    }

    private func audited(_ address: String?) -> String? { configuration.anonymizeIP ? address.flatMap(ClientAddress.anonymized) : address }
}
