/// Removes sessions one by one, each in one step of Redis, and finds those of a range.
struct RemovalStep: Sendable {
    let client: RedisClient
    let schema: KeySchema
    /// How long a tombstone lives, s.
    let tombstoneSeconds: Int
    private let keys: SessionKeys?
    private let script: Script
    private let alerts: AlertDeliveries

    /// - Parameter keys: of encrypted sessions; nil where nothing is encrypted.
    /// - Throws: `scriptUnavailable`.
    init(client: RedisClient, schema: KeySchema, tombstoneSeconds: Int, keys: SessionKeys?) throws(RedisError) {
        self.keys = keys
        self.client = client
        self.schema = schema
        self.tombstoneSeconds = max(1, tombstoneSeconds)
        script = try Scripts.named("removeSession")
        alerts = try AlertDeliveries(redis: client, keys: schema)
    }

    /// Leaves tombstones, and ends the keys of encrypted sessions, of those that are to go and are not held. Their rows stay until `remove`: what is
    /// interrupted in between is found again.
    /// - Returns: the sessions that have one, and names of keys that ended.
    func mark(
        _ sessions: [String], project: String, reason: RemovalReason, range: RemovalRange? = nil
    ) async throws(RedisError) -> (sessions: [String], keys: [String]) {
        var marked: [String] = []
        var ended: [String] = []
        for session in sessions {
            let names = schema.project(project, ofSession: session)
            let reply = try await client.run(
                script, keys: Self.keys(names, session), arguments: arguments(names, session, reason: reason, range: range) + ["mark"])
            guard reply.array?.first?.string == "marked" else { continue }
            marked.append(session)
            ended += try await endKey(project, session)
        }
        return (marked, ended)
    }

    private func arguments(
        _ names: ProjectKeys, _ session: String, reason: RemovalReason, range: RemovalRange?
    ) -> [any RedisArgument] {
        [
            names.base, session, reason.rawValue, tombstoneSeconds, range?.sinceMs.map { "\($0)" } ?? "", range?.untilMs.map { "\($0)" } ?? "",
        ]
    }

    /// - Parameters:
    ///   - range: nil removes whatever its age.
    ///   - indexes: where the session was found besides its row, and must not be found again.
    func remove(
        _ session: String, project: String, reason: RemovalReason, range: RemovalRange? = nil, indexes: [RedisKey] = []
    ) async throws(RedisError) -> RemovedSession {
        let removed = try await take(session, project: project, reason: reason, range: range, indexes: indexes)
        // Again for one that is gone already, as with its key.
        if removed.state == .removed || removed.state == .absent { try await alerts.erase([session], project: project) }
        return removed
    }

    /// Removes it, but not what alerts told of it.
    private func take(
        _ session: String, project: String, reason: RemovalReason, range: RemovalRange?, indexes: [RedisKey] = []
    ) async throws(RedisError) -> RemovedSession {
        let names = schema.project(project, ofSession: session)
        let reply = try await client.run(
            script, keys: Self.keys(names, session) + indexes, arguments: arguments(names, session, reason: reason, range: range))
        guard let values = reply.array, values.count >= 5, let state = values[0].string.flatMap(RemovalState.init(rawValue:)),
            let chunks = values[1].int, let events = values[2].int, let occurrences = values[3].int, let serverEvents = values[4].int
        else { throw RedisError(.protocol, "removeSession did not return its list") }
        var removed = values.dropFirst(5).compactMap(\.string)
        // Again for one that is gone already: its key may have been out of reach when it went.
        if state == .removed || (state == .absent && range == nil) { removed += try await endKey(project, session) }
        return RemovedSession(
            session: session, state: state, chunks: chunks, events: events, occurrences: occurrences, serverEvents: serverEvents, keys: removed)
    }

    /// Ends the session's key in a Redis of its own. After the tombstone: nobody can make it anew.
    /// - Returns: its name, when there was one.
    func endKey(_ project: String, _ session: String) async throws(RedisError) -> [String] {
        guard let keys, try await keys.destroy(project: project, sessions: [session]) > 0 else { return [] }
        return [schema.project(project, ofSession: session).dataKey(session).rawValue]
    }

    /// Removes every session whose last update lies in the range, shard by shard in batches, until none is left.
    /// - Parameters:
    ///   - before: called with the ids of a batch that is about to go.
    ///   - visit: called with each batch.
    func remove(
        _ range: RemovalRange, project: String, reason: RemovalReason, batch: Int,
        before: ([String]) async throws(RedisError) -> Void = { _ in },
        visit: (ShardKeys, [RemovedSession]) async throws(RedisError) -> Void
    ) async throws(RedisError) {
        for shard in schema.allShards {
            var passed = 0
            while true {
                let page = try await page(shard.project(project), range: range, offset: passed, count: batch)
                guard !page.isEmpty else { break }
                try await before(page)
                var removed: [RemovedSession] = []
                for session in page { removed.append(try await take(session, project: project, reason: reason, range: range)) }
                try await alerts.erase(Set(removed.lazy.filter { $0.state == .removed }.map(\.session)), project: project)
                // What stays in the index would be met again.
                passed += removed.count { $0.state == .kept || $0.state == .held }
                try await visit(shard, removed)
            }
        }
    }

    /// Ids by last update, oldest first. Bounds are taken to the second; ids whose row has expired are among them.
    func page(_ names: ProjectKeys, range: RemovalRange, offset: Int, count: Int) async throws(RedisError) -> [String] {
        let (low, high) = range.scores
        let command = RedisCommand("ZRANGEBYSCORE", names.sessions, low, high, "LIMIT", offset, max(1, count), isIdempotent: true)
        return (try await client.send(command).array ?? []).compactMap(\.string)
    }

    /// The keys every removal of a session declares.
    static func keys(_ names: ProjectKeys, _ session: String) -> [RedisKey] {
        [
            names.session(session), names.windows(session), names.erased(session), names.sessions, names.sessionsByCreation,
            names.sessionsByEvents,
        ]
    }
}

extension RemovalRange {
    /// Scores are whole seconds, rounded down.
    var scores: (low: String, high: String) {
        func second(_ ms: Int64) -> Int64 { ms >= 0 ? ms / 1000 : (ms - 999) / 1000 }
        return (sinceMs.map { "\(second($0))" } ?? "-inf", untilMs.map { "\(second($0))" } ?? "+inf")
    }

    /// Both inclusive.
    func contains(_ ms: Int64) -> Bool { (sinceMs ?? .min) <= ms && ms <= (untilMs ?? .max) }
}
