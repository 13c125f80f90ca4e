import Foundation

/// Where mail is handed in: `smtp://user:password@host:587` (TLS when the server offers it) or `smtps://host:465` (TLS from the start).
public struct MailServer: Sendable, Equatable {
    public let host: String
    public let port: Int
    public let isSecure: Bool
    public let user: String?
    public let password: String?

    /// - Throws: what is wrong, without any part of the address.
    public init(_ text: String) throws(MailServerError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["smtp", "smtps"].contains(scheme) else {
            throw MailServerError(description: "must look like smtp://user:password@host:587 or smtps://host:465")
        }
        guard let host = parts.host, !host.isEmpty else { throw MailServerError(description: "names no host") }
        guard ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil else {
            throw MailServerError(description: "must not have a path; escape / ? # in the password as %2F %3F %23")
        }
        guard (parts.user == nil) == (parts.password == nil) else { throw MailServerError(description: "needs both user and password, or neither") }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        isSecure = scheme == "smtps"
        port = parts.port ?? (isSecure ? 465 : 587)
        user = parts.user
        password = parts.password
    }

    /// The same machine: nobody can listen on the way.
    var isLocal: Bool { ["localhost", "127.0.0.1", "::1"].contains(host.lowercased()) }
}

/// Why the address of a mail server cannot be used.
public struct MailServerError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}
