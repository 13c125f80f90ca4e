/// Which addresses a webhook may be sent to: whoever may edit channels must not reach the network this runs in.
public enum AddressRule {
    /// Public addresses that are a cloud's own services all the same: Azure's.
    private static let metadata: [[UInt8]] = [[168, 63, 129, 16]]

    private static let privateBlocks: [(bytes: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24), ([192, 168], 16), ([198, 18], 15),
        // Multicast, reserved, broadcast.
        ([224], 3),
    ]

    /// Only 2000::/3 is given out; these parts of it are not the internet, or stand for other addresses.
    private static let closedBlocks: [(bytes: [UInt8], bits: Int)] = [([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32)]

    /// Whether an address in numbers is one of the public internet; false for anything that is no address.
    public static func isPublic(_ text: String) -> Bool {
        guard let bytes = bytes(of: text) else { return false }
        return bytes.count == 4 ? isPublic4(bytes) : isPublic6(bytes)
    }

    private static func isPublic4(_ bytes: [UInt8]) -> Bool {
        !metadata.contains(bytes) && !privateBlocks.contains { isIn($0, bytes) }
    }

    private static func isPublic6(_ bytes: [UInt8]) -> Bool {
        // IPv4 mapped into IPv6, and the addresses of the NAT64 and 6to4 translators: what they lead to counts.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return isPublic4(Array(bytes[12...])) }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return isPublic4(Array(bytes[12...])) }
        if bytes.starts(with: [0x20, 0x02]) { return isPublic4(Array(bytes[2..<6])) }
        return bytes[0] & 0xE0 == 0x20 && !closedBlocks.contains { isIn($0, bytes) }
    }

    private static func isIn(_ block: (bytes: [UInt8], bits: Int), _ address: [UInt8]) -> Bool {
        for (index, byte) in block.bytes.enumerated() {
            let bits = min(8, block.bits - index * 8)
            guard bits > 0 else { break }
            guard (address[index] ^ byte) >> UInt8(8 - bits) == 0 else { return false }
        }
        return true
    }

    /// 4 or 16 bytes; a zone (`%eth0`) is dropped.
    static func bytes(of text: String) -> [UInt8]? {
        if let octets = ClientAddress.ipv4(text[...].utf8) { return octets.map(UInt8.init) }
        return ClientAddress.ipv6(text.prefix { $0 != "%" }.utf8)?.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}
