import Logging
import RedisStore

/// All of a worker's part in alerts (docs/alerts.md).
struct AlertWork: Sendable {
    let dispatch: AlertDispatch
    let spikes: SpikeWatch
    let delivering: DeliveryLoop

    init(
        redis: RedisClient, schema: KeySchema, encryption: Encryption?, options: AlertOptions, metrics: WorkerMetrics, clock: WallClock,
        logger: Logger
    ) throws(RedisError) {
        let secrets = AlertSecrets(masters: encryption?.vault.masters)
        let rulebook = AlertRulebook(book: AlertBook(redis: redis, keys: schema, secrets: secrets))
        let notices = try AlertNotices(redis: redis, keys: schema)
        let problems = try ProblemStore(redis: redis, keys: schema, sessionKeys: encryption?.sessions)
        let deliveries = try AlertDeliveries(redis: redis, keys: schema)
        dispatch = AlertDispatch(
            notices: notices, problems: problems, rulebook: rulebook, deliveries: deliveries, links: AlertLinks(address: options.address),
            clock: clock,
            logger: logger)
        spikes = SpikeWatch(
            redis: redis, schema: schema, notices: notices, problems: problems, rulebook: rulebook, clock: clock, logger: logger)
        delivering = DeliveryLoop(
            deliveries: deliveries, rulebook: rulebook, secrets: secrets, options: options, metrics: metrics, clock: clock, logger: logger)
    }

    /// Until cancelled.
    func run(crew: PartitionCrew) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatch.run() }
            group.addTask { await delivering.run() }
            group.addTask { await spikes.run { await crew.held.contains(Place(shard: 0, partition: 0)) } }
        }
    }
}
