import Logging
import RedisStore
public import ServiceLifecycle
import Synchronization

/// Watches how full Redis and the ingest partitions are, so that the lane can refuse at once (DESIGN.md section 3, rule 3).
///
/// Between two readings a partition can grow past its bound by what arrives in a quarter of a second; an unprocessed entry is
/// never trimmed, so the bound limits what is accepted, not what is kept.
public final class IngestPressure: Service {
    /// One look at Redis.
    public struct Reading: Sendable, Equatable {
        /// Unprocessed entries by shard, then partition.
        public var queued: [[Int]] = []
        /// Bytes Redis uses.
        public var usedMemory = 0
        /// Bytes at which ingest is refused.
        public var memoryBound = Int.max
    }

    static let interval = Duration.milliseconds(250)

    private let redis: RedisClient
    private let keys: KeySchema
    private let configuration: EventsLaneConfiguration
    private let logger: Logger
    private let latest = Mutex(Reading())

    init(redis: RedisClient, keys: KeySchema, configuration: EventsLaneConfiguration, logger: Logger) {
        self.redis = redis
        self.keys = keys
        self.configuration = configuration
        self.logger = logger
    }

    public var reading: Reading { latest.withLock { $0 } }

    /// Why nothing at all can be taken, or nil.
    var refusal: LaneReply? {
        guard redis.isConnected else { return .redisUnavailable }
        return latest.withLock { $0.usedMemory >= $0.memoryBound } ? .overloaded : nil
    }

    /// Why nothing can be taken for the partition of this session, or nil.
    func refusal(project: String, session: String) -> LaneReply? { refusal(at: keys.place(project: project, session: session)) }

    /// Why nothing can be taken for the partition this batch belongs to, or nil.
    func refusal(of batch: IngestBatch) -> LaneReply? { refusal(project: batch.project, session: batch.placement) }

    private func refusal(at place: Place) -> LaneReply? {
        let queued = latest.withLock { reading in
            place.shard < reading.queued.count ? reading.queued[place.shard][place.partition] : 0
        }
        return queued >= configuration.maxStreamLength ? .overloaded : nil
    }

    /// Reads until shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var wasRefusing = false
            while !Task.isCancelled {
                await self.read()
                let reading = self.reading
                let refuses =
                    reading.usedMemory >= reading.memoryBound
                    || reading.queued.contains { $0.contains { $0 >= self.configuration.maxStreamLength } }
                if refuses != wasRefusing {
                    self.logger.warning(
                        refuses ? "Ingest is refused: Redis or a partition is full" : "Ingest is accepted again",
                        metadata: ["used_memory": "\(reading.usedMemory)", "bound": "\(reading.memoryBound)", "queued": "\(reading.queued)"]
                    )
                    wasRefusing = refuses
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// One reading. A failure keeps the last one: whether Redis can be reached is the connection's knowledge.
    func read() async {
        var commands: [RedisCommand] = []
        for shard in keys.allShards {
            for partition in 0..<keys.partitions { commands.append(RedisCommand("XLEN", shard.ingest(partition), isIdempotent: true)) }
        }
        commands.append(RedisCommand("INFO", "memory", isIdempotent: true))
        guard let replies = try? await redis.send(commands), replies.count == commands.count, let info = replies.last?.string else { return }
        let lengths = replies.dropLast().map { Int($0.int ?? 0) }
        var next = Reading()
        next.queued = stride(from: 0, to: lengths.count, by: keys.partitions).map { Array(lengths[$0..<$0 + keys.partitions]) }
        let memory = RedisMemory(info: info)
        next.usedMemory = memory.used
        next.memoryBound = configuration.memoryBound(maxmemory: memory.maximum)
        latest.withLock { $0 = next }
    }
}

/// The two numbers of `INFO memory` that matter here, in bytes.
struct RedisMemory: Equatable {
    var used = 0
    /// 0: without a limit.
    var maximum = 0

    init(info: String) {
        for line in info.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("used_memory:") { used = Int(line.dropFirst("used_memory:".count)) ?? 0 }
            if line.hasPrefix("maxmemory:") { maximum = Int(line.dropFirst("maxmemory:".count)) ?? 0 }
        }
    }
}

extension EventsLaneConfiguration {
    /// Bytes from which on ingest is refused, for a Redis with this `maxmemory` (0: none).
    func memoryBound(maxmemory: Int) -> Int {
        let limit = maxmemory > 0 ? maxmemory : memoryLimit
        switch memoryWatermark {
        case .fraction(let fraction): return Int(Double(limit) * fraction)
        case .bytes(let bytes): return min(bytes, limit)
        }
    }
}
