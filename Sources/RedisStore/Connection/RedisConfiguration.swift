import Foundation

/// How to reach Redis and what this product does with it.
public struct RedisConfiguration: Sendable, Hashable {
    public var host = "127.0.0.1"
    public var port = 6379
    /// Path of a Unix socket; wins over host and port.
    public var unixSocket: String?
    /// ACL user; nil means the `default` user.
    public var username: String?
    public var password: String?
    public var database = 0
    /// Shown by `CLIENT LIST`. No spaces.
    public var clientName = "sentiero"
    /// For resolving, connecting and the handshake together.
    public var connectTimeoutMs = 1_000
    /// From the call to its reply, so callers learn within this time that Redis is away.
    public var commandTimeoutMs = 900
    /// How long a command waits for a connection at most; nil: as long as for its reply. Shorter where replies may take long, but nobody
    /// should wait as long for a Redis that is not there.
    public var connectionWaitMs: Int?
    /// First and longest pause between attempts to connect; each is shortened by up to half at random.
    public var minBackoffMs = 20
    public var maxBackoffMs = 1_000
    /// Bounds of what waits to be written or answered; above them calls fail with `queueFull`.
    public var maxPendingCommands = 16_384
    public var maxPendingBytes = 64 << 20

    /// Put before every key.
    public var prefix = "sentiero:"
    public var shards = 1
    public var partitions = 8

    public init() {}

    /// From `redis://[[user]:password@]host[:port][/database]` or `unix://[[user]:password@]/path[?db=n]`; parts are percent-decoded.
    public init(url: String) throws(RedisConfigurationError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else { throw .invalidURL }
        username = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        if username != nil, password == nil { throw .userWithoutPassword }
        switch scheme {
        case "redis":
            // URLComponents keeps the brackets of an IPv6 address.
            let name = (parts.host ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            if !name.isEmpty { host = name }
            if let number = parts.port { port = number }
            guard (1...65_535).contains(port) else { throw .invalidPort }
            let path = parts.path.drop { $0 == "/" }
            if !path.isEmpty { database = try Self.database(String(path)) }
        case "unix":
            guard !parts.path.isEmpty, parts.path != "/" else { throw .missingSocketPath }
            unixSocket = parts.path
            if let number = parts.queryItems?.first(where: { $0.name == "db" })?.value { database = try Self.database(number) }
        case "rediss": throw .tlsUnsupported
        default: throw .unknownScheme(scheme)
        }
    }

    /// How long an outage lasts before commands fail at once (ms).
    var patienceMs: Int { min(connectionWaitMs ?? commandTimeoutMs, commandTimeoutMs) }

    /// The key names this configuration leads to.
    public func keySchema() throws(KeySchemaError) -> KeySchema {
        try KeySchema(prefix: prefix, shards: shards, partitions: partitions)
    }

    private static func database(_ text: String) throws(RedisConfigurationError) -> Int {
        guard let number = Int(text), number >= 0 else { throw .invalidDatabase }
        return number
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The address without the password.
    public var description: String {
        let user = password == nil ? "" : "\(username ?? ""):***@"
        if let unixSocket { return "unix://\(user)\(unixSocket)?db=\(database)" }
        let name = host.contains(":") ? "[\(host)]" : host
        return "redis://\(user)\(name):\(port)/\(database)"
    }
}

/// Why a Redis URL cannot be used. Carries no part of the URL that could hold a password.
public enum RedisConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidURL
    case unknownScheme(String)
    case tlsUnsupported
    case userWithoutPassword
    case invalidPort
    case invalidDatabase
    case missingSocketPath

    public var description: String {
        switch self {
        case .invalidURL: "not a URL; expected redis://host:port/database or unix:///path"
        case .unknownScheme(let scheme): "unknown scheme \(scheme); expected redis or unix"
        case .tlsUnsupported: "rediss (TLS) is not supported; use a local TLS proxy and redis:// or unix://"
        case .userWithoutPassword: "a user needs a password: redis://user:password@host"
        case .invalidPort: "the port is not between 1 and 65535"
        case .invalidDatabase: "the database is not a number of at least 0"
        case .missingSocketPath: "a Unix socket needs a path: unix:///run/redis/redis.sock"
        }
    }
}
