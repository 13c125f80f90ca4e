/// What one session left: `reports:<sid>`, and the copies a legal hold keeps.
struct SessionReports: Sendable {
    /// One occurrence, or without a fingerprint one server event.
    struct Reference: Hashable, Sendable {
        let fingerprint: String?
        let id: RecordID
    }

    let names: ProjectKeys
    private(set) var occurrences: [Reference] = []
    private(set) var events: [Reference] = []
    private var copies: [Reference: StreamRecord] = [:]

    static func read(_ session: String, project: String, redis: RedisClient, keys: KeySchema) async throws(RedisError) -> SessionReports {
        let shard = keys.place(project: project, session: session).shard
        let names = keys.shard(shard).project(project)
        let replies = try await redis.send([
            RedisCommand("HGETALL", names.reports(session), isIdempotent: true),
            RedisCommand("XRANGE", names.heldReports(session), "-", "+", isIdempotent: true),
        ])
        var reports = SessionReports(names: names)
        var seen: Set<Reference> = []
        for entry in try replies[1].unlessWrongType()?.array ?? [] {
            guard let copy = StreamRecord(shard: shard, entry: entry), let id = copy.text("id").flatMap(StreamID.init) else { continue }
            let reference = Reference(fingerprint: copy.text("fingerprint"), id: RecordID(shard: shard, entry: id))
            reports.copies[reference] = StreamRecord(id: reference.id, fields: copy.fields)
            seen.insert(reference)
        }
        for (field, value) in try replies[0].unlessWrongType()?.pairs ?? [] where field == "track" || field.hasPrefix("p:") {
            for word in (value.string ?? "").split(separator: " ") {
                // A user token is none.
                guard let id = StreamID(String(word)) else { continue }
                seen.insert(Reference(fingerprint: field == "track" ? nil : String(field.dropFirst(2)), id: RecordID(shard: shard, entry: id)))
            }
        }
        reports.occurrences = seen.filter { $0.fingerprint != nil }.sorted { $0.id > $1.id }
        reports.events = seen.filter { $0.fingerprint == nil }.sorted { $0.id > $1.id }
        return reports
    }

    private init(names: ProjectKeys) { self.names = names }

    /// The newest that are still there, at most `limit`.
    /// - Parameter key: the stream a fingerprint's entries lie in.
    func records(
        _ references: [Reference], limit: Int, redis: RedisClient, key: (ProjectKeys, String?) -> RedisKey
    ) async throws(RedisError) -> [(Reference, StreamRecord)] {
        var found: [(Reference, StreamRecord)] = []
        var rest = references[...]
        while found.count < limit, !rest.isEmpty {
            let block = rest.prefix(max(16, limit - found.count))
            rest = rest.dropFirst(block.count)
            let absent = block.filter { copies[$0] == nil }
            let replies = try await redis.send(
                absent.map { RedisCommand("XRANGE", key(names, $0.fingerprint), $0.id.entry, $0.id.entry, isIdempotent: true) })
            var stored: [Reference: StreamRecord] = [:]
            for (reference, reply) in zip(absent, replies) {
                guard let entry = try reply.unlessWrongType()?.array?.first else { continue }
                stored[reference] = StreamRecord(shard: reference.id.shard, entry: entry)
            }
            for reference in block { if let record = copies[reference] ?? stored[reference] { found.append((reference, record)) } }
        }
        return Array(found.prefix(max(0, limit)))
    }
}
