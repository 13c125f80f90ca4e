import Ingest
public import Logging
public import RedisStore
public import ServiceLifecycle

/// A worker: owns its share of the partitions and works them until it is asked to stop (DESIGN.md section 4).
public struct WorkerService: Service {
    /// How often leases are renewed and shares compared, ms.
    static let beatMs = 1_000

    private let configuration: WorkerConfiguration
    private let redis: RedisClient
    private let schema: KeySchema
    private let encryption: Encryption?
    public let metrics: WorkerMetrics
    private let logger: Logger

    /// - Parameters:
    ///   - redis: a started client; its command timeout should allow for slow disks (several seconds).
    ///   - encryption: nil stores recordings as they are.
    public init(
        configuration: WorkerConfiguration, redis: RedisClient, schema: KeySchema, encryption: Encryption? = nil, logger: Logger,
        metrics: WorkerMetrics = WorkerMetrics()
    ) {
        self.configuration = configuration
        self.redis = redis
        self.schema = schema
        self.encryption = encryption
        self.logger = logger
        self.metrics = metrics
    }

    /// - Throws: also when the operator's filter does not start: without it nothing may be stored.
    public func run() async throws {
        let filter = configuration.eventFilter.map {
            EventFilter(settings: $0, redactor: Redactor(settings: configuration.redaction), metrics: metrics, logger: logger)
        }
        try await filter?.start()
        let wakeUp = WakeUp(schema: schema)
        let leases = try PartitionLeases(
            client: redis, schema: schema, holder: configuration.workerID, leaseMs: configuration.leaseMilliseconds)
        let parts = try LoopParts(
            configuration: configuration, redis: redis, schema: schema, leases: leases, wakeUp: wakeUp, filter: filter,
            encryption: encryption, metrics: metrics, logger: logger)
        let crew = PartitionCrew(parts: parts)
        let sweeping = try Housekeeping(
            redis: redis, schema: schema, configuration: configuration, evictions: parts.evictions, problemEvictions: parts.problemEvictions,
            sessionKeys: encryption?.sessions,
            crew: crew, clock: .system, logger: logger)
        let alerts = try AlertWork(
            redis: redis, schema: schema, encryption: encryption, options: configuration.alerts, metrics: metrics, clock: .system, logger: logger)
        let keyCare = KeyCare(encryption: encryption, redis: redis, crew: crew, logger: logger)
        logger.info("worker \(configuration.workerID) starts")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shard in 0..<schema.shards {
                let reader = RedisBlockingReader(configuration: redis.configuration, logger: logger)
                group.addTask {
                    await wakeUp.run(shard: shard, reader: reader)
                    reader.shutdown()
                }
            }
            group.addTask { await sweeping.run() }
            group.addTask { await alerts.run(crew: crew) }
            if let keyCare { group.addTask { await keyCare.run() } }
            try await gracefulShutdownOr { await beat(leases: leases, crew: crew) }
            group.cancelAll()
            wakeUp.wakeAll()
            await crew.stopAll(wakeUp: wakeUp)
            await filter?.stop()
            try? await leases.leave()
        }
        logger.info("worker \(configuration.workerID) stopped")
    }

    /// Renews, compares shares, gives up and takes partitions, once a second.
    private func beat(leases: PartitionLeases, crew: PartitionCrew) async {
        let all = schema.allShards.flatMap { shard in (0..<schema.partitions).map { Place(shard: shard.shard, partition: $0) } }
        while !Task.isCancelled {
            do throws(RedisError) {
                let live = try await leases.heartbeat()
                let held = await crew.held
                let kept = try await leases.renew(Array(held))
                for place in held.subtracting(kept) { await crew.drop(place) }
                let plan = LeasePlan(worker: leases.holder, live: Set(live), held: kept, all: all)
                for place in plan.release { await crew.release(place) }
                var missing = plan.missing
                for place in plan.acquire where missing > 0 {
                    guard case .acquired(let lease) = try await leases.acquire(place) else { continue }
                    await crew.take(lease)
                    missing -= 1
                }
            } catch {
                logger.warning("leases cannot be renewed: \(error)")
            }
            metrics.holds(leases: await crew.held.count)
            try? await Task.sleep(for: .milliseconds(Self.beatMs))
        }
    }

    /// Runs until the work ends, the task is cancelled or the process is asked to stop.
    private func gracefulShutdownOr(_ work: @escaping @Sendable () async -> Void) async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { try? await gracefulShutdown() }
            await group.next()
            group.cancelAll()
        }
    }
}
