import Ingest
import Logging
import RedisStore

/// Looks every few seconds whether a problem happens too often, by the worker that owns partition 0 of shard 0.
struct SpikeWatch: Sendable {
    static let intervalSeconds = 10
    /// Problems looked at per project and round, those received last; of each shard.
    private static let mostProblems = 100

    let redis: RedisClient
    let schema: KeySchema
    let notices: AlertNotices
    let problems: ProblemStore
    let rulebook: AlertRulebook
    let clock: WallClock
    let logger: Logger

    func run(while isOurs: @Sendable () async -> Bool) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Self.intervalSeconds))
            guard !Task.isCancelled, await isOurs() else { continue }
            do throws(RedisError) { try await look() } catch {
                if !Task.isCancelled { logger.warning("cannot look for spikes: \(error)") }
            }
        }
    }

    func look() async throws(RedisError) {
        for project in try await projects() {
            let rules = try await rulebook.contents(project: project).rules.filter { $0.enabled && $0.when == .spike && $0.spike != nil }
            guard let longest = rules.compactMap(\.spike?.minutes).max() else { continue }
            let nowMs = clock.nowMs()
            let since = nowMs / 1000 - Int64(longest + 1) * 60
            for fingerprint in try await problems.active(since: since, project: project, limit: Self.mostProblems) {
                guard let detail = try await problems.find(fingerprint, project: project, nowMs: nowMs), detail.problem.status == .open else {
                    continue
                }
                let issue = AlertIssue(detail)
                for rule in rules where rule.matches(issue, on: .spike) {
                    // The running minute and the whole ones before it: a burst over a minute's border is one.
                    guard let spike = rule.spike, detail.trend.count(lastMinutes: spike.minutes + 1, nowMs: nowMs) >= spike.count else { continue }
                    _ = try await notices.noteSpike(rule: rule.id, fingerprint: fingerprint, project: project, atMs: nowMs)
                }
            }
        }
    }

    private func projects() async throws(RedisError) -> [String] {
        var found: Set<String> = []
        for reply in try await redis.send(schema.allShards.map { RedisCommand("SMEMBERS", $0.projects, isIdempotent: true) }) {
            found.formUnion((try reply.get().array ?? []).compactMap(\.string))
        }
        return found.sorted()
    }
}
