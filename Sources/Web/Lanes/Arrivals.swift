import Foundation
import RedisStore
import Synchronization

/// When and from which site the newest batch of a project came, so that the Install page can say whether a tag works.
///
/// Costs a batch a lock and, at most once a second, a command nobody waits for.
final class Arrivals: Sendable {
    private let redis: RedisClient
    private let keys: KeySchema
    private let noted = Mutex<[String: ContinuousClock.Instant]>([:])

    private static let interval = Duration.seconds(1)
    /// Seconds.
    private static let lifetime = 2_592_000
    /// Characters: the longest host name and a port, with some room.
    private static let maxOrigin = 300

    init(redis: RedisClient, keys: KeySchema) {
        self.redis = redis
        self.keys = keys
    }

    /// - Parameters:
    ///   - status: of the answer.
    ///   - origin: as the browser sent it; nil when it sent none.
    func note(project: String, status: Int, origin: String?) {
        let key = keys.arrival(Self.outcome(of: status), project: project)
        let now = ContinuousClock.now
        let isDue = noted.withLock { noted in
            if let last = noted["\(key)"], now - last < Self.interval { return false }
            noted["\(key)"] = now
            return true
        }
        guard isDue else { return }
        let arrival = Arrival(
            milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000), status: status, origin: origin.map { String($0.prefix(Self.maxOrigin)) })
        let redis = redis
        // Losing it is better than delaying or failing a batch.
        Task { try? await redis.send(RedisCommand("SET", key, arrival.text, "EX", Self.lifetime)) }
    }

    static func read(_ redis: RedisClient, _ keys: KeySchema, project: String) async throws(RedisError) -> (accepted: Arrival?, refused: Arrival?) {
        let replies = try await redis.send([
            RedisCommand("GET", keys.arrival("accepted", project: project), isIdempotent: true),
            RedisCommand("GET", keys.arrival("refused", project: project), isIdempotent: true),
        ])
        return (replies.first?.string.flatMap(Arrival.init(text:)), replies.last?.string.flatMap(Arrival.init(text:)))
    }

    private static func outcome(of status: Int) -> String { status < 400 ? "accepted" : "refused" }
}

/// One batch as the Install page speaks of it.
struct Arrival: Sendable, Equatable {
    /// Since 1970.
    let milliseconds: Int64
    let status: Int
    /// nil when the browser told none.
    let origin: String?

    var text: String { "\(milliseconds) \(status) \(origin ?? "")" }

    init(milliseconds: Int64, status: Int, origin: String?) {
        self.milliseconds = milliseconds
        self.status = status
        self.origin = origin
    }

    init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let milliseconds = Int64(parts[0]), let status = Int(parts[1]) else { return nil }
        self.init(milliseconds: milliseconds, status: status, origin: parts[2].isEmpty ? nil : String(parts[2]))
    }
}
