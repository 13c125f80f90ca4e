/// Whether the ACL user may run what the product runs.
struct AccessCheck {
    let client: RedisClient
    let schema: KeySchema

    /// What is sent outside scripts; what scripts call is read from their sources.
    private static let direct = [
        "XADD", "XRANGE", "XREVRANGE", "XLEN", "XREAD STREAMS", "HGETALL", "HMGET", "HGET", "ZRANGE", "ZCARD", "ZADD", "SET", "GET", "EXISTS",
    ]

    func finding() async throws(RedisError) -> StartupFinding {
        let names = Set(Self.direct).union(Scripts.all.flatMap(\.calledCommands)).sorted()
        do throws(RedisError) {
            var denied: Set<String> = []
            // Each shard has keys of its own, and an ACL may know only some.
            for shard in schema.allShards {
                let call = try Scripts.named("checkAccess").call(keys: [shard.outcomes])
                var filled = call
                for name in names { filled.append(name) }
                let reply = try await client.run(filled)
                denied.formUnion((reply.array ?? []).compactMap(\.string))
            }
            guard denied.isEmpty else {
                return StartupFinding(
                    "permissions", .failure,
                    "the Redis user may not run \(denied.sorted().joined(separator: ", ")) on keys that start with \(schema.prefix); grant "
                        + "~\(schema.prefix)* and these commands")
            }
            return StartupFinding("permissions", .ok, "the Redis user may run every command that is needed")
        } catch {
            guard error.code == .noPermission else { throw error }
            return StartupFinding(
                "permissions", .failure, "the Redis user needs +evalsha +evalsha_ro +script|load and ~\(schema.prefix)*: \(error.message)")
        }
    }
}

extension Script {
    /// Commands of which only a subcommand can be run or granted.
    private static let containers: Set<String> = ["XINFO", "XGROUP", "OBJECT", "MEMORY"]

    /// Names in `redis.call("NAME"` and `redis.pcall('NAME'`, with the subcommand where there is one.
    var calledCommands: [String] {
        source.split(separator: "call(").dropFirst().compactMap { rest in
            guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
            let words = rest.split(separator: quote, maxSplits: 3, omittingEmptySubsequences: true)
            guard let name = words.first?.uppercased(), name.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
            guard Self.containers.contains(name) else { return name }
            return words.count > 2 ? "\(name) \(words[2].uppercased())" : nil
        }
    }
}
