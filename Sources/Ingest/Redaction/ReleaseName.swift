/// Names of releases that the patterns would take for secrets or for somebody's mail address. Without them no release would be told from another.
enum ReleaseName {
    private static let longest = 200

    /// A commit id (7 to 64 hexadecimal digits), or a name with a version behind an `@` (`shop@1.2.3-beta.rc`, `@acme/shop@v2.0`), and nothing else.
    static func staysReadable(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard bytes.count <= longest else { return false }
        if (7...64).contains(bytes.count), bytes.allSatisfy({ ByteClass.hexValue($0) != nil }) { return true }
        guard let at = bytes.lastIndex(of: Bytes.at) else { return false }
        var name = bytes[..<at]
        if name.first == Bytes.at { name = name.dropFirst() }
        return name.allSatisfy { isPart($0) || $0 == UInt8(ascii: "/") } && isVersion(bytes[bytes.index(after: at)...])
    }

    /// `1.2`, `v1.2.3-beta.rc+7`: what no domain is.
    private static func isVersion(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes.first == UInt8(ascii: "v") ? bytes.dropFirst() : bytes[...]
        let major = rest.prefix(while: ByteClass.isDigit)
        rest = rest.dropFirst(major.count)
        guard !major.isEmpty, rest.first == UInt8(ascii: "."), let minor = rest.dropFirst().first, ByteClass.isDigit(minor) else { return false }
        return rest.allSatisfy { isPart($0) || $0 == UInt8(ascii: "+") }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
