/// What a wrapped key belongs to, read back from its name: the keys are found by a scan.
enum WrappedKeyName: Hashable, Sendable {
    case session(SessionReference)
    /// Eight digits.
    case ingest(day: String)
}

extension KeySchema {
    /// Matches the names of all wrapped keys, and perhaps others.
    var wrappedKeyPattern: String {
        let escaped = prefix.map { "*?[]\\^".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        return "\(escaped)*key:*"
    }

    /// nil for any other name.
    func wrappedKey(named name: String) -> (name: WrappedKeyName, key: RedisKey)? {
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, parts[0] == "ingestkey" { return (.ingest(day: parts[1]), ingestKey(day: parts[1])) }
        guard parts.count == 4, parts[2] == "key", let project = Self.decoded(parts[1]) else { return nil }
        let key = self.project(project, ofSession: parts[3]).dataKey(parts[3])
        // The shard is part of the name: one of another layout is none of ours.
        guard key.rawValue == name else { return nil }
        return (.session(SessionReference(project: project, session: parts[3])), key)
    }

    /// The reverse of `encoded`; nil for what that does not make.
    static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
