/// Every link of the dashboard: the mount, a fixed path, validated ids and, with several projects, the project. Nothing from the request gets in.
struct DashboardURLs: Sendable {
    let mount: String
    /// nil with one project, whose name needs no mention.
    let project: String?

    private func url(_ path: String, _ parameters: [(String, String)] = []) -> String {
        var all = parameters
        if let project { all.append(("project", project)) }
        let query = all.map { "\(QueryString.encode($0.0))=\(QueryString.encode($0.1))" }.joined(separator: "&")
        return mount + path + (query.isEmpty ? "" : "?" + query)
    }

    func sessions(_ parameters: [(String, String)] = []) -> String { url("/", parameters) }
    var sessionCount: String { url("/api/sessions/count") }
    func session(_ session: String) -> String { url("/sessions/\(session)") }
    func deleteSession(_ session: String) -> String { url("/sessions/\(session)", [("_method", "delete")]) }
    func window(_ session: String, _ window: String, _ parameters: [(String, String)] = []) -> String {
        url("/sessions/\(session)/windows/\(window)", parameters)
    }
    func deleteWindow(_ session: String, _ window: String) -> String {
        url("/sessions/\(session)/windows/\(window)", [("_method", "delete")])
    }
    func events(_ session: String, _ window: String) -> String { url("/api/sessions/\(session)/windows/\(window)/events") }
    func chunks(_ session: String, _ window: String) -> String { url("/api/sessions/\(session)/windows/\(window)/chunks") }
    /// - Parameter list: what leads back to the list it was found in (`IssuesAddress.carried`).
    func issue(_ fingerprint: String, list: [(String, String)] = []) -> String { url("/issues/\(fingerprint)", list) }
    func customEvents(_ parameters: [(String, String)] = []) -> String { url("/custom-events", parameters) }
    func serverEvent(_ id: String) -> String { url("/custom-events/\(id)") }

    /// Ms a link to something that happened opens before it, so that a viewer sees what led to it.
    static let leadMs: Int64 = 10_000

    /// A replay shortly before a moment. Without a window the session's address finds the one that was open then.
    /// - Parameter atMs: since 1970.
    func moment(_ session: String, window: String?, atMs: Int64) -> String {
        url("/sessions/\(session)" + (window.map { "/windows/\($0)" } ?? ""), [("t", String(max(0, atMs - Self.leadMs)))])
    }
    var bulkDelete: String { url("/sessions/bulk_delete") }
    func hold(_ session: String) -> String { url("/sessions/\(session)/hold") }
    func release(_ session: String) -> String { url("/sessions/\(session)/release") }
    var erase: String { url("/maintenance/erase") }
    func erasureProgress(_ id: String) -> String { url("/api/maintenance/erasures/\(id)") }
    func audit(_ parameters: [(String, String)] = []) -> String { url("/audit", parameters) }
    func apiErasure(_ id: String) -> String { url("/api/v1/erasures/\(id)") }
    func alerts(_ parameters: [(String, String)] = []) -> String { url("/settings/alerts", parameters) }
    var maintenance: String { url("/maintenance") }
    var purgeBefore: String { url("/maintenance/purge-before") }
    var purgeExpired: String { url("/maintenance/purge-expired") }
    var install: String { url("/install") }
    var installCheck: String { url("/api/install") }
    func issues(_ parameters: [(String, String)] = []) -> String { url("/issues", parameters) }
    func occurrences(_ fingerprint: String, before: String, list: [(String, String)]) -> String {
        url("/issues/\(fingerprint)", [("before", before)] + list)
    }
    func issueStatus(_ fingerprint: String) -> String { url("/issues/\(fingerprint)/status") }
    var issuesStatus: String { url("/issues/bulk_status") }
    func apiIssue(_ fingerprint: String) -> String { url("/api/v1/issues/\(fingerprint)") }
    var purgeProgress: String { url("/api/maintenance/purge") }
}
