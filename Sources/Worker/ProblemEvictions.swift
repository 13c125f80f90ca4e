import Logging
import RedisStore
import Synchronization

/// Evicts problems over `max_problems` in the background, when a commit met a new one.
final class ProblemEvictions: Sendable {
    /// Problems taken at once; a limit that was lowered is reached over several rounds.
    static let mostPerRound = 200

    private let eviction: ProblemEviction
    private let sessionKeys: SessionKeys?
    private let logger: Logger
    /// Projects being looked through, and whether one has grown since.
    private let busy = Mutex<[String: Bool]>([:])

    /// - Parameter sessionKeys: end the keys of what goes; nil where nothing is encrypted.
    init(redis: RedisClient, schema: KeySchema, maxProblems: Int, sessionKeys: SessionKeys?, logger: Logger) throws(RedisError) {
        eviction = try ProblemEviction(client: redis, schema: schema, maxProblems: maxProblems)
        self.sessionKeys = sessionKeys
        self.logger = logger
    }

    /// Returns at once.
    /// - Parameter projects: those in which a commit met a new problem.
    func request(_ projects: Set<String>) {
        for project in projects { Task { await evict(project) } }
    }

    /// Holds a project to its limit whether or not anything is written to it.
    func sweep(project: String) async { await evict(project) }

    private func evict(_ project: String) async {
        let isFirst = busy.withLock { busy in
            let isFirst = busy[project] == nil
            busy[project] = !isFirst
            return isFirst
        }
        guard isFirst else { return }
        var isMore = true
        while isMore {
            isMore = false
            do throws(RedisError) {
                let evicted = try await eviction.evict(project: project, most: Self.mostPerRound)
                // Of the occurrences without a session; in the main Redis they went with the problem.
                let keys = evicted.map { SessionReference.unattached(project: project, placement: $0).session }
                try await sessionKeys?.destroy(project: project, sessions: keys)
                isMore = evicted.count == Self.mostPerRound
            } catch {
                logger.warning("eviction of problems stopped: \(error)")
            }
            let hasMore = isMore
            isMore = busy.withLock { busy in
                let hasGrown = busy[project] == true
                busy[project] = hasGrown || hasMore ? false : nil
                return hasGrown || hasMore
            }
        }
    }
}
