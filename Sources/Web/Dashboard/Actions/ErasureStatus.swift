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
    var receipt: ErasureReceipt?
    /// Why it stopped, for a person.
    var error: String?
}
