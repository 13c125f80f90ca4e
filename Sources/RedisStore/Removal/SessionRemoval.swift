import Ingest

/// Removes sessions: single ones, lists, ranges, and those past retention (spec 01 section 7). Every removal leaves a tombstone.
public struct SessionRemoval: Sendable {
    private let client: RedisClient
    private let schema: KeySchema
    /// How long a tombstone lives, s: max(retention, session max age), so that no late batch can outlive it.
    private let tombstoneSeconds: Int
    private let removeScript, removeWindowScript: Script
    private let deadLetters: DeadLetterErasure

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, tombstoneSeconds: Int) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.tombstoneSeconds = max(1, tombstoneSeconds)
        removeScript = try Scripts.named("removeSession")
        removeWindowScript = try Scripts.named("removeWindow")
        deadLetters = try DeadLetterErasure(client: client, schema: schema)
    }

    /// Removes the sessions of a list, all ids checked before anything is done. Ids that are not there get a tombstone too:
    /// their batches may still wait in the queue.
    /// - Parameter reason: `deleted` by a click, `erased` on a person's request.
    /// - Returns: counts of what was there.
    public func remove(
        _ sessions: [String], project: String, reason: RemovalReason, progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        for session in sessions where !Identifier.isValid(session) { throw .invalidSession(session) }
        var counts = RemovalCounts()
        for session in sessions {
            counts.add(try await remove(session, project: project, reason: reason))
            progress(counts)
        }
        counts.deadLetters = try await eraseLetters(of: sessions, project: project)
        return counts
    }

    /// Removes one session, its dead letters left; nil range: whatever its age.
    public func remove(
        _ session: String, project: String, reason: RemovalReason, range: RemovalRange? = nil
    ) async throws(SessionRemovalError) -> RemovedSession {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        do throws(RedisError) { return try await run(session, project: project, reason: reason, range: range).session } catch { throw .redis(error) }
    }

    /// Removes a window; with the last one its session. `updated_at` stays, so retention is not prolonged.
    public func removeWindow(_ window: String, session: String, project: String) async throws(SessionRemovalError) -> WindowRemoval {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        guard Identifier.isValid(window) else { throw .invalidWindow(window) }
        let names = schema.project(project, ofSession: session)
        do throws(RedisError) {
            let reply = try await client.run(
                removeWindowScript, keys: sessionKeys(names, session) + [names.events(session, window)],
                arguments: [names.base, session, window, tombstoneSeconds])
            guard let removal = reply.string.flatMap(WindowRemoval.init(rawValue:)) else {
                throw RedisError(.protocol, "removeWindow did not say what it did")
            }
            return removal
        } catch { throw .redis(error) }
    }

    /// Removes every session whose last update lies in the range, in batches, until none is left.
    /// - Parameter progress: called after each batch with the counts so far.
    public func remove(
        _ range: RemovalRange, project: String, reason: RemovalReason, batch: Int = 500, progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        var counts = RemovalCounts()
        do throws(RedisError) {
            for shard in schema.allShards {
                var passed = 0
                while true {
                    let page = try await page(shard.project(project), range: range, offset: passed, count: batch)
                    guard !page.isEmpty else { break }
                    for session in page {
                        let (removed, isKept) = try await run(session, project: project, reason: reason, range: range, shard: shard)
                        // What stays in the index would be met again.
                        if isKept { passed += 1 } else { counts.add(removed) }
                    }
                    counts.deadLetters += try await deadLetters.erase(page, project: project, shard: shard)
                    progress(counts)
                }
            }
        } catch { throw .redis(error) }
        return counts
    }

    /// Removes what is past retention; does nothing without retention.
    public func purgeExpired(
        retentionSeconds: Int?, nowMs: Int64, project: String, batch: Int = 500, progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        guard let retentionSeconds, retentionSeconds > 0 else { return RemovalCounts() }
        return try await purge(olderThanMs: nowMs - Int64(retentionSeconds) * 1000, project: project, batch: batch, progress: progress)
    }

    /// Removes sessions last updated strictly before `cutoff`, ms since 1970.
    public func purge(
        olderThanMs cutoff: Int64, project: String, batch: Int = 500, progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        let range = try RemovalRange(sinceMs: nil, untilMs: cutoff - 1)
        return try await remove(range, project: project, reason: .purged, batch: batch, progress: progress)
    }

    /// About how many sessions a range would remove, for a dry run: bounds are taken to the second, expired ones not yet swept are counted.
    public func count(_ range: RemovalRange, project: String) async throws(RedisError) -> Int {
        let (low, high) = scores(range)
        let replies = try await client.send(
            schema.allShards.map { RedisCommand("ZCOUNT", $0.project(project).sessions, low, high, isIdempotent: true) })
        var count = 0
        for reply in replies { count += try reply.get().int ?? 0 }
        return count
    }

    private func eraseLetters(of sessions: [String], project: String) async throws(SessionRemovalError) -> Int {
        var count = 0
        do throws(RedisError) {
            for (number, sessions) in Dictionary(grouping: sessions, by: { schema.place(project: project, session: $0).shard }) {
                count += try await deadLetters.erase(sessions, project: project, shard: schema.shard(number))
            }
        } catch { throw .redis(error) }
        return count
    }

    private func page(_ names: ProjectKeys, range: RemovalRange, offset: Int, count: Int) async throws(RedisError) -> [String] {
        let (low, high) = scores(range)
        let command = RedisCommand("ZRANGEBYSCORE", names.sessions, low, high, "LIMIT", offset, max(1, count), isIdempotent: true)
        return (try await client.send(command).array ?? []).compactMap(\.string)
    }

    /// Scores are whole seconds, rounded down.
    private func scores(_ range: RemovalRange) -> (low: String, high: String) {
        func second(_ ms: Int64) -> Int64 { ms >= 0 ? ms / 1000 : (ms - 999) / 1000 }
        return (range.sinceMs.map { "\(second($0))" } ?? "-inf", range.untilMs.map { "\(second($0))" } ?? "+inf")
    }

    private func sessionKeys(_ names: ProjectKeys, _ session: String) -> [RedisKey] {
        [
            names.session(session), names.windows(session), names.erased(session), names.sessions, names.sessionsByCreation,
            names.sessionsByEvents,
        ]
    }

    private func run(
        _ session: String, project: String, reason: RemovalReason, range: RemovalRange?, shard: ShardKeys? = nil
    ) async throws(RedisError) -> (session: RemovedSession, isKept: Bool) {
        let names = shard?.project(project) ?? schema.project(project, ofSession: session)
        let reply = try await client.run(
            removeScript, keys: sessionKeys(names, session),
            arguments: [
                names.base, session, reason.rawValue, tombstoneSeconds, range?.sinceMs.map { "\($0)" } ?? "",
                range?.untilMs.map { "\($0)" } ?? "",
            ])
        guard let values = reply.array, values.count >= 3, let state = values[0].string, let chunks = values[1].int, let events = values[2].int
        else { throw RedisError(.protocol, "removeSession did not return its list") }
        let keys = values.dropFirst(3).compactMap(\.string)
        let removed = RemovedSession(session: session, existed: state == "removed", chunks: chunks, events: events, keys: keys)
        return (removed, state == "kept")
    }
}

extension RemovalCounts {
    mutating func add(_ removed: RemovedSession) {
        guard removed.existed else { return }
        sessions += 1
        keys += removed.keys.count
        chunks += removed.chunks
        events += removed.events
    }
}
