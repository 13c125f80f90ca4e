import Logging
import RedisStore

/// Ends keys nothing needs any more where they have a Redis of their own, by the worker that owns partition 0 of shard 0.
struct KeyCare: Sendable {
    /// A sweep reads every key's name; what it ends is of no use to anybody meanwhile.
    static let intervalSeconds = 3_600

    private let sweep: KeySweep
    private let crew: PartitionCrew
    private let logger: Logger

    /// - Returns: nil where the scripts that remove sessions end the keys, too.
    init?(encryption: Encryption?, redis: RedisClient, crew: PartitionCrew, logger: Logger) {
        guard let encryption, encryption.vault.isSeparate else { return nil }
        sweep = KeySweep(vault: encryption.vault, data: redis)
        self.crew = crew
        self.logger = logger
    }

    /// Sweeps after a minute and then once an hour, until cancelled.
    func run() async {
        var suspects: Set<SessionReference> = []
        // Soon after the start: a worker that is restarted often must come to it, too.
        var pause = 60
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(pause))
            pause = Self.intervalSeconds
            guard await crew.held.contains(Place(shard: 0, partition: 0)) else { continue }
            do throws(RedisError) {
                let ended = try await sweep.sweep(suspects: &suspects)
                if ended > 0 { logger.info("ended \(ended) keys without a session") }
            } catch {
                logger.warning("sweeping keys stopped: \(error)")
            }
        }
    }
}
