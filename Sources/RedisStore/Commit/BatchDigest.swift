import Crypto

/// How a window remembers its last batch ids: 8 characters each, the first 48 bits of SHA-256 in base64url.
public enum BatchDigest {
    public static let length = 8
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public static func of(_ batchID: String) -> String {
        var hash = SHA256()
        hash.update(data: Array(batchID.utf8))
        let bits = hash.finalize().prefix(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let characters = (0..<UInt64(length)).map { alphabet[Int(bits >> (42 - 6 * $0) & 63)] }
        return String(decoding: characters, as: UTF8.self)
    }
}
