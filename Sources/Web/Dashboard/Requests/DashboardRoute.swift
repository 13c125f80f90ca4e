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
    case maintenance
    case purgeBefore
    case purgeExpired
    case purgeProgress
    case install
    case installCheck

    /// - Parameter segments: decoded parts of the path below the mount.
    init?(_ segments: [String]) {
        switch segments.count {
        case 0: self = .sessions
        case 1 where segments[0] == "maintenance": self = .maintenance
        case 1 where segments[0] == "install": self = .install
        case 2 where segments == ["api", "install"]: self = .installCheck
        case 2 where segments == ["sessions", "bulk_delete"]: self = .bulkDelete
        case 2 where segments == ["maintenance", "purge-before"]: self = .purgeBefore
        case 2 where segments == ["maintenance", "purge-expired"]: self = .purgeExpired
        case 2 where segments[0] == "sessions": self = .session(segments[1])
        case 3 where segments == ["api", "sessions", "count"]: self = .sessionCount
        case 3 where segments == ["api", "maintenance", "purge"]: self = .purgeProgress
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
    static let patterns = [
        "", "sessions/bulk_delete", "sessions/:session", "sessions/:session/windows/:window", "api/sessions/count",
        "api/sessions/:session/windows/:window/events", "api/sessions/:session/windows/:window/chunks", "maintenance",
        "maintenance/purge-before", "maintenance/purge-expired", "api/maintenance/purge", "install", "api/install", "**",
    ]

    var methods: [HTTPRequest.Method] {
        switch self {
        case .sessions, .sessionCount, .events, .chunks, .maintenance, .purgeProgress, .install, .installCheck: [.get, .head]
        case .session, .window: [.get, .head, .delete]
        case .bulkDelete, .purgeBefore, .purgeExpired: [.post]
        }
    }

    var isJSON: Bool {
        switch self {
        case .sessionCount, .events, .chunks, .purgeProgress, .installCheck: true
        default: false
        }
    }

    var hasValidIDs: Bool {
        switch self {
        case .session(let session): Identifier.isValid(session)
        case .window(let session, let window), .events(let session, let window), .chunks(let session, let window):
            Identifier.isValid(session) && Identifier.isValid(window)
        default: true
        }
    }
}
