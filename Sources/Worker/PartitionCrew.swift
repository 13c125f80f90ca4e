import Logging
import RedisStore

/// The partitions a worker owns and the loops that work them.
actor PartitionCrew {
    private struct Member {
        let loop: PartitionLoop
        let task: Task<Void, Never>
    }

    private let parts: LoopParts
    private var members: [Place: Member] = [:]
    private var leaving: Set<Place> = []

    init(parts: LoopParts) { self.parts = parts }

    var held: Set<Place> { Set(members.keys) }

    func take(_ lease: PartitionLease) {
        guard members[lease.place] == nil else { return }
        let loop = parts.loop(for: lease)
        let task = Task { [weak self] in
            let ending = await loop.run()
            await self?.ended(lease.place, ending)
        }
        members[lease.place] = Member(loop: loop, task: task)
        parts.logger.debug("took partition \(lease.place.shard)/\(lease.place.partition)")
    }

    /// Ends the loop of a partition that is no longer ours; its commits are refused from now on anyway.
    func drop(_ place: Place) async {
        guard let member = members[place] else { return }
        await member.loop.stop()
        parts.wakeUp.wakeAll()
    }

    /// Lets the micro-batch in hand finish, then gives the lease back.
    func release(_ place: Place) async {
        guard let member = members[place], leaving.insert(place).inserted else { return }
        await member.loop.stop()
        parts.wakeUp.wakeAll()
    }

    func stopAll(wakeUp: WakeUp) async {
        let all = members
        for (place, member) in all {
            leaving.insert(place)
            await member.loop.stop()
        }
        // A loop may go to sleep between the request and its next look, so it is woken until it has ended.
        let waker = Task {
            while !Task.isCancelled {
                wakeUp.wakeAll()
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        for member in all.values { await member.task.value }
        waker.cancel()
    }

    private func ended(_ place: Place, _ ending: PartitionLoop.Ending) async {
        // Released before it is forgotten: a partition taken again meanwhile would lose its new lease.
        if ending == .stopped { _ = try? await parts.leases.release(place) }
        members[place] = nil
        leaving.remove(place)
        if ending == .leaseLost { parts.logger.notice("partition \(place.shard)/\(place.partition) is owned by another worker now") }
    }
}

/// What every loop of a worker is made from.
struct LoopParts: Sendable {
    let leases: PartitionLeases
    let wakeUp: WakeUp
    let logger: Logger
    private let queue: IngestQueue
    private let commit: BatchCommit
    private let preparation: BatchPreparation
    private let encryption: BatchEncryption
    let evictions: SessionEvictions
    let problemEvictions: ProblemEvictions
    private let metrics: WorkerMetrics

    init(
        configuration: WorkerConfiguration, redis: RedisClient, schema: KeySchema, leases: PartitionLeases, wakeUp: WakeUp,
        filter: EventFilter?, encryption: Encryption?, metrics: WorkerMetrics, logger: Logger
    ) throws(RedisError) {
        self.leases = leases
        self.wakeUp = wakeUp
        self.metrics = metrics
        self.logger = logger
        queue = IngestQueue(client: redis, schema: schema)
        commit = try BatchCommit(
            client: redis, schema: schema,
            settings: CommitSettings(
                retentionSeconds: configuration.retentionSeconds, maxEventsPerSession: configuration.maxEventsPerSession,
                maxBytesPerSession: configuration.maxBytesPerSession, maxSessions: configuration.maxSessions,
                retentionErrorsSeconds: configuration.retentionErrorsSeconds, maxOccurrencesPerProblem: configuration.maxOccurrencesPerProblem,
                maxServerEvents: configuration.maxServerEvents))
        preparation = BatchPreparation(configuration: configuration, filter: filter, metrics: metrics)
        self.encryption = BatchEncryption(encryption: encryption)
        evictions = try SessionEvictions(
            redis: redis, schema: schema, maxSessions: configuration.maxSessions, metrics: metrics, logger: logger)
        problemEvictions = try ProblemEvictions(
            redis: redis, schema: schema, maxProblems: configuration.maxProblems, sessionKeys: encryption?.sessions, logger: logger)
    }

    func loop(for lease: PartitionLease) -> PartitionLoop {
        PartitionLoop(
            lease: lease, queue: queue, commit: commit, leases: leases, preparation: preparation, encryption: encryption,
            evictions: evictions, problemEvictions: problemEvictions, metrics: metrics, wakeUp: wakeUp, clock: .system, logger: logger)
    }
}
