import Ingest

/// Erases sessions on a person's request, with everything that is known of them (spec 01 section 7): row, windows, chunks, data key, places in
/// indexes, occurrences and server events, dead letters, and the batches that still wait in the queue. A tombstone refuses what arrives later.
public struct Erasure: Sendable {
    private let client: RedisClient
    private let schema: KeySchema
    private let userKey: String
    private let patience: Duration
    private let step: RemovalStep
    private let deadLetters: DeadLetterErasure
    private let queue: QueueErasure
    private let unattached: UnattachedReports
    private let survey: ErasureSurvey

    /// - Parameters:
    ///   - tombstoneSeconds: how long a tombstone lives: max(retention, session max age), so that no late batch can outlive it.
    ///   - userKey: the metadata key sessions are indexed by; empty: they are not.
    ///   - patienceSeconds: how long workers are waited for that process what arrived before.
    ///   - keys: of encrypted sessions, which end with them; nil where nothing is encrypted.
    /// - Throws: `scriptUnavailable`.
    public init(
        client: RedisClient, schema: KeySchema, tombstoneSeconds: Int, userKey: String, patienceSeconds: Int = 30, keys: SessionKeys? = nil
    ) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.userKey = userKey
        patience = .seconds(patienceSeconds)
        step = try RemovalStep(client: client, schema: schema, tombstoneSeconds: tombstoneSeconds, keys: keys)
        deadLetters = try DeadLetterErasure(client: client, schema: schema)
        queue = try QueueErasure(client: client, schema: schema)
        unattached = try UnattachedReports(client: client, schema: schema)
        survey = ErasureSurvey(
            client: client, schema: schema, step: step, deadLetters: deadLetters, queue: queue, unattached: unattached,
            countScript: try Scripts.named("countReports"))
    }

    /// Erases, or with `dryRun` counts what would go. All ids are checked before anything is done. May be repeated; what is gone is not counted again.
    ///
    /// Batches that waited when it began can bring sessions nobody knew: an erasure by user or range waits until workers have processed them, and
    /// looks again. The receipt's `pending` tells when that took too long.
    /// - Parameter progress: called now and then.
    /// - Throws: `SessionRemovalError`; after `.redis` part of it may be done.
    public func erase(
        _ selection: ErasureSelection, project: String, dryRun: Bool = false, progress: @Sendable (ErasureProgress) -> Void = { _ in }
    ) async throws(SessionRemovalError) -> ErasureReceipt {
        switch selection {
        case .sessions(let sessions):
            for session in sessions where !Identifier.isValid(session) { throw .invalidSession(session) }
        case .user(let value):
            guard !userKey.isEmpty else { throw .noUserKey }
            guard !value.allSatisfy(\.isWhitespace) else { throw .blankUser }
        case .range: break
        }
        do throws(RedisError) {
            if dryRun { return try await survey.count(selection, project: project, userKey: userKey) }
            let deadline = ContinuousClock.now + patience
            var taken = Taken()
            if case .sessions = selection {
                try await removeKnown(selection, project: project, taken: &taken, progress: progress)
            } else {
                try await search(selection, project: project, deadline: deadline, taken: &taken, progress: progress)
            }
            try await settle(&taken, project: project, deadline: deadline, progress: progress)
            // Again: an owner may have given up on a batch meanwhile.
            taken.receipt.deadLetters += try await eraseLetters(of: taken.gone, project: project)
            return taken.sealed
        } catch { throw .redis(error) }
    }

    /// What has been taken so far.
    private struct Taken {
        var receipt = ErasureReceipt()
        /// Removed, or not there.
        var gone: Set<String> = []
        private var held: Set<String> = []
        private var keys: [String] = []

        mutating func add(_ removed: RemovedSession) {
            switch removed.state {
            case .kept: return
            case .held:
                held.insert(removed.session)
                receipt.held = held.count
                return
            case .absent: break
            case .removed: receipt.sessions += 1
            }
            gone.insert(removed.session)
            keys += removed.keys
            receipt.keys = keys.count
            receipt.occurrences += removed.occurrences
            receipt.serverEvents += removed.serverEvents
        }

        /// Keys that ended before their session was taken.
        mutating func add(keys ended: [String]) {
            keys += ended
            receipt.keys = keys.count
        }

        var sealed: ErasureReceipt {
            var receipt = receipt
            receipt.digest = ErasureReceipt.digest(of: keys)
            return receipt
        }
    }

    /// Removes what the index knows, waits for what it does not know yet, and looks again.
    private func search(
        _ selection: ErasureSelection, project: String, deadline: ContinuousClock.Instant, taken: inout Taken,
        progress: @Sendable (ErasureProgress) -> Void
    ) async throws(RedisError) {
        var range: RemovalRange?
        if case .range(let given) = selection { range = given }
        // Before the first look: what has been processed by then is in the index.
        var left = try await queue.waiting(untilMs: range?.untilMs)
        try await removeKnown(selection, project: project, taken: &taken, progress: progress)
        guard !left.isEmpty else { return }
        var isOwned = true
        var told = 0
        while true {
            (left, isOwned) = try await queue.unfinished(left)
            if left.isEmpty || !isOwned || ContinuousClock.now >= deadline || Task.isCancelled { break }
            if told != left.count { progress(.waiting(partitions: left.count)) }
            told = left.count
            try? await Task.sleep(for: .milliseconds(200))
        }
        try await removeKnown(selection, project: project, taken: &taken, progress: progress)
        guard !left.isEmpty else { return }
        taken.receipt.pending = try await queue.count(in: left.keys)
        taken.receipt.isUnattended = !isOwned
    }

    private func removeKnown(
        _ selection: ErasureSelection, project: String, taken: inout Taken, progress: @Sendable (ErasureProgress) -> Void
    ) async throws(RedisError) {
        switch selection {
        case .sessions(let sessions):
            try await prepare(Array(Set(sessions)), project: project, taken: &taken)
            for (number, session) in Set(sessions).enumerated() {
                taken.add(try await step.remove(session, project: project, reason: .erased))
                if number % 100 == 99 { progress(.removed(sessions: taken.receipt.sessions)) }
            }
        case .user(let value):
            try await removeAll(of: value, project: project, taken: &taken)
        case .range(let range):
            try await step.remove(range, project: project, reason: .erased, batch: 500) { page throws(RedisError) in
                try await prepare(page, project: project, range: range, taken: &taken)
            } visit: { _, removed in
                for session in removed { taken.add(session) }
                progress(.removed(sessions: taken.receipt.sessions))
            }
            let reports = try await unattached.erase(range, project: project)
            taken.receipt.occurrences += reports.occurrences
            taken.receipt.serverEvents += reports.serverEvents
        }
    }

    /// Everything that is found only through the session goes before the session itself: an erasure that is interrupted finds it again.
    private func prepare(
        _ sessions: [String], project: String, range: RemovalRange? = nil, taken: inout Taken
    ) async throws(RedisError) {
        let marked = try await step.mark(sessions, project: project, reason: .erased, range: range)
        taken.add(keys: marked.keys)
        taken.receipt.deadLetters += try await eraseLetters(of: marked.sessions, project: project)
    }

    private func eraseLetters(of sessions: some Collection<String>, project: String) async throws(RedisError) -> Int {
        var erased = 0
        for (number, sessions) in Dictionary(grouping: sessions, by: { schema.place(project: project, session: $0).shard }) {
            erased += try await deadLetters.erase(sessions, project: project, shard: schema.shard(number))
        }
        return erased
    }

    private func removeAll(of value: String, project: String, taken: inout Taken) async throws(RedisError) {
        for shard in schema.allShards {
            let index = shard.project(project).by(userKey: userKey, of: value)
            var passed = 0
            while true {
                let page = try await client.send(RedisCommand("ZRANGE", index, passed, passed + 499, isIdempotent: true))
                let sessions = (page.array ?? []).compactMap(\.string)
                guard !sessions.isEmpty else { break }
                try await prepare(sessions, project: project, taken: &taken)
                for session in sessions {
                    let removed = try await step.remove(session, project: project, reason: .erased, indexes: [index])
                    if removed.state == .held { passed += 1 }
                    taken.add(removed)
                }
            }
        }
    }

    /// Sees the batches off that waited when the tombstones were set.
    private func settle(
        _ taken: inout Taken, project: String, deadline: ContinuousClock.Instant, progress: @Sendable (ErasureProgress) -> Void
    ) async throws(RedisError) {
        var places = Dictionary(grouping: taken.gone, by: { schema.place(project: project, session: $0) })
        var known = 0
        while true {
            var last: [Place: StreamID] = [:]
            known = 0
            for (place, sessions) in places {
                let finding = try await queue.pass(place, project: project, sessions: sessions, mode: .erase)
                taken.receipt.queued += finding.erased
                guard let found = finding.last else {
                    places[place] = nil
                    continue
                }
                last[place] = found
                known += finding.left
            }
            if places.isEmpty || ContinuousClock.now >= deadline || Task.isCancelled { break }
            progress(.waiting(partitions: places.count))
            // Owners end them; a partition that loses its owner is looked through again.
            while ContinuousClock.now < deadline, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(100))
                let (left, isOwned) = try await queue.unfinished(last)
                if left.count < last.count || !isOwned { break }
            }
        }
        taken.receipt.pending = max(taken.receipt.pending, known)
    }
}
