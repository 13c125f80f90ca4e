import Logging
import RedisStore

extension IngestQueue {
    /// Adds a batch; the answer waits for Redis' acknowledgement (DESIGN.md section 3, rule 4).
    /// - Returns: why it was not taken; nil when it was.
    func take(_ batch: IngestBatch, _ logger: Logger) async -> LaneReply? {
        do throws(RedisError) {
            _ = try await append(batch)
            return nil
        } catch {
            if error.code == .outOfMemory { return .overloaded }
            logger.warning("Batch refused: Redis did not take it", metadata: ["lane": "\(batch.lane)", "error": "\(error)"])
            return .redisUnavailable
        }
    }
}
