/// The address of a webhook in its one written form: what is checked is what is called.
public struct WebhookURL: Sendable, Equatable {
    public static let longest = 2_000

    public let isSecure: Bool
    /// Lower-case; an IPv6 address without brackets.
    public let host: String
    /// nil: the scheme's own.
    public let port: Int?
    /// Path and query, beginning with `/`.
    public let path: String
    /// The host is an address, not a name.
    public let isAddress: Bool

    /// - Throws: a fault of the field `url`.
    public init(_ text: String) throws(AlertFault) {
        func fault(_ message: String) -> AlertFault { AlertFault("url", message) }
        guard !text.isEmpty else { throw fault("Give the address to call.") }
        guard text.utf8.count <= Self.longest else { throw fault("At most \(Self.longest) characters.") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            throw fault("Only characters an address may hold; write others as %20 and the like.")
        }
        let rest: Substring
        if let secure = Self.after("https://", text) {
            (isSecure, rest) = (true, secure)
        } else if let plain = Self.after("http://", text) {
            (isSecure, rest) = (false, plain)
        } else {
            throw fault("It must begin with https:// or http://.")
        }
        guard !rest.contains("#") else { throw fault("It must not have a fragment (#…): that is never sent.") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw fault("It must not have a user or password; the signature proves who called.") }
        let tail = rest[authority.endIndex...]
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        let portText: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw fault("The host's bracket is not closed.") }
            host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            portText = authority[authority.index(after: end)...]
            guard !host.contains("%"), AddressRule.bytes(of: host)?.count == 16 else { throw fault("“\(host)” is no IPv6 address.") }
            isAddress = true
        } else {
            let name = authority.prefix { $0 != ":" }
            host = name.lowercased()
            portText = authority[name.endIndex...]
            let isName = !host.isEmpty && host.utf8.allSatisfy { Identifier.isAllowed($0) || $0 == UInt8(ascii: ".") }
            guard isName, !host.hasPrefix("."), !host.contains("..") else { throw fault("“\(host)” is no host name.") }
            isAddress = AddressRule.bytes(of: host) != nil
        }
        if portText.isEmpty {
            port = nil
        } else {
            guard portText.hasPrefix(":"), let number = Int(portText.dropFirst()), (1...65_535).contains(number) else {
                throw fault("The port must be between 1 and 65535.")
            }
            port = number
        }
    }

    /// As an HTTP client takes it.
    public var text: String {
        let name = isAddress && host.contains(":") ? "[\(host)]" : host
        return (isSecure ? "https://" : "http://") + name + (port.map { ":\($0)" } ?? "") + path
    }

    private static func after(_ scheme: String, _ text: String) -> Substring? {
        text.prefix(scheme.count).lowercased() == scheme ? text.dropFirst(scheme.count) : nil
    }
}
