public import Logging

/// What was seen or changed, by whom (spec 03 section 1.10).
public struct AuditEntry: Sendable, Equatable {
    /// The actions of this surface.
    public enum Action: String, Sendable {
        case listSessions = "list_sessions"
        case viewSession = "view_session"
        case deleteSession = "delete_session"
        case eraseWhere = "erase_where"
        case purge
    }

    public let action: Action
    /// The login; nil without one.
    public let user: String?
    /// Reduced unless the operator chose otherwise.
    public let address: String?
    public let project: String
    public var session: String?
    public var window: String?
    /// For a purge: the day or the cut-off.
    public var dataset: String?
    public let path: String
}

/// Where audit entries go.
public struct Audit: Sendable {
    private let write: @Sendable (AuditEntry) -> Void

    public init(_ write: @escaping @Sendable (AuditEntry) -> Void) { self.write = write }

    /// One structured log line each.
    public static func log(_ logger: Logger) -> Audit {
        Audit { entry in
            var metadata: Logger.Metadata = ["action": "\(entry.action.rawValue)", "project": "\(entry.project)", "path": "\(entry.path)"]
            metadata["actor"] = entry.user.map { "\($0)" }
            metadata["ip"] = entry.address.map { "\($0)" }
            metadata["session"] = entry.session.map { "\($0)" }
            metadata["window"] = entry.window.map { "\($0)" }
            metadata["dataset"] = entry.dataset.map { "\($0)" }
            logger.info("audit", metadata: metadata)
        }
    }

    func callAsFunction(_ entry: AuditEntry) { write(entry) }
}
