import Foundation
import Logging
import RedisStore

/// Erasures that run in the background. Their state lies in Redis, so that every web process can tell it (docs/keys.md, `flash:`).
struct Erasures: Sendable {
    let redis: RedisClient
    let keys: KeySchema
    let erasure: Erasure
    let logger: Logger

    /// Seconds without a sign of life after which an erasure counts as gone.
    private static let lifetime = 60
    /// Seconds a receipt can be asked for.
    private static let receiptLifetime = 86_400

    /// What would go.
    func preview(_ selection: ErasureSelection, project: String) async throws -> ErasureReceipt {
        try await erasure.erase(selection, project: project, dryRun: true)
    }

    /// Starts, and waits a while for short ones.
    /// - Parameters:
    ///   - patience: how long the answer is waited for, ms.
    ///   - began: called before the first key goes.
    ///   - ended: called when it ended, however that was.
    /// - Returns: nil when another erasure of the project is running.
    func start(
        _ selection: ErasureSelection, project: String, patience: Int, began: @escaping @Sendable () async -> Void,
        ended: @escaping @Sendable (ErasureStatus) async -> Void
    ) async throws -> ErasureStatus? {
        var generator = SystemRandomNumberGenerator()
        let id = String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
        guard try await claim(project, id) else { return nil }
        let latest = Latest(ErasureStatus(id: id, project: project))
        await save(latest.current)
        Task {
            await began()
            await run(selection, latest: latest, ended: ended)
            latest.finish()
        }
        Task {
            try? await Task.sleep(for: .milliseconds(patience))
            latest.finish()
        }
        return await latest.value()
    }

    /// - Returns: nil when nothing is known of it, or not any more.
    func status(_ id: String, project: String) async throws(RedisError) -> ErasureStatus? {
        guard let text = try await redis.send(RedisCommand("GET", key(id), isIdempotent: true)).bytes,
            let status = try? JSONDecoder().decode(ErasureStatus.self, from: Data(text)), status.project == project
        else { return nil }
        return status
    }

    /// The project's newest erasure. One that ended is told once.
    func news(project: String) async throws(RedisError) -> ErasureStatus? {
        guard let id = try await redis.send(RedisCommand("GET", claimKey(project), isIdempotent: true)).string,
            let status = try await status(id, project: project)
        else { return nil }
        if status.state != .running { _ = try await redis.send(RedisCommand("DEL", claimKey(project))) }
        return status
    }

    private func claim(_ project: String, _ id: String) async throws(RedisError) -> Bool {
        do throws(RedisError) {
            if try await redis.send(RedisCommand("SET", claimKey(project), id, "NX", "EX", Self.lifetime)).string == "OK" { return true }
            // One that ended, and that nobody looked at.
            guard let other = try await redis.send(RedisCommand("GET", claimKey(project), isIdempotent: true)).string else { return false }
            guard try await status(other, project: project)?.state ?? .done != .running else { return false }
            _ = try await redis.send(RedisCommand("SET", claimKey(project), id, "EX", Self.lifetime))
            return true
        } catch {
            // Above maxmemory erasing still works, and is what helps; two at once do no harm.
            guard error.code == .outOfMemory else { throw error }
            return true
        }
    }

    private func run(_ selection: ErasureSelection, latest: Latest<ErasureStatus>, ended: @Sendable (ErasureStatus) async -> Void) async {
        let saving = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(500))
                await save(latest.current)
            }
        }
        do {
            let receipt = try await erasure.erase(selection, project: latest.current.project) { progress in
                latest.update {
                    switch progress {
                    case .removed(let sessions): ($0.sessions, $0.waiting) = (sessions, 0)
                    case .waiting(let partitions): $0.waiting = partitions
                    }
                }
            }
            latest.update {
                $0.receipt = receipt
                $0.sessions = receipt.sessions
                $0.state = .done
            }
        } catch {
            logger.error("an erasure stopped", metadata: ["project": "\(latest.current.project)", "error": "\(error)"])
            latest.update {
                $0.error = "It stopped half-way: Redis could not be reached. Start it again; what is gone is not counted again."
                $0.state = .failed
            }
        }
        saving.cancel()
        _ = await saving.result
        latest.update { $0.waiting = 0 }
        await save(latest.current)
        await ended(latest.current)
    }

    /// Losing a state is better than stopping the work.
    private func save(_ status: ErasureStatus) async {
        guard let json = try? JSONEncoder().encode(status) else { return }
        let lifetime = status.state == .running ? Self.lifetime : Self.receiptLifetime
        _ = try? await redis.send([
            RedisCommand("SET", key(status.id), Array(json), "EX", lifetime), RedisCommand("EXPIRE", claimKey(status.project), lifetime),
        ])
    }

    private func key(_ id: String) -> RedisKey { keys.flash("erasure.\(id)") }
    private func claimKey(_ project: String) -> RedisKey { keys.flash("erasure-of.\(project)") }
}
