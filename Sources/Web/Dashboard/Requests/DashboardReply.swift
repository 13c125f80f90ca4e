import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with the headers their class needs (spec 03 section 1.2).
enum DashboardReply {
    /// What a page may load.
    enum Policy {
        case page
        /// Where a recording is rebuilt: its frame inherits this. Styles may be inline, for recorded ones are; scripts never. Nothing but the page's own script,
        /// style and data comes from here, or a recording could make the viewer's browser ask for pages with the viewer's login.
        case replay(assetOrigins: [String])

        var text: String {
            let sources =
                switch self {
                case .page:
                    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; frame-src 'self' blob:"
                case .replay(let origins):
                    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src "
                        + (["'self'", "'unsafe-inline'"] + origins).joined(separator: " ")
                        + ["img-src", "font-src", "media-src"].map { "; \($0) \((["data:"] + origins).joined(separator: " "))" }.joined()
                        + "; frame-src 'none'"
                }
            return sources + "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        }
    }

    static func page(_ html: String, status: HTTPResponse.Status = .ok, policy: Policy = .page) -> Response {
        var headers = common("text/html; charset=utf-8")
        headers[.contentSecurityPolicy] = policy.text
        // Names in recorded links would be looked up before anybody follows them; no policy covers that.
        headers[.dnsPrefetchControl] = "off"
        headers[.xFrameOptions] = "DENY"
        headers[.referrerPolicy] = "same-origin"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: common("application/json"), body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func text(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: common("text/plain; charset=utf-8"), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// - Parameter location: made by `DashboardURLs`, never by a request.
    static func redirect(_ location: String, status: HTTPResponse.Status = .found) -> Response {
        Response(status: status, headers: [.location: location, .cacheControl: "no-store"])
    }

    private static func common(_ type: String) -> HTTPFields {
        [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
    }
}

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a header name: \(name)") }
        return field
    }

    static let dnsPrefetchControl = known("x-dns-prefetch-control")
    static let xFrameOptions = known("x-frame-options")
    static let referrerPolicy = known("referrer-policy")
}
