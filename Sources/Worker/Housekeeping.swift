import Logging
import RedisStore

/// Sweeps indexes, trims dead letters at retention, holds quiet projects to `max_sessions` and watches Redis' append-only file, by the worker that owns partition 0 of shard 0: somebody always
/// does, and nobody twice.
struct Housekeeping: Sendable {
    static let intervalSeconds = 60

    private let sweeper: Sweeper
    private let evictions: SessionEvictions
    private let problemEvictions: ProblemEvictions
    private let retentionErrorsSeconds: Int?
    private let appendOnlyFile: AppendOnlyFile
    private let aofRewriteSeconds: Int?
    private let redis: RedisClient
    private let schema: KeySchema
    private let retentionSeconds: Int?
    private let crew: PartitionCrew
    private let clock: WallClock
    private let logger: Logger

    init(
        redis: RedisClient, schema: KeySchema, configuration: WorkerConfiguration, evictions: SessionEvictions,
        problemEvictions: ProblemEvictions, sessionKeys: SessionKeys?, crew: PartitionCrew, clock: WallClock, logger: Logger
    ) throws(RedisError) {
        self.redis = redis
        self.schema = schema
        self.evictions = evictions
        self.problemEvictions = problemEvictions
        retentionErrorsSeconds = configuration.retentionErrorsSeconds
        sweeper = try Sweeper(client: redis, schema: schema, keys: sessionKeys)
        appendOnlyFile = try AppendOnlyFile(client: redis, schema: schema)
        retentionSeconds = configuration.retentionSeconds
        aofRewriteSeconds = configuration.aofRewriteSeconds
        self.crew = crew
        self.clock = clock
        self.logger = logger
    }

    /// Sweeps once a minute until cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Self.intervalSeconds))
            guard await crew.held.contains(Place(shard: 0, partition: 0)) else { continue }
            await watchAppendOnlyFile()
            do throws(RedisError) {
                let counts = try await sweeper.sweep(
                    retentionSeconds: retentionSeconds, errorRetentionSeconds: retentionErrorsSeconds, nowMs: clock.nowMs())
                if counts.sessions + counts.deadLetters > 0 {
                    logger.info("swept \(counts.sessions) expired sessions and \(counts.deadLetters) dead letters")
                }
                if counts.problems + counts.occurrences + counts.serverEvents > 0 {
                    logger.info("swept \(counts.problems) problems, \(counts.occurrences) occurrences and \(counts.serverEvents) server events")
                }
                for failure in counts.failures { logger.error("cannot sweep: \(failure)") }
                for shard in schema.allShards {
                    let projects = try await redis.send(RedisCommand("SMEMBERS", shard.projects, isIdempotent: true)).array ?? []
                    for project in projects.compactMap(\.string) {
                        await evictions.sweep(shard: shard.shard, project: project)
                        await problemEvictions.sweep(project: project)
                    }
                }
            } catch {
                logger.warning("sweeping stopped: \(error)")
            }
        }
    }

    private func watchAppendOnlyFile() async {
        do throws(RedisError) {
            switch try await appendOnlyFile.look(intervalSeconds: aofRewriteSeconds) {
            case .nothing, .watched: break
            case .requested: logger.info("asked Redis to rewrite its append-only file")
            case .refused(let message):
                logger.error("Redis did not rewrite its append-only file: \(message). Its user needs +bgrewriteaof for aof_rewrite_interval")
            }
        } catch {
            logger.warning("cannot watch the append-only file: \(error)")
        }
    }
}
