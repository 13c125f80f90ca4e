import HTTPTypes
import Ingest

/// Where a path below the mount leads (spec 03 section 1.3).
enum DashboardRoute: Equatable, Sendable {
    case sessions
    case sessionCount
    case session(String)
    case window(String, String)
    case events(String, String)
    case chunks(String, String)
    case bulkDelete
    case alerts
    case maintenance
    case purgeBefore
    case purgeExpired
    case purgeProgress
    case install
    case installCheck
    case erase
    case erasureProgress(String)
    case hold(String)
    case release(String)
    case audit
    case customEvents
    case customEvent(String)
    case issues
    case issue(String)
    case issueStatus(String)
    case issuesStatus
    /// A group id of the original's client errors, never a fingerprint.
    case issueGroup(String)
    case apiIssues
    case apiIssue(String)
    case apiErasures
    case apiErasure(String)
    case apiHold(String)

    /// - Parameter segments: decoded parts of the path below the mount.
    init?(_ segments: [String]) {
        switch segments.count {
        case 0: self = .sessions
        case 1 where segments[0] == "maintenance": self = .maintenance
        case 2 where segments == ["settings", "alerts"]: self = .alerts
        case 1 where segments[0] == "install": self = .install
        case 2 where segments == ["api", "install"]: self = .installCheck
        case 1 where segments[0] == "audit": self = .audit
        case 1 where segments[0] == "custom-events": self = .customEvents
        case 2 where segments[0] == "custom-events": self = .customEvent(segments[1])
        case 2 where segments == ["maintenance", "erase"]: self = .erase
        case 1 where segments[0] == "issues": self = .issues
        case 2 where segments == ["issues", "bulk_status"]: self = .issuesStatus
        case 2 where segments[0] == "issues": self = .issue(segments[1])
        case 3 where segments[..<2] == ["issues", "client"]: self = .issueGroup(segments[2])
        case 3 where segments[0] == "issues" && segments[2] == "status": self = .issueStatus(segments[1])
        case 3 where segments == ["api", "v1", "issues"]: self = .apiIssues
        case 4 where segments[..<3] == ["api", "v1", "issues"]: self = .apiIssue(segments[3])
        case 2 where segments == ["sessions", "bulk_delete"]: self = .bulkDelete
        case 2 where segments == ["maintenance", "purge-before"]: self = .purgeBefore
        case 2 where segments == ["maintenance", "purge-expired"]: self = .purgeExpired
        case 2 where segments[0] == "sessions": self = .session(segments[1])
        case 3 where segments == ["api", "sessions", "count"]: self = .sessionCount
        case 3 where segments == ["api", "maintenance", "purge"]: self = .purgeProgress
        case 3 where segments[0] == "sessions" && segments[2] == "hold": self = .hold(segments[1])
        case 3 where segments[0] == "sessions" && segments[2] == "release": self = .release(segments[1])
        case 3 where segments == ["api", "v1", "erasures"]: self = .apiErasures
        case 4 where segments[..<3] == ["api", "maintenance", "erasures"]: self = .erasureProgress(segments[3])
        case 4 where segments[..<3] == ["api", "v1", "erasures"]: self = .apiErasure(segments[3])
        case 5 where segments[..<3] == ["api", "v1", "sessions"] && segments[4] == "hold": self = .apiHold(segments[3])
        case 4 where segments[0] == "sessions" && segments[2] == "windows": self = .window(segments[1], segments[3])
        case 6 where segments[0] == "api" && segments[1] == "sessions" && segments[3] == "windows":
            switch segments[5] {
            case "events": self = .events(segments[2], segments[4])
            case "chunks": self = .chunks(segments[2], segments[4])
            default: return nil
            }
        default: return nil
        }
    }

    /// What the router is told, so that metrics have few labels. Order does not matter.
    private static let pages = [
        "sessions/bulk_delete", "sessions/:session", "sessions/:session/windows/:window", "sessions/:session/hold", "sessions/:session/release",
        "api/sessions/count", "api/sessions/:session/windows/:window/events", "api/sessions/:session/windows/:window/chunks", "maintenance",
        "maintenance/purge-before", "maintenance/purge-expired", "maintenance/erase", "api/maintenance/purge", "api/maintenance/erasures/:erasure",
        "audit", "api/v1/erasures", "api/v1/erasures/:erasure", "api/v1/sessions/:session/hold", "install", "api/install", "settings/alerts",
        "custom-events",
        "custom-events/:event",
        "issues", "issues/bulk_status", "issues/:issue", "issues/:issue/status", "issues/client/:group", "api/v1/issues", "api/v1/issues/:issue",
    ]

    /// The pages, and everything beside and below them: the router does not look for a wildcard further up once it went down a path, and
    /// what it does not know itself would be answered without the gate.
    static let patterns: [String] = {
        let paths = pages.flatMap { page in
            let parts = page.split(separator: "/")
            return (1...parts.count).map { parts.prefix($0).joined(separator: "/") }
        }
        // A parameter beside a wildcard takes everything already, and the router refuses the two together.
        let parents = paths.map { $0.split(separator: "/") }.filter { $0.last?.hasPrefix(":") ?? false }
        let beforeParameters = Set(parents.map { $0.dropLast().joined(separator: "/") })
        let wildcards = paths.filter { !beforeParameters.contains($0) }.map { $0 + "/**" }
        return Set(["", "**"] + paths + wildcards).sorted()
    }()

    var methods: [HTTPRequest.Method] {
        switch self {
        case .sessions, .sessionCount, .events, .chunks, .maintenance, .purgeProgress, .erasureProgress, .audit, .customEvents, .customEvent,
            .apiErasure, .install, .installCheck, .issues, .issue, .issueGroup, .apiIssues, .apiIssue:
            [.get, .head]
        case .alerts: [.get, .head, .post]
        case .apiHold: [.get, .head, .put, .delete]
        case .session, .window: [.get, .head, .delete]
        case .bulkDelete, .purgeBefore, .purgeExpired, .erase, .hold, .release, .apiErasures, .issueStatus, .issuesStatus: [.post]
        }
    }

    var isJSON: Bool {
        switch self {
        case .sessionCount, .events, .chunks, .purgeProgress, .erasureProgress, .installCheck: true
        default: isAPI
        }
    }

    /// For programs: no token, no page, every answer JSON.
    var isAPI: Bool {
        switch self {
        case .apiErasures, .apiErasure, .apiHold, .apiIssues, .apiIssue: true
        default: false
        }
    }

    var hasValidIDs: Bool {
        switch self {
        case .session(let session), .hold(let session), .release(let session), .apiHold(let session): Identifier.isValid(session)
        case .apiErasure(let id), .erasureProgress(let id), .customEvent(let id), .issue(let id), .issueStatus(let id), .apiIssue(let id):
            Identifier.isValid(id)
        case .window(let session, let window), .events(let session, let window), .chunks(let session, let window):
            Identifier.isValid(session) && Identifier.isValid(window)
        default: true
        }
    }
}
