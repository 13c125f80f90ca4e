/// One result of the start-up check, for the log and for `sentiero doctor`.
public struct StartupFinding: Sendable, Equatable {
    public enum Status: String, Sendable {
        case ok
        /// Works, but something should be changed.
        case warning
        /// The process must not start.
        case failure
    }

    /// What was looked at, one word or two joined by a hyphen.
    public let name: String
    public let status: Status
    /// A sentence for a person; names what to change unless all is well.
    public let detail: String

    public init(_ name: String, _ status: Status, _ detail: String) {
        self.name = name
        self.status = status
        self.detail = detail
    }
}

/// Why a process must not start.
public struct StartupRefusal: Error, Sendable, CustomStringConvertible {
    public let failures: [StartupFinding]
    public var description: String { failures.map { "\($0.name): \($0.detail)" }.joined(separator: "\n") }
}
