/// Client addresses with the part removed that names a household (spec 01, 3.8).
public enum ClientAddress {
    /// An IPv4 address with its last octet zero (/24), or an IPv6 address with all but 48 bits zero, compressed.
    ///
    /// An IPv4 address mapped into IPv6 becomes IPv4. A zone (`%eth0`) is dropped. `nil` for what is not exactly an
    /// address, such as one with a port, a mask or leading zeros. Applying it twice changes nothing more.
    public static func anonymized(_ text: String) -> String? {
        var bytes = Substring(text).utf8
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        if let octets = ipv4(bytes) { return anonymized(octets) }
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") { bytes = bytes.dropFirst().dropLast() }
        if let percent = bytes.firstIndex(of: UInt8(ascii: "%")) {
            guard isZone(bytes[bytes.index(after: percent)...]) else { return nil }
            bytes = bytes[..<percent]
        }
        guard let groups = ipv6(bytes) else { return nil }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return anonymized([groups[6] >> 8, groups[6] & 0xFF, groups[7] >> 8, 0])
        }
        var kept = groups[..<3]
        while kept.last == 0 { kept.removeLast() }
        // At least the last five groups are zero, so they are the run that `::` stands for.
        return kept.map { String($0, radix: 16) }.joined(separator: ":") + "::"
    }

    private static func anonymized(_ octets: [UInt16]) -> String {
        "\(octets[0]).\(octets[1]).\(octets[2]).0"
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0
    }

    private static func isZone(_ bytes: Substring.UTF8View) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { Identifier.isAllowed($0) || $0 == UInt8(ascii: ".") }
    }

    /// Four decimal octets without leading zeros.
    static func ipv4(_ bytes: Substring.UTF8View) -> [UInt16]? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt16] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt16 = 0
            for byte in part {
                let digit = byte &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + UInt16(digit)
            }
            guard value <= 255 else { return nil }
            octets.append(value)
        }
        return octets
    }

    /// The eight groups of an address that may use `::` once and end in IPv4 form.
    static func ipv6(_ bytes: Substring.UTF8View) -> [UInt16]? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        // The longest is eight groups with `::` at an end, which splits into nine parts.
        guard (3...9).contains(parts.count) else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                // An empty part at an end belongs to a `::` there.
                if index == 0 {
                    guard parts[1].isEmpty else { return nil }
                } else if index == parts.count - 1 {
                    guard parts[index - 1].isEmpty else { return nil }
                } else {
                    guard gap == nil else { return nil }
                    gap = groups.count
                }
            } else if index == parts.count - 1, let octets = ipv4(part) {
                groups.append(octets[0] << 8 | octets[1])
                groups.append(octets[2] << 8 | octets[3])
            } else {
                guard let group = group(part) else { return nil }
                groups.append(group)
            }
        }
        guard let gap else { return groups.count == 8 ? groups : nil }
        guard groups.count < 8 else { return nil }
        groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        return groups
    }

    /// One to four hex digits.
    private static func group(_ part: Substring.UTF8View) -> UInt16? {
        guard part.count <= 4 else { return nil }
        var value: UInt16 = 0
        for byte in part {
            guard let digit = Bytes.hexValue(byte) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
