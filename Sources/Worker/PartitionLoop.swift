import Logging
import RedisStore

/// Works one owned partition: reads from its head, prepares micro-batches, commits them (DESIGN.md section 4).
///
/// Applied entries are deleted by the commit, so what is in the stream is what is unapplied. After every failure the
/// loop drops what it remembers and reads from the head again; nothing is tried twice with old knowledge.
actor PartitionLoop {
    /// Attempts an entry gets alone before it is condemned.
    static let maximumAttempts = 3

    enum Ending: Equatable {
        case stopped
        case leaseLost
    }

    let place: Place
    private let holder: String
    private let queue: IngestQueue
    private let commit: BatchCommit
    private let leases: PartitionLeases
    private let preparation: BatchPreparation
    private let encryption: BatchEncryption
    private let evictions: SessionEvictions
    private let problemEvictions: ProblemEvictions
    private let metrics: WorkerMetrics
    private let wakeUp: WakeUp
    private let clock: WallClock
    private let logger: Logger

    private var applied: StreamID?
    /// The range the last owner died in, until the loop is past it.
    private var leftInFlight: ClosedRange<StreamID>?
    /// Alone attempts of the entry at the head that ended in a fault of Redis: those condemn nobody.
    private var innocentAttempts = 0
    private var readSize = ReadSize()
    private var isStopping = false

    init(
        lease: PartitionLease, queue: IngestQueue, commit: BatchCommit, leases: PartitionLeases, preparation: BatchPreparation,
        encryption: BatchEncryption, evictions: SessionEvictions, problemEvictions: ProblemEvictions, metrics: WorkerMetrics, wakeUp: WakeUp,
        clock: WallClock, logger: Logger
    ) {
        place = lease.place
        holder = lease.holder
        applied = lease.applied
        leftInFlight = lease.leftInFlight
        self.queue = queue
        self.commit = commit
        self.leases = leases
        self.preparation = preparation
        self.encryption = encryption
        self.evictions = evictions
        self.problemEvictions = problemEvictions
        self.metrics = metrics
        self.wakeUp = wakeUp
        self.clock = clock
        var logger = logger
        logger[metadataKey: "partition"] = "\(lease.place.shard)/\(lease.place.partition)"
        self.logger = logger
    }

    /// Lets the micro-batch in hand finish, then ends the loop.
    func stop() { isStopping = true }

    func run() async -> Ending {
        var failures = 0
        while !isStopping {
            do throws(CommitError) {
                let entries = try await head()
                failures = 0
                if entries.isEmpty {
                    await wakeUp.wait(place: place, after: applied)
                } else {
                    try await process(entries)
                }
            } catch {
                failures += 1
                guard await recover(from: error, failures: failures) else { return .leaseLost }
            }
        }
        return .stopped
    }

    private func head() async throws(CommitError) -> [QueueEntry] {
        do throws(RedisError) {
            let entries = try await queue.read(place, count: readSize.count)
            readSize.saw(entries.map(\.size))
            return entries
        } catch { throw .redis(error) }
    }

    private func process(_ entries: [QueueEntry]) async throws(CommitError) {
        var rest = entries[...]
        while let first = rest.first, !isStopping {
            if let range = leftInFlight, first.id <= range.upperBound {
                try await processAlone(first)
                rest = rest.dropFirst()
                continue
            }
            leftInFlight = nil
            let batch = rest.prefix(MicroBatch.length(ofSizes: rest.lazy.map(\.size)))
            rest = rest.dropFirst(try await process(batch: batch))
        }
    }

    /// - Returns: how many of the entries were applied.
    private func process(batch: ArraySlice<QueueEntry>) async throws(CommitError) -> Int {
        guard let first = batch.first, let last = batch.last else { return 0 }
        let start = try await commit.begin(
            place, holder: holder, applied: applied, range: first.id...last.id, sessions: sessions(of: batch))
        return try await apply(try await prepared(Array(batch)), start: start)
    }

    private func prepared(_ entries: [QueueEntry]) async throws(CommitError) -> [PreparedBatch] {
        let opened = try await encryption.opened(entries)
        return await preparation.prepare(opened, nowMs: clock.nowMs())
    }

    /// One entry of a range somebody died in. What has failed three times alone goes to `dead`.
    private func processAlone(_ entry: QueueEntry) async throws(CommitError) {
        var start = try await beginAlone(entry)
        do throws(CommitError) {
            let isCondemned = start.attempts - innocentAttempts > Self.maximumAttempts
            if isCondemned { logger.error("entry \(entry.id) failed \(Self.maximumAttempts) times alone, moved to dead letters") }
            let prepared = isCondemned ? [preparation.condemned(entry)] : try await prepared([entry])
            while try await apply(prepared, start: start) == 0 {
                // Somebody changed the session meanwhile: no fault of the entry, though its attempt has been counted.
                innocentAttempts += 1
                start = try await beginAlone(entry)
            }
        } catch {
            // Neither is a fault of Redis. (A new owner does not know; the worst is a dead letter to re-drive.)
            innocentAttempts += 1
            throw error
        }
        innocentAttempts = 0
    }

    private func beginAlone(_ entry: QueueEntry) async throws(CommitError) -> BatchStart {
        try await commit.begin(
            place, holder: holder, applied: applied, range: entry.id...entry.id, sessions: sessions(of: [entry]), isAlone: true)
    }

    private func apply(_ prepared: [PreparedBatch], start: BatchStart) async throws(CommitError) -> Int {
        var named: Set<SessionReference> = []
        let prepared = prepared.prefix(MicroBatch.length(ofReports: prepared.lazy.map(\.entry.reportCount)))
        let sealed = try await encryption.sealed(Array(prepared), start: start, nowMs: clock.nowMs())
        let entries = sealed.map { batch in
            var entry = batch.entry
            let session = entry.reference
            let isFirst = named.insert(session).inserted
            if entry.revision != .never { entry.revision = isFirst ? .known(start.sessions[session]?.revision) : .chained }
            return entry
        }
        let began = ContinuousClock.now
        let result = try await commit.apply(entries, place: place, holder: holder, applied: applied)
        metrics.commitSeconds.observe(seconds: (ContinuousClock.now - began) / .seconds(1))
        metrics.commitBatches.observe(seconds: Double(result.applied.count))
        if result.isStale {
            metrics.conflict("rev")
            encryption.forget(named)
        }
        for (batch, done) in zip(sealed, result.applied) {
            if done.outcome == .stored { metrics.stored(events: batch.eventCount) }
            metrics.redacted(batch.redactions)
        }
        applied = result.applied.last?.entryID ?? applied
        evictions.request(shard: place.shard, excess: result.excessSessions, writing: named)
        problemEvictions.request(result.grownProjects)
        return result.applied.count
    }

    private func sessions(of entries: some Sequence<QueueEntry>) -> Set<SessionReference> {
        Set(
            entries.compactMap { entry in
                guard case .success(let batch) = entry.batch else { return nil }
                return batch.reference
            })
    }

    /// Waits as the failure asks for and reads anew where the partition stands.
    /// - Returns: false when the partition is somebody else's.
    private func recover(from error: CommitError, failures: Int) async -> Bool {
        switch error {
        case .leaseLost:
            metrics.conflict("lease")
            return false
        case .appliedMoved:
            metrics.conflict("applied")
        case .brokenPartition(let reason):
            logger.error("partition cannot be worked: \(reason)")
            try? await Task.sleep(for: .seconds(5))
        case .redis(let error):
            logger.warning("Redis: \(error)")
            try? await Task.sleep(for: .milliseconds(min(2_000, 100 << min(failures, 5))))
        }
        while !isStopping {
            do throws(RedisError) {
                // Our own unfinished range is no sign of a death; an older one is kept until the loop is past it.
                guard case .acquired(let lease) = try await leases.acquire(place) else { return false }
                applied = lease.applied
                return true
            } catch {
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        return true
    }
}
