import Logging
import RedisStore

/// Evicts sessions over `max_sessions` in the background, one script call each and a bounded number per request, so that
/// a lowered limit cannot hold up commits.
actor SessionEvictions {
    /// Sessions taken after one commit. A commit adds at most 16, so the excess shrinks.
    static let mostPerRequest = 32

    private let eviction: Eviction?
    private let metrics: WorkerMetrics
    private let logger: Logger
    private var isWorking: Set<String> = []

    init(redis: RedisClient, schema: KeySchema, maxSessions: Int?, metrics: WorkerMetrics, logger: Logger) throws(RedisError) {
        eviction = if let maxSessions { try Eviction(client: redis, schema: schema, maxSessions: maxSessions) } else { nil }
        self.metrics = metrics
        self.logger = logger
    }

    /// - Parameters:
    ///   - excess: sessions over the limit in the shard, by project, as the commit reported.
    ///   - writing: sessions being written now; never taken.
    func request(shard: Int, excess: [String: Int], writing: Set<SessionReference>) async {
        guard let eviction else { return }
        for (project, count) in excess where count > 0 {
            // One at a time per shard and project; the next commit reports what is left.
            guard isWorking.insert("\(shard)/\(project)").inserted else { continue }
            let spared = Set(writing.filter { $0.project == project }.map(\.session))
            await evict(min(count, Self.mostPerRequest), project: project, shard: shard, sparing: spared, by: eviction)
            isWorking.remove("\(shard)/\(project)")
        }
    }

    private func evict(_ count: Int, project: String, shard: Int, sparing: Set<String>, by eviction: Eviction) async {
        var evicted = 0
        do throws(RedisError) {
            for _ in 0..<count {
                let step = try await eviction.evictOne(project: project, shard: shard, writing: sparing)
                if case .evicted = step { evicted += 1 }
                if case .none = step { break }
            }
        } catch {
            logger.warning("eviction stopped: \(error)")
        }
        metrics.evicted(sessions: evicted)
    }
}
