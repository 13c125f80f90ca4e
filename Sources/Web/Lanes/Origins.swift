import HTTPTypes
import Hummingbird

/// Which pages may send to the events lane (spec 01 section 1.4, with origin enforcement).
struct Origins: Sendable {
    private let listed: Set<String>
    private let enforced: Bool

    init(listed: [String], enforced: Bool) {
        self.listed = Set(listed)
        self.enforced = enforced && !listed.isEmpty
    }

    /// A request without `Origin` is not a browser's cross-origin request; the header cannot protect against other clients.
    func allows(_ request: Request) -> Bool {
        guard enforced, let origin = request.headers[.origin] else { return true }
        return listed.contains(origin) || Self.isSame(origin: origin, host: request.head.authority)
    }

    /// `vary` is there even when nothing matched, or a shared cache would hand one origin's answer to another.
    func addFields(to fields: inout HTTPFields, for request: Request) {
        guard !listed.isEmpty else { return }
        fields[.vary] = "Origin"
        if let origin = request.headers[.origin], listed.contains(origin) { fields[.accessControlAllowOrigin] = origin }
    }

    /// Host and port of the origin against the `Host` header; a missing port is the one of the origin's scheme.
    static func isSame(origin: String, host: String?) -> Bool {
        guard let host, let colon = origin.firstRange(of: "://") else { return false }
        let standardPort: Substring
        switch origin[..<colon.lowerBound].lowercased() {
        case "http": standardPort = "80"
        case "https": standardPort = "443"
        default: return false
        }
        let ours = split(host[...], standardPort)
        let theirs = split(origin[colon.upperBound...], standardPort)
        return !ours.host.isEmpty && ours == theirs
    }

    private static func split(_ authority: Substring, _ standardPort: Substring) -> (host: String, port: Substring) {
        // The colons of an IPv6 address stand in brackets, so only a colon behind the last bracket starts a port.
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[afterBracket...].lastIndex(of: ":") else { return (authority.lowercased(), standardPort) }
        return (authority[..<colon].lowercased(), authority[authority.index(after: colon)...])
    }
}
