/// Why a session is gone (docs/keys.md, `erased:<sid>`).
public struct Tombstone: Sendable, Equatable {
    public let reason: RemovalReason
    /// Seconds since 1970.
    public let at: Double?

    /// - Parameter value: the reason, a space, the time in seconds.
    public init(value: String) {
        let parts = value.split(separator: " ")
        reason = parts.first.flatMap { RemovalReason(rawValue: String($0)) } ?? .erased
        at = parts.count > 1 ? Double(parts[1]) : nil
    }
}
