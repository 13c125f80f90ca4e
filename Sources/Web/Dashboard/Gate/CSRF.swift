import Crypto
import HTTPTypes
import Hummingbird

/// Double-submit token (spec 03 section 1.6): the same 64 hex digits in a strict cookie and in the form body.
struct CSRF: Sendable {
    /// `__Secure-` needs https, so the name depends on the scheme.
    static func cookieName(isSecure: Bool) -> String { isSecure ? "__Secure-sentiero_csrf" : "sentiero_csrf" }

    /// The token of this browser: the one its cookie holds, so that a second tab does not invalidate the first; else a new one.
    static func token(cookies: Cookies, isSecure: Bool) -> (token: String, isNew: Bool) {
        if let value = cookies[cookieName(isSecure: isSecure)]?.value, isWellFormed(value) { return (value, false) }
        var generator = SystemRandomNumberGenerator()
        let token = (0..<4).map { _ in hex(generator.next()) }.joined()
        return (token, true)
    }

    /// Whether a form may change something.
    /// - Parameter hosts: names (with port) under which this server is reached: the request's own `Host`, and the configured public one.
    static func allows(form: QueryString, cookies: Cookies, headers: HTTPFields, hosts: [String], isSecure: Bool) -> Bool {
        guard isSameOrigin(headers, hosts), let sent = form["csrf_token"], let kept = cookies[cookieName(isSecure: isSecure)]?.value,
            isWellFormed(sent), isWellFormed(kept)
        else { return false }
        return SHA256.hash(data: Array(sent.utf8)) == SHA256.hash(data: Array(kept.utf8))
    }

    /// What the browser says of where the form stood. A client without these headers is no browser, and has no cookie to abuse.
    static func isSameOrigin(_ headers: HTTPFields, _ hosts: [String]) -> Bool {
        if let site = headers[.secFetchSite], site != "same-origin", site != "none" { return false }
        guard let origin = headers[.origin] else { return true }
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let host = origin[scheme.upperBound...].lowercased()
        return hosts.contains { $0.lowercased() == host }
    }

    private static func isWellFormed(_ token: String) -> Bool {
        token.utf8.count == 64
            && token.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
    }

    private static func hex(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
