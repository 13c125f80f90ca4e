import Foundation
public import Hummingbird
import NIOCore

/// The proxies whose `X-Forwarded-*` headers are believed (`SENTIERO_TRUSTED_PROXIES`).
///
/// The original believes the header from anyone (spec 01 section 3.8), so that any client could choose its own address.
public struct TrustedProxies: Sendable, Equatable {
    private struct Block: Sendable, Equatable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let whole = bits / 8
            guard address.prefix(whole) == bytes.prefix(whole) else { return false }
            let rest = bits % 8
            return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
        }
    }

    private let blocks: [Block]

    /// - Parameter entries: addresses or CIDR blocks, IPv4 or IPv6.
    /// - Throws: `InvalidProxy` naming the entry that is neither.
    public init(_ entries: [String] = []) throws(InvalidProxy) {
        var blocks: [Block] = []
        for entry in entries {
            let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = parts.first, parts.count <= 2, let bytes = Self.bytes(of: String(first)) else { throw InvalidProxy(entry: entry) }
            let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let bits, (0...bytes.count * 8).contains(bits) else { throw InvalidProxy(entry: entry) }
            blocks.append(Block(bytes: bytes, bits: bits))
        }
        self.blocks = blocks
    }

    /// Nobody is trusted.
    public static var none: TrustedProxies { TrustedProxies(blocks: []) }

    private init(blocks: [Block]) { self.blocks = blocks }

    public func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }

    /// The client's address as text: the last element of `X-Forwarded-For` that no trusted proxy wrote, else the socket's peer.
    public func clientAddress(of request: Request, _ context: WebContext) -> String? {
        guard let peer = context.remoteAddress?.ipAddress else { return nil }
        guard contains(peer), let header = request.headers[.xForwardedFor] else { return peer }
        var client = peer
        for element in header.split(separator: ",").reversed() {
            client = Self.withoutPort(element.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace })
            if !contains(client) { break }
        }
        return client
    }

    /// Whether facts a proxy adds about the client are believed: from trusted proxies, or from anyone when none are configured, as in the
    /// original (spec 01 section 1.5).
    public func mayVouch(for context: WebContext) -> Bool {
        blocks.isEmpty || context.remoteAddress?.ipAddress.map(contains) ?? false
    }

    /// Whether the client spoke https: told by a trusted proxy, never by the client itself.
    public func isSecure(_ request: Request, _ context: WebContext) -> Bool {
        guard let peer = context.remoteAddress?.ipAddress, contains(peer) else { return false }
        return request.headers[values: .xForwardedProto].last?.lowercased() == "https"
    }

    /// Some proxies write `203.0.113.42:51234` or `[2001:db8::1]:51234`.
    static func withoutPort(_ element: Substring) -> String {
        if element.hasPrefix("[") { return String(element.dropFirst().prefix { $0 != "]" }) }
        guard let colon = element.firstIndex(of: ":"), element[..<colon].contains("."), !element[element.index(after: colon)...].contains(":") else {
            return String(element)
        }
        return String(element[..<colon])
    }

    /// 4 or 16 bytes; an IPv4 address mapped into IPv6 counts as IPv4.
    private static func bytes(of text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}

/// An entry of `trusted_proxies` that is neither an address nor a CIDR block.
public struct InvalidProxy: Error, Equatable, Sendable {
    public let entry: String
}
