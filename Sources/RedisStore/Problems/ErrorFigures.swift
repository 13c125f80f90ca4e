/// How much the store holds of errors, over all projects.
public struct ErrorFigures: Sendable, Equatable {
    /// Distinct by project.
    public var problems = 0
    public var serverEvents = 0

    /// A few round trips per project. What has expired and is not swept yet counts.
    public static func read(redis: RedisClient, keys: KeySchema) async throws(RedisError) -> ErrorFigures {
        var figures = ErrorFigures()
        var shards: [String: [ProjectKeys]] = [:]
        for shard in keys.allShards {
            let reply = try await redis.send([RedisCommand("SMEMBERS", shard.projects, isIdempotent: true)])
            for project in (try reply[0].unlessWrongType()?.array ?? []).compactMap(\.string) {
                shards[project, default: []].append(shard.project(project))
            }
        }
        for names in shards.values {
            let replies = try await redis.send(names.map { RedisCommand("XLEN", $0.track, isIdempotent: true) })
            for reply in replies { figures.serverEvents += try reply.unlessWrongType()?.int ?? 0 }
            if names.count == 1 {
                let reply = try await redis.send([RedisCommand("ZCARD", names[0].problems, isIdempotent: true)])
                figures.problems += try reply[0].unlessWrongType()?.int ?? 0
                continue
            }
            var distinct: Set<String> = []
            for reply in try await redis.send(names.map { RedisCommand("ZRANGE", $0.problems, 0, -1, isIdempotent: true) }) {
                distinct.formUnion((try reply.unlessWrongType()?.array ?? []).compactMap(\.string))
            }
            figures.problems += distinct.count
        }
        return figures
    }
}
