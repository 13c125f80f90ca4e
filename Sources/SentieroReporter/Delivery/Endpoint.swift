import Foundation

/// Where to report to: an address that the client can be given without it failing, or worse.
struct Endpoint: Hashable {
    /// Without trailing slashes.
    let base: String
    /// Reports and the key would travel readable over a network.
    let isExposed: Bool

    init?(_ text: String) {
        let base = String(text.reversed().drop { $0 == "/" }.reversed())
        guard base.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URL(string: base), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let authority = Authority(base.dropFirst(scheme.count)), let host = url.host()?.lowercased(),
            host == authority.host.lowercased(), url.query() == nil, url.fragment() == nil
        else { return nil }
        self.base = base
        isExposed = scheme == "http" && !Self.isLoopback(host)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}

/// `host`, `host:port`, `[address]:port`; users have no place here.
private struct Authority {
    /// Without brackets.
    let host: Substring

    /// - Parameter rest: of an address, from behind its scheme.
    init?(_ rest: Substring) {
        guard rest.hasPrefix("://") else { return nil }
        let text = rest.dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isBracketed = text.hasPrefix("[")
        let end = isBracketed ? text.firstIndex(of: "]") : text.firstIndex(of: ":") ?? text.endIndex
        guard let end else { return nil }
        host = isBracketed ? text[..<end].dropFirst() : text[..<end]
        guard !host.isEmpty, host.utf8.allSatisfy({ Self.isAllowed($0) || isBracketed && $0 == UInt8(ascii: ":") }) else { return nil }
        let port = isBracketed ? text[end...].dropFirst() : text[end...]
        guard port.isEmpty || port.first == ":" && Self.isPort(port.dropFirst()) else { return nil }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && (UInt16(text) ?? 0) > 0
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._".utf8.contains(byte)
        }
    }
}
