import RedisStore

/// What the audit log keeps of an erasure: the user by digest only, an id each for sessions, and the receipt.
struct ErasureTrace {
    private let project: String
    private let entries: [(action: AuditAction, target: String)]

    init(_ selection: ErasureSelection, project: String, userKey: String) {
        self.project = project
        switch selection {
        case .sessions(let sessions):
            entries = sessions.map { (.eraseSessions, "session:" + $0) }
        case .user(let value):
            entries = [(.eraseUser, "user:\(UserToken.value(key: userKey, of: value))")]
        case .range(let range):
            let bounds = [range.sinceMs, range.untilMs].map { $0.map(Moment.text) ?? "" }
            entries = [(.eraseWhere, "range:\(bounds[0])..\(bounds[1])")]
        }
    }

    /// Before the first key goes, so that an erasure that is killed has left a line.
    func begin(in audit: CommandAudit) async {
        for entry in entries { await audit.record(entry.action, project: project, target: entry.target, detail: [("state", .text("begun"))]) }
    }

    /// - Parameter receipt: nil when it failed.
    func record(_ receipt: ErasureReceipt?, in audit: CommandAudit) async {
        for entry in entries {
            await audit.record(
                entry.action, project: project, target: entry.target, result: receipt?.isComplete == true ? .ok : .failed,
                detail: receipt?.auditDetail ?? [])
        }
    }
}
