/// Reads of one session: its row, its windows, its chunks, and why it is gone.
public struct SessionStore: Sendable {
    private let redis: RedisClient
    private let keys: KeySchema
    private let chunkIndexScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(redis: RedisClient, keys: KeySchema) throws(RedisError) {
        self.redis = redis
        self.keys = keys
        chunkIndexScript = try Scripts.named("chunkIndex")
    }

    /// What is known of a session id.
    public struct Finding: Sendable, Equatable {
        public let row: SessionRow?
        /// By last activity, oldest first.
        public let windows: [WindowRow]
        public let tombstone: Tombstone?
    }

    /// One round trip.
    /// - Throws: `RedisError` when Redis cannot be reached.
    public func find(_ session: String, project: String) async throws(RedisError) -> Finding {
        try await find([session], project: project)[session] ?? Finding(row: nil, windows: [], tombstone: nil)
    }

    /// Several sessions at once, in one round trip too.
    public func find(_ sessions: [String], project: String) async throws(RedisError) -> [String: Finding] {
        let commands = sessions.flatMap { session in
            let names = keys.project(project, ofSession: session)
            return [
                RedisCommand("HGETALL", names.session(session), isIdempotent: true),
                RedisCommand("HGETALL", names.windows(session), isIdempotent: true),
                RedisCommand("GET", names.erased(session), isIdempotent: true),
            ]
        }
        let replies = try await redis.send(commands)
        guard replies.count == commands.count else { return [:] }
        var findings: [String: Finding] = [:]
        for (number, session) in sessions.enumerated() {
            let row = SessionRow(id: session, fields: try replies[number * 3].fields())
            let windows = try replies[number * 3 + 1].fields().filter { !$0.key.hasSuffix(":batches") }
            findings[session] = Finding(
                row: row, windows: row == nil ? [] : WindowRow.windows(from: windows),
                tombstone: try replies[number * 3 + 2].text().map(Tombstone.init(value:)))
        }
        return findings
    }

    /// The chunks of a window without their events; empty when the window is unknown.
    public func chunkIndex(session: String, window: String, project: String) async throws(RedisError) -> ChunkIndex {
        let key = keys.project(project, ofSession: session).events(session, window)
        var entries: [ChunkIndex.Entry] = []
        var from = "-"
        // The script bounds its own work, so a short page is not the end; an empty one is.
        while true {
            let reply = try await redis.run(chunkIndexScript, keys: [key], arguments: [from, 1_000], isIdempotent: true)
            let page = try ChunkIndex.Entry.entries(reply)
            guard let last = page.last else { return ChunkIndex(entries: entries) }
            entries += page
            from = "(\(last.id)"
        }
    }

    /// Stored chunks by id, in the order asked for; one that is gone by now is left out.
    public func chunks(_ ids: [ChunkID], session: String, window: String, project: String) async throws(RedisError) -> [Chunk] {
        let key = keys.project(project, ofSession: session).events(session, window)
        let replies = try await redis.send(ids.map { RedisCommand("XRANGE", key, $0.description, $0.description, isIdempotent: true) })
        var chunks: [Chunk] = []
        for reply in replies { chunks += try reply.elements().compactMap(Chunk.init(entry:)) }
        return chunks
    }

    /// Chunks that arrived after one, in order of arrival.
    public func chunks(after id: ChunkID, limit: Int, session: String, window: String, project: String) async throws(RedisError) -> [Chunk] {
        let key = keys.project(project, ofSession: session).events(session, window)
        let reply = try await redis.send(RedisCommand("XRANGE", key, "(\(id)", "+", "COUNT", limit, isIdempotent: true))
        return try reply.elements().compactMap(Chunk.init(entry:))
    }
}
