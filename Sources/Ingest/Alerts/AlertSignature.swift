import Crypto

/// Proves to a webhook's receiver who called, and when.
public enum AlertSignature {
    public static let header = "Sentiero-Signature"
    public static let deliveryHeader = "Sentiero-Delivery"

    /// `t=<unix s>,v1=<hex HMAC-SHA256 of "t.body">`
    public static func value(body: String, secret: String, atSeconds: Int64) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(atSeconds).\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return "t=\(atSeconds),v1=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The id of a delivery follows from what it tells to whom: however often it is made, it is one.
public enum AlertDeliveryID {
    /// 32 hex digits.
    public static func make(rule: String, fingerprint: String, notice: String, channel: String) -> String {
        let hash = SHA256.hash(data: Array([rule, fingerprint, notice, channel].joined(separator: "\0").utf8))
        return hash.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// When a delivery that failed is tried again.
public enum RetryPlan {
    /// Seconds after the first, second, … failed attempt.
    public static let delays = [10, 60, 300, 1_800, 7_200, 21_600]

    /// - Parameter attempts: made so far, at least 1.
    /// - Returns: seconds until the next one; nil: it has failed.
    public static func delay(afterAttempts attempts: Int) -> Int? {
        delays.indices.contains(attempts - 1) ? delays[attempts - 1] : nil
    }
}
