import Ingest

/// Removes sessions: single ones, lists, ranges, and those past retention (spec 01 section 7). Every removal leaves a tombstone.
public struct SessionRemoval: Sendable {
    private let client: RedisClient
    private let schema: KeySchema
    private let step: RemovalStep
    private let removeWindowScript: Script
    private let deadLetters: DeadLetterErasure
    private let problems: ProblemRemoval

    /// - Parameters:
    ///   - tombstoneSeconds: how long a tombstone lives: max(retention, session max age), so that no late batch can outlive it.
    ///   - keys: of encrypted sessions, which end with them; nil where nothing is encrypted.
    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, tombstoneSeconds: Int, keys: SessionKeys? = nil) throws(RedisError) {
        self.client = client
        self.schema = schema
        step = try RemovalStep(client: client, schema: schema, tombstoneSeconds: tombstoneSeconds, keys: keys)
        removeWindowScript = try Scripts.named("removeWindow")
        deadLetters = try DeadLetterErasure(client: client, schema: schema)
        problems = try ProblemRemoval(client: client, schema: schema, keys: keys)
    }

    /// Removes the sessions of a list, all ids checked before anything is done. Ids that are not there get a tombstone too:
    /// their batches may still wait in the queue.
    /// - Parameter reason: `deleted` by a click, `erased` on a person's request.
    /// - Returns: counts of what was there. Sessions under a legal hold stay, with their dead letters.
    public func remove(
        _ sessions: [String], project: String, reason: RemovalReason, progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        for session in sessions where !Identifier.isValid(session) { throw .invalidSession(session) }
        var counts = RemovalCounts()
        var gone: [String] = []
        for session in sessions {
            let removed = try await remove(session, project: project, reason: reason)
            counts.add(removed)
            if removed.state != .held { gone.append(session) }
            progress(counts)
        }
        counts.deadLetters = try await eraseLetters(of: gone, project: project)
        return counts
    }

    /// Removes one session, its dead letters left; nil range: whatever its age.
    public func remove(
        _ session: String, project: String, reason: RemovalReason, range: RemovalRange? = nil
    ) async throws(SessionRemovalError) -> RemovedSession {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        do throws(RedisError) { return try await step.remove(session, project: project, reason: reason, range: range) } catch { throw .redis(error) }
    }

    /// Removes a window; with the last one its session, but not what it left of problems and server events. `updated_at` stays, so retention is not
    /// prolonged.
    public func removeWindow(_ window: String, session: String, project: String) async throws(SessionRemovalError) -> WindowRemoval {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        guard Identifier.isValid(window) else { throw .invalidWindow(window) }
        let names = schema.project(project, ofSession: session)
        do throws(RedisError) {
            let reply = try await client.run(
                removeWindowScript, keys: RemovalStep.keys(names, session) + [names.events(session, window)],
                arguments: [names.base, session, window, step.tombstoneSeconds])
            guard let removal = reply.string.flatMap(WindowRemoval.init(rawValue:)) else {
                throw RedisError(.protocol, "removeWindow did not say what it did")
            }
            // Its key opens what it left.
            if removal == .session, try await client.send(RedisCommand("EXISTS", names.reports(session), isIdempotent: true)).int == 0 {
                _ = try await step.endKey(project, session)
            }
            return removal
        } catch { throw .redis(error) }
    }

    /// Removes every session whose last update lies in the range, in batches, until none is left. A purge of everything up to a time takes problems,
    /// occurrences and server events from before it, too.
    /// - Parameter progress: called after each batch with the counts so far.
    public func remove(
        _ range: RemovalRange, project: String, reason: RemovalReason, batch: Int = 500, errorsOlderThanMs: Int64? = nil,
        progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        var counts = RemovalCounts()
        do throws(RedisError) {
            try await step.remove(range, project: project, reason: reason, batch: batch) { shard, removed throws(RedisError) in
                for session in removed { counts.add(session) }
                let gone = removed.filter { $0.state == .removed }.map(\.session)
                counts.deadLetters += try await deadLetters.erase(gone, project: project, shard: shard)
                progress(counts)
            }
            if reason == .purged, range.sinceMs == nil, let until = range.untilMs {
                counts.add(try await problems.purge(olderThanMs: errorsOlderThanMs ?? until + 1, project: project))
            }
        } catch { throw .redis(error) }
        return counts
    }

    /// Removes what is past retention; does nothing without retention.
    /// - Parameter errorRetentionSeconds: of problems, occurrences and server events; nil: the same.
    public func purgeExpired(
        retentionSeconds: Int?, errorRetentionSeconds: Int? = nil, nowMs: Int64, project: String, batch: Int = 500,
        progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        guard let retentionSeconds, retentionSeconds > 0 else { return RemovalCounts() }
        return try await purge(
            olderThanMs: nowMs - Int64(retentionSeconds) * 1000,
            errorsOlderThanMs: errorRetentionSeconds.map { $0 > 0 ? nowMs - Int64($0) * 1000 : 0 },
            project: project, batch: batch, progress: progress)
    }

    /// Removes sessions last updated strictly before `cutoff`, and problems, occurrences and server events received before it; ms since 1970.
    /// - Parameter errorsOlderThanMs: another cutoff for the latter; nil: the same.
    public func purge(
        olderThanMs cutoff: Int64, errorsOlderThanMs: Int64? = nil, project: String, batch: Int = 500,
        progress: @Sendable (RemovalCounts) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> RemovalCounts {
        let range = try RemovalRange(sinceMs: nil, untilMs: cutoff - 1)
        return try await remove(
            range, project: project, reason: .purged, batch: batch, errorsOlderThanMs: errorsOlderThanMs, progress: progress)
    }

    /// About how many problems a purge would take.
    public func countProblems(olderThanMs cutoff: Int64, project: String) async throws(RedisError) -> Int {
        try await problems.count(olderThanMs: cutoff, project: project)
    }

    /// About how many sessions a range would remove, for a dry run: bounds are taken to the second, expired ones not yet swept are counted.
    public func count(_ range: RemovalRange, project: String) async throws(RedisError) -> Int {
        let (low, high) = range.scores
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
}

extension RemovalCounts {
    mutating func add(_ removed: RemovedSession) {
        if removed.state == .held { held += 1 }
        guard removed.existed else { return }
        sessions += 1
        keys += removed.keys.count
        chunks += removed.chunks
        events += removed.events
        occurrences += removed.occurrences
        serverEvents += removed.serverEvents
    }

    mutating func add(_ removed: ProblemRemoval.Counts) {
        problems += removed.problems
        occurrences += removed.occurrences
        serverEvents += removed.serverEvents
    }
}
