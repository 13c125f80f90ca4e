import RedisStore

/// Where an erasure stands, as it lies in Redis and as the API answers.
struct ErasureStatus: Codable, Sendable, Equatable {
    enum State: String, Codable, Sendable { case running, done, failed }

    let id: String
    let project: String
    var state = State.running
    /// Sessions erased so far.
    var sessions = 0
    /// Partitions whose waiting batches it waits for.
    var waiting = 0
    /// Once it ended.
    var receipt: Receipt?
    /// Why it stopped, for a person.
    var error: String?

    /// The receipt of spec 06 section 8, and what is not gone.
    struct Receipt: Codable, Sendable, Equatable {
        let sessions: Int
        let keys: Int
        let occurrences: Int
        let serverEvents: Int
        let deadLetters: Int
        let queued: Int
        let held: Int
        let pending: Int
        let unattended: Bool
        /// Of the names of the keys; nil for a dry run.
        let digest: String?

        enum CodingKeys: String, CodingKey {
            case sessions, keys, occurrences, queued, held, pending, unattended, digest
            case serverEvents = "server_events"
            case deadLetters = "dead_letters"
        }

        init(_ receipt: ErasureReceipt) {
            sessions = receipt.sessions
            keys = receipt.keys
            occurrences = receipt.occurrences
            serverEvents = receipt.serverEvents
            deadLetters = receipt.deadLetters
            queued = receipt.queued
            held = receipt.held
            pending = receipt.pending
            unattended = receipt.isUnattended
            digest = receipt.digest
        }

        /// For an audit entry.
        var detail: [(String, AuditValue)] {
            [
                ("sessions", .integer(sessions)), ("keys", .integer(keys)), ("occurrences", .integer(occurrences)),
                ("server_events", .integer(serverEvents)), ("dead_letters", .integer(deadLetters)), ("queued", .integer(queued)),
                ("held", .integer(held)), ("pending", .integer(pending)), ("digest", .text(digest ?? "")),
            ]
        }
    }
}
