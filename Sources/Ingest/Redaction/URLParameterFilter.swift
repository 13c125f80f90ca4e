/// Decides by a query parameter's name whether it is dropped or kept untouched (spec 01 section 3.2).
struct URLParameterFilter: Sendable {
    enum Verdict: Equatable {
        case drop, keep, redact
    }

    /// Names whose values are credentials more often than not.
    static let builtInDenylist = [
        "token", "access_token", "refresh_token", "id_token", "password", "passwd", "pwd", "secret", "api_key", "apikey", "key",
        "sig", "signature", "code", "auth", "session", "sessionid", "otp",
    ]

    private static let maximumNameBytes = 256

    private let allowed: Set<[UInt8]>
    private let denied: Set<[UInt8]>
    /// Denied names as their letters and digits only, to compare with words of a name.
    private let deniedWords: Set<[UInt8]>

    init(allowlist: [String], denylist: [String]) {
        allowed = Set(allowlist.map { Array($0.lowercased().utf8) })
        denied = Set((Self.builtInDenylist + denylist).map { Array($0.lowercased().utf8) })
        deniedWords = Set(denied.map { $0.filter { Self.isAlphanumeric($0) } }.filter { !$0.isEmpty })
    }

    /// - Parameter raw: the name as written, not decoded.
    func verdict(_ raw: ArraySlice<UInt8>) -> Verdict {
        // Looking for words in it costs more than its bytes; no page has a use for such a name.
        if raw.count > Self.maximumNameBytes { return .drop }
        let lowered = raw.map(Self.lowercase)
        let decoded = PercentCoding.decodeAll(raw, layers: URLRedaction.maximumLayers)
        if denied.contains(lowered) || denied.contains(decoded.map(Self.lowercase)) { return .drop }
        if allowed.contains(lowered) { return .keep }
        return hasDeniedWord(decoded) ? .drop : .redact
    }

    /// `token[]`, `user_token`, `csrfToken`, `x-api-key` hold a denied name as one or several whole words.
    private func hasDeniedWord(_ name: [UInt8]) -> Bool {
        var words: [[UInt8]] = [[]]
        var previousIsLower = false
        for byte in name {
            let isUpper = (0x41...0x5A).contains(byte)
            if !Self.isAlphanumeric(byte) || (isUpper && previousIsLower) { words.append([]) }
            if Self.isAlphanumeric(byte) { words[words.count - 1].append(Self.lowercase(byte)) }
            previousIsLower = (0x61...0x7A).contains(byte)
        }
        words.removeAll(where: \.isEmpty)
        for first in words.indices {
            var joined: [UInt8] = []
            for word in words[first...].prefix(4) {
                joined += word
                if deniedWords.contains(joined) { return true }
            }
        }
        return false
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "_") && ByteClass.isWord(byte) || byte >= 0x80 }

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
}
