/// The dead streams of all shards: list, show, re-drive, drop. Outcomes follow (`docs/keys.md`).
public struct DeadLetters: Sendable {
    /// Letters read at once; a body can have a MiB.
    private static let pageSize = 16
    private let client: RedisClient
    private let schema: KeySchema
    private let redriveScript, dropScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        redriveScript = try Scripts.named("redriveDead")
        dropScript = try Scripts.named("dropDead")
    }

    /// How many there are.
    public func count() async throws(RedisError) -> Int {
        let replies = try await client.send(schema.allShards.map { RedisCommand("XLEN", $0.dead, isIdempotent: true) })
        var count = 0
        for reply in replies { count += try reply.get().int ?? 0 }
        return count
    }

    /// Letters that match, oldest first within each shard, at most `limit`.
    public func list(_ filter: DeadLetterFilter = DeadLetterFilter(), limit: Int = .max) async throws(RedisError) -> [DeadLetter] {
        var found: [DeadLetter] = []
        for shard in schema.allShards {
            var from = "-"
            while found.count < limit {
                let page = try await page(shard, from: from)
                found += page.filter(filter.matches).prefix(limit - found.count)
                guard page.count == Self.pageSize, let last = page.last else { break }
                from = "(\(last.id)"
            }
        }
        return found
    }

    /// The letter with that id; without a shard, the first shard that has one.
    public func show(_ id: StreamID, shard: Int? = nil) async throws(RedisError) -> DeadLetter? {
        for keys in schema.allShards where shard == nil || shard == keys.shard {
            let command = RedisCommand("XRANGE", keys.dead, id, id, isIdempotent: true)
            let reply = try await client.send(command)
            if let letter = reply.array?.first.flatMap({ DeadLetter(shard: keys.shard, reply: $0) }) { return letter }
        }
        return nil
    }

    /// Puts a letter back into its partition. False when it is gone, or has no content to put back.
    @discardableResult
    public func redrive(_ letter: DeadLetter) async throws(RedisError) -> Bool {
        let shard = schema.shard(letter.shard)
        // By its session; what names none goes where it came from.
        let place = letter.session.isEmpty ? nil : schema.place(project: letter.project, session: letter.session)
        let partition = place?.shard == letter.shard ? place?.partition : letter.partition
        guard let partition, (0..<schema.partitions).contains(partition) else { return false }
        var arguments: [any RedisArgument] = [letter.id]
        arguments += DeadLetter.ownFields.map { $0 as any RedisArgument }
        let reply = try await client.run(redriveScript, keys: [shard.dead, shard.outcomes, shard.ingest(partition)], arguments: arguments)
        return reply.array?.isEmpty == false
    }

    /// Drops a letter for good. False when it was gone.
    @discardableResult
    public func drop(_ letter: DeadLetter) async throws(RedisError) -> Bool {
        let shard = schema.shard(letter.shard)
        return try await client.run(dropScript, keys: [shard.dead, shard.outcomes], arguments: [letter.id]).int == 1
    }

    /// Re-drives all that match now; those that die again meanwhile are not taken twice.
    /// - Parameter progress: called after each page with the number so far.
    public func redriveAll(
        _ filter: DeadLetterFilter = DeadLetterFilter(), progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(RedisError) -> Int {
        try await each(filter, progress: progress) { letter throws(RedisError) in try await redrive(letter) }
    }

    /// Drops all that match now.
    /// - Parameter progress: called after each page with the number so far.
    public func dropAll(
        _ filter: DeadLetterFilter = DeadLetterFilter(), progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(RedisError) -> Int {
        try await each(filter, progress: progress) { letter throws(RedisError) in try await drop(letter) }
    }

    private func each(
        _ filter: DeadLetterFilter, progress: @Sendable (Int) -> Void, _ act: (DeadLetter) async throws(RedisError) -> Bool
    ) async throws(RedisError) -> Int {
        var count = 0
        for shard in schema.allShards {
            let newest = try await client.send(RedisCommand("XREVRANGE", shard.dead, "+", "-", "COUNT", 1, isIdempotent: true))
            guard let end = newest.array?.first.flatMap({ DeadLetter(shard: shard.shard, reply: $0) })?.id else { continue }
            var from = "-"
            while true {
                let page = try await page(shard, from: from)
                for letter in page where letter.id <= end && filter.matches(letter) {
                    if try await act(letter) { count += 1 }
                }
                progress(count)
                guard page.count == Self.pageSize, let last = page.last, last.id < end else { break }
                from = "(\(last.id)"
            }
        }
        return count
    }

    private func page(_ shard: ShardKeys, from: String) async throws(RedisError) -> [DeadLetter] {
        let command = RedisCommand("XRANGE", shard.dead, from, "+", "COUNT", Self.pageSize, isIdempotent: true)
        return (try await client.send(command).array ?? []).compactMap { DeadLetter(shard: shard.shard, reply: $0) }
    }
}
