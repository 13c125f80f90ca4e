/// What Redis says about itself in INFO and CONFIG GET. Managed services forbid parts of it; what is missing is nil.
struct ServerFacts: Sendable {
    private static let settings = ["appendfsync", "save", "stream-node-max-bytes", "hash-max-listpack-value"]

    /// INFO fields.
    private(set) var info: [String: String] = [:]
    /// CONFIG values.
    private(set) var settings: [String: String] = [:]

    init(info: [String: String] = [:], settings: [String: String] = [:]) {
        self.info = info
        self.settings = settings
    }

    static func read(from client: RedisClient) async throws(RedisError) -> ServerFacts {
        var config = RedisCommand("CONFIG", "GET", isIdempotent: true)
        for name in settings { config.append(name) }
        // Not INFO without a section: its default leaves nothing out, but sections keep the reply small.
        let replies = try await client.send([
            RedisCommand("INFO", "server", isIdempotent: true), RedisCommand("INFO", "memory", isIdempotent: true),
            RedisCommand("INFO", "persistence", isIdempotent: true), config,
        ])
        var facts = ServerFacts()
        for reply in replies.prefix(3) {
            for line in (reply.string ?? "").split(whereSeparator: \.isNewline) {
                guard let colon = line.firstIndex(of: ":") else { continue }
                facts.info[String(line[..<colon])] = String(line[line.index(after: colon)...])
            }
        }
        for (field, value) in replies[3].pairs ?? [] { facts.settings[field] = value.string }
        return facts
    }

    /// Major and minor version; Valkey gives the Redis version it is compatible with.
    var version: (major: Int, minor: Int)? {
        let parts = (info["redis_version"] ?? "").split(separator: ".").compactMap { Int($0) }
        return parts.count >= 2 ? (parts[0], parts[1]) : nil
    }
}
