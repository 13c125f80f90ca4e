import Ingest
import Logging
import RedisStore

/// Counts failed logins per reduced client address, over all web processes (docs/keys.md, `login:<address>`).
struct FailedLogins: Sendable {
    let redis: RedisClient
    let keys: KeySchema
    let logger: Logger
    /// Failures after which an address has to wait.
    var limit = 10
    /// How long failures count, in seconds.
    var period = 900

    /// Seconds an address has to wait, and whether this is the first try that has to; nil when it may try.
    ///
    /// Without Redis nobody is held up: the password still protects the pages, which have nothing to show then.
    func pause(address: String?) async -> (seconds: Int, isFirst: Bool)? {
        let key = key(address)
        do {
            let replies = try await redis.send([
                RedisCommand("GET", key, isIdempotent: true), RedisCommand("TTL", key, isIdempotent: true),
            ])
            guard replies.count == 2, (replies[0].int ?? 0) >= limit else { return nil }
            // Tries within the pause count on, so that of all processes one sees the first.
            let count = try await redis.send(RedisCommand("INCR", key)).int ?? 0
            return (max(1, replies[1].int ?? period), count == limit + 1)
        } catch {
            logger.debug("cannot read failed logins", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func record(address: String?) async {
        let key = key(address)
        do {
            _ = try await redis.send([RedisCommand("INCR", key), RedisCommand("EXPIRE", key, period, "NX")])
        } catch {
            logger.debug("cannot count a failed login", metadata: ["error": "\(error)"])
        }
    }

    private func key(_ address: String?) -> RedisKey {
        keys.failedLogins(address: address.flatMap(ClientAddress.anonymized) ?? "unknown")
    }
}
