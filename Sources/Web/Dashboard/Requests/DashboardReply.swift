import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with the headers their class needs (spec 03 section 1.2).
enum DashboardReply {
    /// Styles may be inline only where a recording is rebuilt: its own `<style>` elements inherit the page's policy. Scripts never.
    static func policy(allowsInlineStyle: Bool) -> String {
        "default-src 'self'; script-src 'self'; style-src 'self'\(allowsInlineStyle ? " 'unsafe-inline'" : ""); img-src 'self' data:; "
            + "font-src 'self' data:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    }

    static func page(_ html: String, status: HTTPResponse.Status = .ok, allowsInlineStyle: Bool = false) -> Response {
        var headers = common("text/html; charset=utf-8")
        headers[.contentSecurityPolicy] = policy(allowsInlineStyle: allowsInlineStyle)
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
    static func redirect(_ location: String) -> Response {
        Response(status: .found, headers: [.location: location, .cacheControl: "no-store"])
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

    static let xFrameOptions = known("x-frame-options")
    static let referrerPolicy = known("referrer-policy")
}
