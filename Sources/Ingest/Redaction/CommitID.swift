/// What many name their releases by. Long ones look like secrets; without them no release would be told from another.
enum CommitID {
    /// 7 to 64 hexadecimal digits and nothing else.
    static func isOne(_ bytes: some Collection<UInt8>) -> Bool {
        (7...64).contains(bytes.count) && bytes.allSatisfy { ByteClass.hexValue($0) != nil }
    }
}
