/// Why a Redis call has no result.
public struct RedisError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The connection broke after the command was written: it may or may not have run.
        case connectionLost
        /// There was no connection in time: the command was not sent.
        case notConnected
        /// No reply within the command timeout: the command may or may not have run.
        case timeout
        /// Too many commands or bytes are waiting: the command was not sent.
        case queueFull
        /// The calling task was cancelled: the command may or may not have run.
        case cancelled
        /// The client was shut down.
        case shutdown
        /// The peer does not speak RESP as expected, or a reply has not the expected shape.
        case `protocol`
        /// A script of ours is not embedded or could not be assembled, or was called with a wrong number of keys.
        case scriptUnavailable
        /// The key that data is to be sealed with cannot be used: no master key here opens it, or something else lies at its name.
        case keyUnavailable

        /// `OOM`: above `maxmemory`.
        case outOfMemory
        case noScript
        case wrongType
        /// `LOADING`: Redis reads its data set from disk.
        case loading
        /// `READONLY`: a replica.
        case readOnly
        case noAuth
        case wrongPassword
        /// `NOPERM`: the ACL user lacks a permission.
        case noPermission
        /// `BUSY`: a script runs for too long.
        case busy
        /// `MISCONF`: Redis cannot persist and refuses writes.
        case misconfigured
        /// An error of one of our scripts, `SENTIERO <CODE> text`.
        case script(String)
        /// Any other error of the server, by its first word.
        case server(String)
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The typed form of an error reply (without its leading `-`).
    public init(reply: String) {
        let words = reply.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        let first = words.first.map(String.init) ?? ""
        message = reply
        code =
            switch first {
            case "SENTIERO": .script(words.count > 1 ? String(words[1]) : "")
            case "OOM": .outOfMemory
            case "NOSCRIPT": .noScript
            case "WRONGTYPE": .wrongType
            case "LOADING": .loading
            case "READONLY": .readOnly
            case "NOAUTH": .noAuth
            case "WRONGPASS": .wrongPassword
            case "NOPERM": .noPermission
            case "BUSY": .busy
            case "MISCONF": .misconfigured
            default: .server(first)
            }
    }

    /// Redis itself is away or cannot serve now; the same call may succeed later. Not a fault of the content.
    public var isTransient: Bool {
        switch code {
        case .connectionLost, .notConnected, .timeout, .queueFull, .outOfMemory, .loading, .readOnly, .busy, .misconfigured: true
        case .server(let prefix): ["CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "NOREPLICAS", "UNKILLABLE"].contains(prefix)
        default: false
        }
    }

    public var description: String { "\(code): \(message)" }
}
