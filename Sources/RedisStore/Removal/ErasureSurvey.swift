/// Counts what an erasure would take, without touching it.
struct ErasureSurvey: Sendable {
    private static let batch = 200
    let client: RedisClient
    let schema: KeySchema
    let step: RemovalStep
    let deadLetters: DeadLetterErasure
    let queue: QueueErasure
    let unattached: UnattachedReports
    let countScript: Script

    func count(_ selection: ErasureSelection, project: String, userKey: String) async throws(RedisError) -> ErasureReceipt {
        var receipt = ErasureReceipt()
        switch selection {
        case .sessions(let sessions):
            let places = Dictionary(grouping: Set(sessions), by: { schema.place(project: project, session: $0) })
            for (place, sessions) in places {
                let found = try await look(at: sessions, project: project, range: nil, receipt: &receipt)
                receipt.queued += try await queue.pass(place, project: project, sessions: found, mode: .look).left
                receipt.deadLetters += try await deadLetters.count(found, project: project, shard: schema.shard(place.shard))
            }
        case .user(let value):
            for shard in schema.allShards {
                let index = shard.project(project).by(userKey: userKey, of: value)
                let ids = (try await client.send(RedisCommand("ZRANGE", index, 0, -1, isIdempotent: true)).array ?? []).compactMap(\.string)
                try await look(at: ids, in: shard, project: project, range: nil, receipt: &receipt)
            }
            receipt.pending = try await queue.count(in: try await queue.waiting(untilMs: nil).keys)
        case .range(let range):
            for shard in schema.allShards {
                var passed = 0
                while true {
                    let ids = try await step.page(shard.project(project), range: range, offset: passed, count: Self.batch)
                    guard !ids.isEmpty else { break }
                    passed += ids.count
                    try await look(at: ids, in: shard, project: project, range: range, receipt: &receipt)
                }
            }
            let reports = try await unattached.erase(range, project: project, dryRun: true)
            receipt.occurrences += reports.occurrences
            receipt.serverEvents += reports.serverEvents
            receipt.pending = try await queue.count(in: try await queue.waiting(untilMs: range.untilMs).keys)
        }
        return receipt
    }

    private func look(
        at ids: [String], in shard: ShardKeys, project: String, range: RemovalRange?, receipt: inout ErasureReceipt
    ) async throws(RedisError) {
        let found = try await look(at: ids, project: project, range: range, receipt: &receipt)
        receipt.deadLetters += try await deadLetters.count(found, project: project, shard: shard)
    }

    /// - Returns: the ids that would go, those of which nothing is left included.
    private func look(
        at ids: [String], project: String, range: RemovalRange?, receipt: inout ErasureReceipt
    ) async throws(RedisError) -> [String] {
        var found: [String] = []
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let part = Array(ids[start..<min(start + Self.batch, ids.count)])
            let replies = try await client.send(
                part.flatMap { id in
                    let names = schema.project(project, ofSession: id)
                    return [
                        RedisCommand("HMGET", names.session(id), "rev", "held", "updated_at", isIdempotent: true),
                        RedisCommand("HKEYS", names.windows(id), isIdempotent: true),
                        RedisCommand("EXISTS", names.dataKey(id), names.reports(id), names.heldReports(id), isIdempotent: true),
                    ]
                })
            var doomed: [String] = []
            for (index, id) in part.enumerated() {
                let row = try replies[3 * index].get().array ?? []
                let windows = (try replies[3 * index + 1].get().array ?? []).compactMap(\.string).filter { !$0.contains(":") }
                if let range, let updated = row.last?.string.flatMap(Double.init), !range.contains(Int64((updated * 1000).rounded())) { continue }
                if row.count == 3, !row[1].isNull {
                    receipt.held += 1
                    continue
                }
                doomed.append(id)
                let keys = (row.first?.isNull == false ? 1 : 0) + (windows.isEmpty ? 0 : windows.count + 1) + (replies[3 * index + 2].int ?? 0)
                receipt.keys += keys
                if keys > 0 { receipt.sessions += 1 }
            }
            try await countReports(of: doomed, project: project, receipt: &receipt)
            found += doomed
        }
        return found
    }

    private func countReports(of sessions: [String], project: String, receipt: inout ErasureReceipt) async throws(RedisError) {
        var calls: [ScriptCall] = []
        for session in sessions {
            let names = schema.project(project, ofSession: session)
            var call = try countScript.call(keys: [names.reports(session)])
            call.append(contentsOf: [names.base, session])
            calls.append(call)
        }
        for reply in try await client.run(calls) {
            let counts = try reply.get().array ?? []
            receipt.occurrences += counts.first?.int ?? 0
            receipt.serverEvents += counts.last?.int ?? 0
        }
    }
}
