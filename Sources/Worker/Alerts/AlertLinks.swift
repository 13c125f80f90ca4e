import Foundation

/// Addresses of the dashboard as alerts tell them.
struct AlertLinks: Sendable {
    /// Ms a link to something that happened opens before it, as on the dashboard.
    private static let leadMs: Int64 = 10_000

    let address: String

    func issue(_ fingerprint: String, project: String) -> String { "\(address)/issues/\(fingerprint)?project=\(project)" }

    /// The replay shortly before the moment; nil without a session. All ids are of the id alphabet.
    func replay(_ session: String?, window: String?, atMs: Int64, project: String) -> String? {
        guard let session else { return nil }
        return "\(address)/sessions/\(session)" + (window.map { "/windows/\($0)" } ?? "") + "?t=\(max(0, atMs - Self.leadMs))&project=\(project)"
    }
}
