import Logging
import RedisStore

/// Deletes all sessions last updated up to a time, in the background. Progress lies in Redis, so that every web process can show it.
struct Purge: Sendable {
    let redis: RedisClient
    let keys: KeySchema
    let removal: SessionRemoval
    let logger: Logger

    /// How far a purge is.
    struct Progress: Equatable, Sendable {
        enum State: String, Sendable { case running, done, failed }

        var state: State
        var done: Int
        var total: Int

        fileprivate var text: String { "\(state.rawValue) \(done) \(total)" }

        init(state: State, done: Int, total: Int) {
            self.state = state
            self.done = done
            self.total = total
        }

        init?(text: String) {
            let parts = text.split(separator: " ")
            guard parts.count == 3, let state = State(rawValue: String(parts[0])), let done = Int(parts[1]), let total = Int(parts[2]) else {
                return nil
            }
            self.init(state: state, done: done, total: total)
        }
    }

    /// Seconds without a sign of life after which a purge counts as gone.
    private static let lifetime = 60

    func progress(project: String) async throws(RedisError) -> Progress? {
        try await redis.send(RedisCommand("GET", key(project), isIdempotent: true)).string.flatMap(Progress.init(text:))
    }

    /// About how many sessions a purge up to a time (s since 1970, inclusive) would take.
    func count(until: Double, project: String) async throws -> Int { try await removal.count(try range(until), project: project) }

    /// Starts, and waits a moment for short ones.
    /// - Parameters:
    ///   - until: seconds since 1970, inclusive.
    ///   - errorsUntil: another end for errors and server events; nil: the same.
    ///   - ended: called with what was taken, and whether that is all.
    /// - Returns: where it stands; nil when another purge of the project is running.
    func start(
        until: Double, errorsUntil: Double? = nil, project: String, ended: @escaping @Sendable (RemovalCounts, Bool) async -> Void
    ) async throws -> Progress? {
        let range = try range(until)
        let total = try await removal.count(range, project: project)
        if let running = try await progress(project: project), running.state == .running { return nil }
        let begun = Progress(state: .running, done: 0, total: total)
        // Above maxmemory purging works, and helps; its progress cannot be told then.
        do throws(RedisError) { try await save(begun, project) } catch { guard error.code == .outOfMemory else { throw error } }
        let latest = Latest(begun)
        Task {
            await run(range, errorsOlderThanMs: errorsUntil.map { Int64($0 * 1000) + 1 }, project: project, latest: latest, ended: ended)
            latest.finish()
        }
        Task {
            try? await Task.sleep(for: .milliseconds(800))
            latest.finish()
        }
        return await latest.value()
    }

    private func range(_ until: Double) throws -> RemovalRange { try RemovalRange(sinceMs: nil, untilMs: Int64(until * 1000)) }

    private func run(
        _ range: RemovalRange, errorsOlderThanMs: Int64?, project: String, latest: Latest<Progress>,
        ended report: @Sendable (RemovalCounts, Bool) async -> Void
    ) async {
        let saving = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(500))
                try? await save(latest.current, project)
            }
        }
        var ended: Progress
        do {
            let counts = try await removal.remove(
                range, project: project, reason: .purged, batch: 100, errorsOlderThanMs: errorsOlderThanMs
            ) { counts in
                latest.update {
                    $0.done = counts.sessions; $0.total = max($0.total, counts.sessions)
                }
            }
            ended = latest.current
            ended.done = counts.sessions
            ended.state = .done
            await report(counts, true)
        } catch {
            ended = latest.current
            ended.state = .failed
            var counts = RemovalCounts()
            counts.sessions = ended.done
            await report(counts, false)
            logger.error("purge stopped", metadata: ["project": "\(project)", "error": "\(error)", "done": "\(ended.done)"])
        }
        saving.cancel()
        _ = await saving.result
        latest.update { $0 = ended }
        try? await save(ended, project)
    }

    private func save(_ progress: Progress, _ project: String) async throws(RedisError) {
        _ = try await redis.send(RedisCommand("SET", key(project), progress.text, "EX", Self.lifetime))
    }

    private func key(_ project: String) -> RedisKey { keys.flash("purge.\(project)") }
}
