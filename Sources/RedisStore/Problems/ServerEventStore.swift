import Ingest

/// The server events of a project, merged over all shards, newest arrival first.
public struct ServerEventStore: Sendable {
    /// Entries read at once; a payload has at most some KiB.
    private static let step = 500

    private let redis: RedisClient
    private let keys: KeySchema
    private let sessionKeys: SessionKeys?

    /// - Parameter sessionKeys: open sealed payloads; nil where nothing is encrypted.
    public init(redis: RedisClient, keys: KeySchema, sessionKeys: SessionKeys? = nil) {
        self.redis = redis
        self.keys = keys
        self.sessionKeys = sessionKeys
    }

    /// One page of what matches.
    /// - Throws: `RedisError` when Redis cannot be reached.
    public func page(_ query: ServerEventQuery, project: String) async throws(RedisError) -> ServerEventPage {
        let perPage = max(1, query.perPage)
        let (skip, isBeyond) = (max(1, query.page) - 1).multipliedReportingOverflow(by: perPage)
        guard !isBeyond, skip < .max - perPage - 1 else { return ServerEventPage() }
        let records = try await records(query, project: project, skip: skip, limit: perPage + 1)
        let shown = try await events(records.prefix(perPage), project: project)
        return ServerEventPage(events: shown.sorted { $0.atMs > $1.atMs }, hasNext: records.count > perPage)
    }

    /// The newest that match, for figures over the whole list.
    /// - Returns: whether there are more than `limit`.
    public func scan(
        _ query: ServerEventQuery, project: String, limit: Int = 10_000
    ) async throws(RedisError) -> (events: [ServerEvent], isCapped: Bool) {
        let records = try await records(query, project: project, skip: 0, limit: max(1, limit) + 1)
        return (try await events(records.prefix(max(1, limit)), project: project).sorted { $0.atMs > $1.atMs }, records.count > limit)
    }

    /// One event; nil when it is not there (any more).
    public func find(_ id: String, project: String) async throws(ServerEventStoreError) -> ServerEvent? {
        guard let record = RecordID(id) else { throw .malformedID }
        guard record.shard < keys.shards else { return nil }
        do throws(RedisError) {
            let key = keys.shard(record.shard).project(project).track
            let reply = try await redis.send([RedisCommand("XRANGE", key, record.entry, record.entry, isIdempotent: true)])
            let found = try reply[0].unlessWrongType()?.array?.first.flatMap { StreamRecord(shard: record.shard, entry: $0) }
            return try await events([found].compactMap(\.self)[...], project: project).first
        } catch { throw .redis(error) }
    }

    /// What a session's servers sent, what a legal hold keeps of it included.
    public func ofSession(_ session: String, project: String, limit: Int) async throws(RedisError) -> [ServerEvent] {
        let left = try await SessionReports.read(session, project: project, redis: redis, keys: keys)
        let records = try await left.records(left.events, limit: limit, redis: redis) { names, _ in names.track }
        return try await events(records.map(\.1)[...], project: project)
    }

    private func records(_ query: ServerEventQuery, project: String, skip: Int, limit: Int) async throws(RedisError) -> [StreamRecord] {
        var shards = keys.allShards
        // A session's events lie with it.
        if let session = query.session { shards = [keys.shard(keys.place(project: project, session: session).shard)] }
        var stream = MergedStream(redis: redis, keys: shards.map { ($0.shard, $0.project(project).track) })
        let text = query.search.map(TextSearch.init)
        var found: [StreamRecord] = []
        var passed = 0
        while found.count < limit {
            let block = try await stream.next(query.isOpen ? min(Self.step, skip - passed + limit - found.count) : Self.step)
            for record in block where query.matches(record, text) {
                if passed < skip { passed += 1 } else if found.count < limit { found.append(record) }
            }
            guard !block.isEmpty else { break }
        }
        return found
    }

    private func events(_ records: ArraySlice<StreamRecord>, project: String) async throws(RedisError) -> [ServerEvent] {
        var opening = ReportOpening(keys: sessionKeys, project: project)
        var events: [ServerEvent] = []
        for record in records { events.append(try await opening.serverEvent(record)) }
        return events
    }
}

extension ServerEventQuery {
    /// Nothing is filtered.
    fileprivate var isOpen: Bool { name == nil && search == nil && level == nil && session == nil && since == nil && until == nil }

    fileprivate func matches(_ record: StreamRecord, _ text: TextSearch?) -> Bool {
        if let name, record.text("name") != name { return false }
        if let level, record.text("level") != level.rawValue { return false }
        if let session, record.text("session") != session { return false }
        let seconds = Double(record.atMs) / 1000
        if let since, seconds <= since { return false }
        if let until, seconds > until { return false }
        return text?.matches(record.text("name") ?? "") ?? true
    }
}
