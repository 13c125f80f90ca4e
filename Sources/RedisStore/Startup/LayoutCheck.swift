/// Shards and partitions decide where every session lives, so they are fixed by the first start (DESIGN.md section 3).
struct LayoutCheck {
    let client: RedisClient
    let schema: KeySchema

    /// - Parameter writes: records the layout when there is none.
    func finding(writes: Bool) async throws(RedisError) -> StartupFinding {
        let read = RedisCommand("HMGET", schema.layout, "shards", "partitions", isIdempotent: true)
        var stored = try await client.send(read)
        if stored.array?.contains(.null) ?? true {
            guard writes else {
                return StartupFinding("layout", .ok, "not written yet; the first start writes \(text(schema.shards, schema.partitions))")
            }
            stored = try await record(read)
        }
        guard let values = stored.array, values.count == 2, let shards = values[0].int, let partitions = values[1].int else {
            return StartupFinding("layout", .failure, "\(schema.layout) does not hold two numbers")
        }
        guard shards == schema.shards, partitions == schema.partitions else {
            return StartupFinding(
                "layout", .failure,
                "the data below \(schema.prefix) was first written with \(text(shards, partitions)), this process is configured with "
                    + "\(text(schema.shards, schema.partitions)); set SENTIERO_SHARDS=\(shards) and SENTIERO_PARTITIONS=\(partitions), or another SENTIERO_PREFIX"
            )
        }
        return StartupFinding("layout", .ok, text(shards, partitions))
    }

    /// One transaction: of two first starts with different numbers one wins with both of its numbers.
    private func record(_ read: RedisCommand) async throws(RedisError) -> RedisValue {
        let replies = try await client.send([
            RedisCommand("MULTI"),
            RedisCommand("HSETNX", schema.layout, "shards", schema.shards),
            RedisCommand("HSETNX", schema.layout, "partitions", schema.partitions),
            read,
            RedisCommand("EXEC"),
        ])
        // A refused HSETNX (OOM, READONLY, NOPERM) says more than the EXECABORT that follows.
        for reply in replies { _ = try reply.get() }
        return replies[4].array?.last ?? .null
    }

    private func text(_ shards: Int, _ partitions: Int) -> String {
        "\(shards) \(shards == 1 ? "shard" : "shards") of \(partitions) \(partitions == 1 ? "partition" : "partitions")"
    }
}
