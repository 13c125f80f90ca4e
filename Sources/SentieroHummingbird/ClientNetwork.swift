#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The network of a client: an IPv4 address with its last octet zero, an IPv6 address with its first 48 bits (spec 01, 3.8).
struct ClientNetwork {
    let text: String

    /// Nil when the text is no address. A zone (`%eth0`) and a port, which some proxies add, are left out.
    init?(_ text: String) {
        let address = String(Self.withoutPort(text.drop { $0 == " " }.prefix { $0 != " " }).prefix { $0 != "%" })
        var v4 = in_addr()
        if inet_pton(AF_INET, address, &v4) == 1 {
            self.text = withUnsafeBytes(of: &v4) { Self.quad($0) }
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
        self.text = withUnsafeMutableBytes(of: &v6) { bytes in
            // An IPv4 address within IPv6.
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                return Self.quad(UnsafeRawBufferPointer(rebasing: bytes[12...]))
            }
            var groups = (0..<3).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
            // All that follows is zero, and that is what `::` stands for.
            while groups.last == 0 { groups.removeLast() }
            return groups.map { String($0, radix: 16) }.joined(separator: ":") + "::"
        }
    }

    /// `203.0.113.7:4444`, `[2001:db8::1]:443`, `[2001:db8::1]`
    private static func withoutPort(_ text: Substring) -> Substring {
        let isBracketed = text.first == "["
        guard isBracketed || text.count(where: { $0 == ":" }) == 1, let end = text.lastIndex(of: isBracketed ? "]" : ":") else { return text }
        var port = isBracketed ? text[end...].dropFirst() : text[end...]
        if isBracketed, port.isEmpty { return text[..<end].dropFirst() }
        guard port.popFirst() == ":", UInt16(port) != nil else { return text }
        return isBracketed ? text[..<end].dropFirst() : text[..<end]
    }

    private static func quad(_ bytes: UnsafeRawBufferPointer) -> String { "\(bytes[0]).\(bytes[1]).\(bytes[2]).0" }
}
