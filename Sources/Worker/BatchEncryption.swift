import Ingest
import RedisStore

/// Opens what the web tier sealed and seals what is to be stored; does nothing where no encryption key is configured.
struct BatchEncryption: Sendable {
    let encryption: Encryption?

    /// The entries with their bodies opened. One that cannot be opened stays sealed: preparation sends it to the dead letters.
    /// - Throws: when the Redis of the keys does not answer; nothing is condemned for that.
    func opened(_ entries: [QueueEntry]) async throws(CommitError) -> [QueueEntry] {
        guard let encryption else { return entries }
        var opened: [QueueEntry] = []
        for entry in entries {
            guard case .success(let batch) = entry.batch, batch.isSealed else {
                opened.append(entry)
                continue
            }
            do throws(RedisError) {
                let result = try await encryption.ingest.open(batch)
                opened.append((try? result.get()).map { QueueEntry(id: entry.id, batch: .success($0)) } ?? entry)
            } catch { throw .redis(error) }
        }
        return opened
    }

    /// The batches with what is to be stored sealed under the keys of their sessions. One without a usable key becomes a dead letter.
    /// - Parameter start: what the batches are computed from.
    /// - Throws: when the Redis of the keys does not answer.
    func sealed(_ batches: [PreparedBatch], start: BatchStart, nowMs: Int64) async throws(CommitError) -> [PreparedBatch] {
        guard let encryption else { return batches }
        var demands: [SessionReference: SessionKeys.Demand] = [:]
        for entry in batches.lazy.map(\.entry) {
            // No key is made for a session that was erased: it would be all that is left of it.
            guard entry.isStored, start.sessions[entry.reference]?.isErased != true else { continue }
            let earlier = demands[entry.reference]?.receivedMs ?? .min
            demands[entry.reference] = SessionKeys.Demand(
                isNew: start.sessions[entry.reference]?.revision == nil, receivedMs: max(entry.receivedMs, earlier),
                isHeld: start.sessions[entry.reference]?.isHeld ?? false)
        }
        let keys: [SessionReference: Result<SessionKeys.Key, KeyFault>]
        do throws(RedisError) {
            keys = try await encryption.sessions.keys(for: demands, nowMs: nowMs)
        } catch { throw .redis(error) }
        return batches.map { batch in
            var sealed = batch
            if batch.entry.isStored {
                sealed.entry = seal(batch.entry, with: keys[batch.entry.reference], isSeparate: encryption.vault.isSeparate)
            }
            return sealed
        }
    }

    /// A commit found another state than the batches were computed from: keys may have gone with it.
    func forget(_ sessions: Set<SessionReference>) { encryption?.sessions.forget(sessions) }

    private func seal(_ entry: CommitEntry, with key: Result<SessionKeys.Key, KeyFault>?, isSeparate: Bool) -> CommitEntry {
        var sealed = entry
        guard let key else {
            // The tombstone answers; should it expire this very moment, nothing of this may be stored.
            sealed.empty()
            sealed.revision = .never
            return sealed
        }
        do throws(KeyFault) {
            let key = try key.get()
            try sealed.seal(with: key.key)
            sealed.wrappedKey = isSeparate ? nil : key.wrapped
        } catch {
            sealed.disposition = .dead(reason: BatchPreparation.unreadableKey)
        }
        return sealed
    }
}

extension CommitEntry {
    /// Something of it is to be kept.
    fileprivate var isStored: Bool {
        switch disposition {
        case .store, .report: true
        case .filtered, .expired, .dead: false
        }
    }

    fileprivate mutating func seal(with key: DataKey) throws(KeyFault) {
        switch disposition {
        case .store(var chunk):
            chunk.body = try key.seal(chunk.body, owner: owner)
            chunk.problems = try sealed(chunk.problems, with: key)
            chunk.isSealed = true
            disposition = .store(chunk)
        case .report(var report):
            report.problems = try sealed(report.problems, with: key)
            for index in report.events.indices where !report.events[index].payload.isEmpty {
                let event = report.events[index]
                report.events[index].payload = try key.seal(event.payload, owner: owner(ofEvent: event.name))
            }
            report.isSealed = true
            disposition = .report(report)
        case .filtered, .expired, .dead: break
        }
    }

    private func sealed(_ problems: [ProblemDelta], with key: DataKey) throws(KeyFault) -> [ProblemDelta] {
        var sealed = problems
        for number in sealed.indices {
            let owner = owner(ofOccurrence: sealed[number].fingerprint)
            for index in sealed[number].occurrences.indices {
                sealed[number].occurrences[index].document = try key.seal(sealed[number].occurrences[index].document, owner: owner)
            }
        }
        return sealed
    }

    /// Leaves nothing that could be stored.
    fileprivate mutating func empty() {
        switch disposition {
        case .store(var chunk):
            chunk.body = []
            chunk.problems = []
            disposition = .store(chunk)
        case .report: disposition = .report(CommitReport())
        case .filtered, .expired, .dead: break
        }
    }
}
