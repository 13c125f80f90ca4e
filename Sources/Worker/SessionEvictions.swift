import Logging
import RedisStore
import Synchronization

/// Evicts sessions over `max_sessions` in the background, one script call each and a bounded number per request, so that
/// a lowered limit cannot hold up commits.
final class SessionEvictions: Sendable {
    /// Sessions taken after one commit. A commit adds at most 16, so the excess shrinks.
    static let mostPerCommit = 32
    /// Sessions taken per project and minute when nothing is committed, for a limit that was lowered.
    static let mostPerSweep = 2_000

    private struct Target: Hashable {
        let shard: Int
        let project: String
    }

    private let eviction: Eviction?
    private let metrics: WorkerMetrics
    private let logger: Logger
    /// One eviction at a time per shard and project; the next commit reports what is left.
    private let busy = Mutex<Set<Target>>([])

    init(redis: RedisClient, schema: KeySchema, maxSessions: Int?, metrics: WorkerMetrics, logger: Logger) throws(RedisError) {
        eviction = if let maxSessions { try Eviction(client: redis, schema: schema, maxSessions: maxSessions) } else { nil }
        self.metrics = metrics
        self.logger = logger
    }

    /// Returns at once.
    /// - Parameters:
    ///   - excess: sessions over the limit in the shard, by project, as the commit reported.
    ///   - writing: sessions being written now; never taken.
    func request(shard: Int, excess: [String: Int], writing: Set<SessionReference>) {
        guard eviction != nil else { return }
        for (project, count) in excess where count > 0 {
            let spared = Set(writing.filter { $0.project == project }.map(\.session))
            Task { await evict(min(count, Self.mostPerCommit), project: project, shard: shard, sparing: spared) }
        }
    }

    /// Holds a project to its limit whether or not anything is written to it.
    func sweep(shard: Int, project: String) async {
        await evict(Self.mostPerSweep, project: project, shard: shard, sparing: [])
    }

    private func evict(_ count: Int, project: String, shard: Int, sparing: Set<String>) async {
        let target = Target(shard: shard, project: project)
        guard let eviction, busy.withLock({ $0.insert(target).inserted }) else { return }
        defer { busy.withLock { _ = $0.remove(target) } }
        var evicted = 0
        do throws(RedisError) {
            for _ in 0..<count {
                let step = try await eviction.evictOne(project: project, shard: shard, writing: sparing)
                if case .none = step { break }
                if case .evicted = step { evicted += 1 }
            }
        } catch {
            logger.warning("eviction stopped: \(error)")
        }
        metrics.evicted(sessions: evicted)
    }
}
