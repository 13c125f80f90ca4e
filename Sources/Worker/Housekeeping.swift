import Logging
import RedisStore

/// Sweeps indexes, trims dead letters at retention and holds quiet projects to `max_sessions`, by the worker that owns partition 0 of shard 0: somebody always
/// does, and nobody twice.
struct Housekeeping: Sendable {
    static let intervalSeconds = 60

    private let sweeper: Sweeper
    private let evictions: SessionEvictions
    private let redis: RedisClient
    private let schema: KeySchema
    private let retentionSeconds: Int?
    private let crew: PartitionCrew
    private let clock: WallClock
    private let logger: Logger

    init(
        redis: RedisClient, schema: KeySchema, retentionSeconds: Int?, evictions: SessionEvictions, crew: PartitionCrew, clock: WallClock,
        logger: Logger
    ) throws(RedisError) {
        self.redis = redis
        self.schema = schema
        self.evictions = evictions
        sweeper = try Sweeper(client: redis, schema: schema)
        self.retentionSeconds = retentionSeconds
        self.crew = crew
        self.clock = clock
        self.logger = logger
    }

    /// Sweeps once a minute until cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Self.intervalSeconds))
            guard await crew.held.contains(Place(shard: 0, partition: 0)) else { continue }
            do throws(RedisError) {
                let counts = try await sweeper.sweep(retentionSeconds: retentionSeconds, nowMs: clock.nowMs())
                if counts.sessions + counts.deadLetters > 0 {
                    logger.info("swept \(counts.sessions) expired sessions and \(counts.deadLetters) dead letters")
                }
                for failure in counts.failures { logger.error("cannot sweep: \(failure)") }
                for shard in schema.allShards {
                    let projects = try await redis.send(RedisCommand("SMEMBERS", shard.projects, isIdempotent: true)).array ?? []
                    for project in projects.compactMap(\.string) { await evictions.sweep(shard: shard.shard, project: project) }
                }
            } catch {
                logger.warning("sweeping stopped: \(error)")
            }
        }
    }
}
