import Crypto

/// The index of one user's sessions: dimension `user`, with a digest in place of the value, so that no key name shows who it is.
///
/// Exact: the digest is of the whole value as the page sent it, before redaction could make two users alike.
public enum UserToken {
    static let dimension = "user"
    static let prefix = "\(dimension):"

    /// - Parameters:
    ///   - key: the option `user_key`.
    ///   - value: a text, or a number as it was written.
    /// - Returns: the first 32 hexadecimal digits of SHA-256(key, NUL, value).
    public static func value(key: String, of value: String) -> String {
        var hash = SHA256()
        hash.update(data: Array(key.utf8))
        hash.update(data: [0])
        hash.update(data: Array(value.utf8))
        return hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A place in that index, for a commit.
    public static func dimension(key: String, of value: String) -> (dimension: String, value: String) {
        (dimension, Self.value(key: key, of: value))
    }
}

extension IndexToken {
    /// Of the sessions of one user.
    var isOfUser: Bool { rawValue.hasPrefix(UserToken.prefix) }
}

extension ProjectKeys {
    func by(userKey: String, of value: String) -> RedisKey { by(UserToken.dimension, UserToken.value(key: userKey, of: value)) }
}
