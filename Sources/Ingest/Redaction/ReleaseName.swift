/// Names of releases that the patterns would take for secrets or for somebody's mail address. Without them no release would be told from another.
enum ReleaseName {
    private static let longest = 200

    /// A commit id: 7 to 64 hexadecimal digits and nothing else. Not without a letter: a card's number has none.
    static func isCommitID(_ bytes: some Collection<UInt8>) -> Bool {
        (7...64).contains(bytes.count) && bytes.allSatisfy { ByteClass.hexValue($0) != nil } && !bytes.allSatisfy(ByteClass.isDigit)
    }

    /// A commit id, or a name with a version behind an `@` (`shop@1.2.3-beta.rc`, `@acme/shop@v2.0`), and nothing else.
    static func staysReadable(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard bytes.count <= longest else { return false }
        if isCommitID(bytes) { return true }
        guard let at = bytes.lastIndex(of: Bytes.at) else { return false }
        var name = bytes[..<at]
        if name.first == Bytes.at { name = name.dropFirst() }
        return name.allSatisfy { isPart($0) || $0 == UInt8(ascii: "/") } && isVersion(bytes[bytes.index(after: at)...])
    }

    /// `1.2`, `v1.2.3-beta.rc+7`: numbers and dots, as no domain is; letters only behind a dash or plus.
    private static func isVersion(_ bytes: some Collection<UInt8>) -> Bool {
        let rest = bytes.first == UInt8(ascii: "v") ? bytes.dropFirst() : bytes[...]
        let numbers = rest.prefix { ByteClass.isDigit($0) || $0 == UInt8(ascii: ".") }
        let parts = numbers.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty }) else { return false }
        let tail = rest.dropFirst(numbers.count)
        guard let mark = tail.first else { return true }
        return (mark == UInt8(ascii: "-") || mark == UInt8(ascii: "+")) && tail.allSatisfy { isPart($0) || $0 == UInt8(ascii: "+") }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
