/// The path of an address: without scheme, host, query and fragment.
enum PagePath {
    /// An address that has no path, such as `about:blank`, stays what it is.
    static func of(_ address: [UInt8]) -> [UInt8] {
        let end = address.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? address.endIndex
        let rest = address[..<end]
        guard let host = hostStart(rest) else { return Array(rest) }
        guard let slash = rest[host...].firstIndex(of: UInt8(ascii: "/")) else { return [UInt8(ascii: "/")] }
        return Array(rest[slash...])
    }

    /// Scheme and host (`https://shop.test:8080`), in lower case; nil when the address has none.
    static func origin(_ address: some StringProtocol) -> String? {
        let bytes = Array(address.utf8)
        guard let host = hostStart(bytes[...]) else { return nil }
        let end = bytes[host...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
        return end > host ? String(decoding: bytes[..<end], as: UTF8.self).lowercased() : nil
    }

    /// Behind `scheme://`.
    private static func hostStart(_ address: ArraySlice<UInt8>) -> Int? {
        guard let colon = address.firstIndex(of: Bytes.colon), colon > address.startIndex,
            address[..<colon].allSatisfy({ ByteClass.flags[$0] & ByteClass.domain != 0 || $0 == UInt8(ascii: "+") }),
            address[colon...].dropFirst().starts(with: "//".utf8)
        else { return nil }
        return colon + 3
    }
}
