/// How much a server event matters.
public enum ServerEventLevel: String, Sendable, Hashable, CaseIterable {
    case debug, info, warn, error
}

/// Something that happened on the server, shown beside the session it belongs to.
struct ServerEvent: Sendable {
    var name: String
    var level: ServerEventLevel
    var payload: [String: ReportValue]
    /// Seconds since 1970.
    var timestamp: Double
    var sessionID: String?
    let id: String

    /// As `POST /track` takes it (spec 01, section 6).
    var body: [String: ReportValue] {
        var body: [String: ReportValue] = [
            "name": .string(ReportLimits.cut(name.isEmpty ? "(unnamed)" : name, to: ReportLimits.nameCharacters)),
            "level": .string(level.rawValue),
            "payload": .object(ReportLimits.fitting(payload)),
            "timestamp": .double(timestamp),
            "batchId": .string(id),
        ]
        if let id = Identifier.valid(sessionID) { body["session_id"] = .string(id) }
        return body
    }
}
