import Crypto
import HTTPTypes
public import Hummingbird

/// Who may read `/metrics`: the dashboard's login, or the bearer of the metrics token (DESIGN.md section 7).
public struct MetricsAccess: Sendable {
    let basicAuth: BasicCredentials?
    let token: String?
    let isOpen: Bool

    public init(_ configuration: WebConfiguration) {
        self.init(basicAuth: configuration.basicAuth, token: configuration.metricsToken, isOpen: configuration.allowInsecureDashboard)
    }

    /// - Parameter isOpen: without login and token, everyone may read.
    public init(basicAuth: BasicCredentials?, token: String?, isOpen: Bool) {
        self.basicAuth = basicAuth
        self.token = token
        self.isOpen = isOpen
    }

    /// The refusal, or nil when the request may pass.
    public func refusal(of request: Request) -> Response? {
        guard basicAuth != nil || token != nil else {
            return isOpen ? nil : Self.plain(.forbidden, "Forbidden: set SENTIERO_METRICS_TOKEN or SENTIERO_BASIC_AUTH to read metrics")
        }
        let header = request.headers[.authorization]
        if basicAuth?.accepts(authorization: header) == true { return nil }
        if let token, let offered = AuthorizationHeader(header)?.value(scheme: "bearer"),
            SHA256.hash(data: Array(offered.utf8)) == SHA256.hash(data: Array(token.utf8))
        {
            return nil
        }
        var refusal = Self.plain(.unauthorized, "Unauthorized")
        refusal.headers[.wwwAuthenticate] = #"Basic realm="Sentiero""#
        return refusal
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
