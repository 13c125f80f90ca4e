/// Reads the audit log, newest first, over all shards.
public struct AuditReader: Sendable {
    /// Some entries, and where to go on.
    public struct Page: Sendable {
        public let entries: [AuditLine]
        /// nil: nothing older matches.
        public let next: AuditPosition?
        /// The search ended at its bound: older entries may match although the page is not full.
        public let isCut: Bool
    }

    /// Lines looked at for one page, so that a rare filter holds nobody up.
    public static let maxScanned = 20_000
    private static let step = 200

    private let client: RedisClient
    private let schema: KeySchema
    private let maxScanned: Int

    public init(client: RedisClient, schema: KeySchema, maxScanned: Int = AuditReader.maxScanned) {
        self.client = client
        self.schema = schema
        self.maxScanned = maxScanned
    }

    /// One shard's lines, newest first, as far as they were fetched.
    private struct Source {
        let keys: ShardKeys
        /// The newest that may be fetched next; nil: there are no more.
        var from: String?
        var fetched: ArraySlice<(id: StreamID, line: String)> = []
    }

    /// - Parameter before: where the page before ended; nil for the newest.
    public func page(_ filter: AuditFilter = AuditFilter(), before: AuditPosition? = nil, limit: Int) async throws(RedisError) -> Page {
        var sources = shards(filter).map { Source(keys: $0, from: start($0.shard, before, filter.untilMs)) }
        var entries: [AuditLine] = []
        var scanned = 0
        while true {
            for index in sources.indices { try await fill(&sources[index], filter.sinceMs) }
            // Of two with the same id the higher shard counts as newer, as positions do.
            let next = sources.indices.filter { !sources[$0].fetched.isEmpty }.max {
                guard let left = sources[$0].fetched.first?.id, let right = sources[$1].fetched.first?.id else { return false }
                return (left, sources[$0].keys.shard) < (right, sources[$1].keys.shard)
            }
            guard let next, let raw = sources[next].fetched.popFirst() else { return Page(entries: entries, next: nil, isCut: false) }
            scanned += 1
            let position = AuditPosition(id: raw.id, shard: sources[next].keys.shard)
            if let entry = AuditLine(shard: position.shard, id: raw.id, line: raw.line), filter.matches(entry) { entries.append(entry) }
            guard entries.count < limit, scanned < maxScanned else {
                let isMore = try await hasMore(&sources, filter.sinceMs)
                return Page(entries: entries, next: isMore ? position : nil, isCut: isMore && entries.count < limit)
            }
        }
    }

    private func shards(_ filter: AuditFilter) -> [ShardKeys] {
        guard let projects = filter.projects else { return schema.allShards }
        let numbers = Set(projects.map { AuditTrail.shard(of: $0, in: schema).shard })
        return schema.allShards.filter { numbers.contains($0.shard) }
    }

    private func start(_ shard: Int, _ before: AuditPosition?, _ untilMs: Int64?) -> String {
        let until = untilMs.map { "\(max(0, $0))" } ?? "+"
        guard let before else { return until }
        // A bound in the past of the position is the narrower one.
        if let untilMs, untilMs < Int64(clamping: before.id.milliseconds) { return until }
        return shard < before.shard ? "\(before.id)" : "(\(before.id)"
    }

    private func fill(_ source: inout Source, _ sinceMs: Int64?) async throws(RedisError) {
        guard source.fetched.isEmpty, let from = source.from else { return }
        let till = sinceMs.map { "\(max(0, $0))" } ?? "-"
        let command = RedisCommand("XREVRANGE", source.keys.audit, from, till, "COUNT", Self.step, isIdempotent: true)
        let lines = (try await client.send(command).array ?? []).compactMap(Self.line)
        source.fetched = lines[...]
        source.from = lines.count < Self.step ? nil : lines.last.map { "(\($0.id)" }
    }

    private func hasMore(_ sources: inout [Source], _ sinceMs: Int64?) async throws(RedisError) -> Bool {
        for index in sources.indices {
            try await fill(&sources[index], sinceMs)
            if !sources[index].fetched.isEmpty { return true }
        }
        return false
    }

    /// An entry of the stream; one without a line reads as an empty line, so that it is not passed over.
    static func line(_ reply: RedisValue) -> (id: StreamID, line: String)? {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string.flatMap(StreamID.init) else { return nil }
        return (id, parts[1].pairs?.first { $0.field == "line" }?.value.string ?? "")
    }
}
