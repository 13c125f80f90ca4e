/// Why something sealed cannot be opened, or a wrapped key not be used.
public enum KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// No wrapped key lies at its name: destroyed, expired or lost.
    case missing
    /// Wrapped by a master key that is not configured here; its id.
    case unknownMaster(String)
    /// The bytes do not authenticate: altered, moved to another place, or sealed under a key that was replaced since.
    case damaged
    /// Sealed, and no master key is configured here at all.
    case notConfigured

    /// To be read after "cannot be decrypted: ".
    public var description: String {
        switch self {
        case .missing: "its key is gone"
        case .unknownMaster(let id): "its key needs the master key \(id), which is not configured here"
        case .damaged: "it was altered, or the key it was sealed with was replaced"
        case .notConfigured: "no encryption key is configured here"
        }
    }
}
