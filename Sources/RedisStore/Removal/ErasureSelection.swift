/// What an erasure takes, in one project.
public enum ErasureSelection: Hashable, Sendable {
    /// Ids; those that are not there get a tombstone, too, for their batches may still wait in the queue.
    case sessions([String])
    /// Every session whose metadata ever had exactly this value under `user_key`: a text, or a number as it was written.
    case user(String)
    /// Sessions by last update, and by arrival the reports that no session leads to; both bounds inclusive.
    case range(RemovalRange)
}

/// How far an erasure is.
public enum ErasureProgress: Hashable, Sendable {
    case removed(sessions: Int)
    /// Batches that arrived before still wait in so many partitions.
    case waiting(partitions: Int)
}
