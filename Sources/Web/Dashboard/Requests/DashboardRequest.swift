import HTTPTypes
import Hummingbird

/// One request after the gate: what pages and actions need to know of it.
struct DashboardRequest: Sendable {
    let route: DashboardRoute
    /// `DELETE` also when a form said so with `_method=delete`.
    let method: HTTPRequest.Method
    let path: String
    let query: QueryString
    let headers: HTTPFields
    let cookies: Cookies
    let project: String
    /// Who the gate let in; nil when no login is configured.
    let user: String?
    let clientAddress: String?
    /// Names under which this server is reached, for the origin check.
    let hosts: [String]
    /// Whether the browser spoke https, as a trusted proxy tells.
    let isSecure: Bool
    let urls: DashboardURLs

    var acceptsHTML: Bool { Self.acceptsHTML(headers) }

    static func acceptsHTML(_ headers: HTTPFields) -> Bool { headers[.accept]?.contains("text/html") ?? false }
}
