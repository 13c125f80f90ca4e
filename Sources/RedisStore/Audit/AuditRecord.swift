public import Foundation

/// What can be done that an audit log keeps (spec 01 section 7, spec 03 section 1.10, spec 06 section 8).
public enum AuditAction: String, Sendable, CaseIterable {
    case listSessions = "list_sessions"
    /// The replay page, and each page of events.
    case viewSession = "view_session"
    case deleteSession = "delete_session"
    /// Sessions named by id, on a person's request.
    case eraseSessions = "erase_sessions"
    /// All sessions of one user.
    case eraseUser = "erase_user"
    /// Sessions of a range of time.
    case eraseWhere = "erase_where"
    /// What is past retention.
    case purge
    case holdSession = "hold_session"
    case releaseSession = "release_session"
    case export
    case dropDeadLetters = "drop_dead_letters"
    case redriveDeadLetters = "redrive_dead_letters"
    /// Wrapped data keys got the current master key.
    case rewrapKeys = "rewrap_keys"
    case login
    case changeSettings = "change_settings"
    /// A rule or channel of alerts was made, changed, deleted or tested.
    case updateAlerts = "update_alerts"
    case viewAudit = "view_audit"
    case listEvents = "list_events"
    case viewEvent = "view_event"
    case listProblems = "list_problems"
    /// The page of a server's exception; of a browser's error.
    case viewProblem = "view_problem"
    case viewClientError = "view_client_error"
    case updateProblemStatus = "update_problem_status"
}

/// How it ended.
public enum AuditResult: String, Sendable, CaseIterable {
    case ok, denied, failed
}

/// A value of an entry's `detail`.
public enum AuditValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case flag(Bool)
}

/// Who saw or changed what: one entry of the audit log before it has its place in the chain.
public struct AuditRecord: Sendable {
    /// When it happened.
    public var at: Date
    public var action: AuditAction
    /// The login's name, `cli` or `system`; nil when nobody logged in.
    public var actor: String?
    /// The client's address, reduced as configured; nil where there is none.
    public var ip: String?
    /// nil for what belongs to no project.
    public var project: String?
    /// `session:<id>`, `user:<digest>`, `range:<since>..<until>`, …
    public var target: String?
    /// Of the request; nil for commands.
    public var path: String?
    public var result: AuditResult
    /// A few more facts, in this order. Never what was recorded.
    public var detail: [(String, AuditValue)]

    public init(
        _ action: AuditAction, actor: String?, ip: String? = nil, project: String? = nil, target: String? = nil, path: String? = nil,
        result: AuditResult = .ok, detail: [(String, AuditValue)] = [], at: Date = .now
    ) {
        self.at = at
        self.action = action
        self.actor = actor
        self.ip = ip
        self.project = project
        self.target = target
        self.path = path
        self.result = result
        self.detail = detail
    }
}

extension AuditRecord {
    /// Commands run on the host.
    public static let commandActor = "cli"
    /// What happens without anybody asking.
    public static let systemActor = "system"
}
