/// Occurrences and server events that no session leads to: those reported without one, and those whose recording has expired or was evicted. An erasure
/// by time takes them by their arrival (spec 01 section 7, residue 4).
struct UnattachedReports: Sendable {
    private static let step = 500
    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script
    private let alerts: AlertDeliveries

    /// - Throws: `scriptUnavailable`.
    init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        script = try Scripts.named("eraseUnattached")
        alerts = try AlertDeliveries(redis: client, keys: schema)
    }

    /// - Parameters:
    ///   - range: of arrival.
    ///   - dryRun: counts only.
    func erase(_ range: RemovalRange, project: String, dryRun: Bool = false) async throws(RedisError) -> (occurrences: Int, serverEvents: Int) {
        var occurrences = 0
        var serverEvents = 0
        for shard in schema.allShards {
            let names = shard.project(project)
            let reply = try await client.send([RedisCommand("ZRANGE", names.problems, 0, -1, isIdempotent: true)])
            for fingerprint in (try reply[0].unlessWrongType()?.array ?? []).compactMap(\.string) {
                occurrences += try await pages(names.occurrences(fingerprint), of: fingerprint, names, range, dryRun: dryRun)
            }
            serverEvents += try await pages(names.track, of: "", names, range, dryRun: dryRun)
        }
        if !dryRun { try await alerts.eraseUnattached(range, project: project) }
        return (occurrences, serverEvents)
    }

    private func pages(
        _ stream: RedisKey, of fingerprint: String, _ names: ProjectKeys, _ range: RemovalRange, dryRun: Bool
    ) async throws(RedisError) -> Int {
        // No stream id is of before 1970.
        guard range.untilMs ?? 0 >= 0 else { return 0 }
        let (since, until) = (range.sinceMs.map { "\(max(0, $0))" } ?? "-", range.untilMs.map { "\($0)" } ?? "+")
        var found = 0
        var from = since
        while !from.isEmpty {
            let reply = try await client.run(
                script, keys: [stream], arguments: [names.base, fingerprint, since, until, from, Self.step, dryRun ? "count" : "erase"])
            guard let values = reply.array, values.count == 2, let count = values[0].int, let next = values[1].string else {
                throw RedisError(.protocol, "eraseUnattached did not return its list")
            }
            found += count
            from = next
        }
        return found
    }
}
