extension ProblemStore {
    /// The occurrences kept of a problem: pages by arrival, newest first, and each in the order of when it happened. A page that follows another misses none and repeats none, whatever arrives meanwhile.
    /// - Parameter before: `next` of the page before; anything else counts as none.
    public func occurrences(
        _ fingerprint: String, project: String, before: String? = nil, limit: Int
    ) async throws(RedisError) -> OccurrencePage {
        let streams = keys.allShards.map { (shard: $0.shard, key: $0.project(project).occurrences(fingerprint)) }
        var stream = MergedStream(redis: redis, keys: streams, before: before.flatMap(RecordID.init))
        let limit = max(1, limit)
        let records = try await stream.next(limit + 1)
        var opening = ReportOpening(keys: sessionKeys, project: project)
        var page = OccurrencePage()
        for record in records.prefix(limit) { page.occurrences.append(try await opening.occurrence(record, of: fingerprint)) }
        if records.count > limit { page.next = page.occurrences.last?.id }
        // Late reports arrive in another order than things happened.
        page.occurrences.sort { $0.atMs > $1.atMs }
        return page
    }

    /// What a session left of all problems, newest arrival first; what a legal hold keeps of it included.
    public func occurrences(ofSession session: String, project: String, limit: Int) async throws(RedisError) -> [Occurrence] {
        let left = try await SessionReports.read(session, project: project, redis: redis, keys: keys)
        let records = try await left.records(left.occurrences, limit: limit, redis: redis) { $0.occurrences($1 ?? "") }
        var opening = ReportOpening(keys: sessionKeys, project: project)
        var found: [Occurrence] = []
        for (reference, record) in records { found.append(try await opening.occurrence(record, of: reference.fingerprint ?? "")) }
        return found
    }
}
