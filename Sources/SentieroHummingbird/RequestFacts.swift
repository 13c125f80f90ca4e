import HTTPTypes
import Hummingbird
import SentieroReporter

/// What of a request goes into the context of reports. Never headers or bodies.
struct RequestFacts {
    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")

    let method: String
    let path: String
    let params: [String: ReportValue]
    /// Of the client, its network only.
    let ip: String?
    let cookies: Cookies

    init(_ request: Request, address: String?, trustedProxies: Int) {
        method = request.method.rawValue
        path = PercentEncoding.readable(path: request.uri.path)
        params = Self.params(request.uri.query ?? "") ?? [:]
        ip =
            Self.client(address: address, forwarded: Self.forwardedFor.map { request.headers[values: $0] } ?? [], trustedProxies: trustedProxies)
            .flatMap(ClientNetwork.init)?.text
        cookies = request.cookies
    }

    func context(_ configuration: ReporterConfiguration) -> [String: ReportValue] {
        var context: [String: ReportValue] = [
            "request": [
                "method": .string(method), "path": .string(path), "params": .object(params), "ip": ip.map(ReportValue.string) ?? .null,
            ]
        ]
        if let session = cookies[configuration.sessionCookieName]?.value, !session.isEmpty { context["session_id"] = .string(session) }
        if let window = cookies[configuration.windowCookieName]?.value, !window.isEmpty { context["window_id"] = .string(window) }
        return context
    }

    /// A query as forms write it; the last of several values counts. Nil when it is not properly encoded.
    static func params(_ query: String) -> [String: ReportValue]? {
        var params: [String: ReportValue] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.form(parts[0]), let value = PercentEncoding.form(parts.count > 1 ? parts[1] : "") else { return nil }
            params[name] = .string(value)
        }
        return params
    }

    /// The client as the outermost of our proxies saw it: each appends who called it.
    static func client(address: String?, forwarded: [String], trustedProxies: Int) -> String? {
        guard trustedProxies > 0 else { return address }
        let chain: [Substring] = forwarded.flatMap { $0.split(separator: ",") }.map { $0.drop { $0 == " " } }
        return chain.isEmpty ? address : String(chain[max(chain.count - trustedProxies, 0)])
    }
}
