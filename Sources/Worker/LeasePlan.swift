import RedisStore

/// Which partitions a worker should give up and how many more it may take, so that live workers share evenly.
///
/// Deterministic: workers sorted by id, the first `total % count` hold one more. Everybody who sees the same list of live
/// workers comes to the same shares, so nothing has to be negotiated.
struct LeasePlan: Equatable {
    let release: [Place]
    let acquire: [Place]

    /// - Parameters:
    ///   - worker: this worker's id.
    ///   - live: ids of all live workers; this one is added when missing.
    ///   - held: partitions this worker owns.
    ///   - all: every partition of the deployment.
    init(worker: String, live: Set<String>, held: Set<Place>, all: [Place]) {
        let workers = live.union([worker]).sorted()
        let rank = workers.firstIndex(of: worker) ?? 0
        let share = all.count / workers.count + (rank < all.count % workers.count ? 1 : 0)
        let heldInOrder = all.filter(held.contains)
        release = Array(heldInOrder.dropFirst(share))
        // Starting at its own place keeps workers from all reaching for the same partition first.
        let start = all.isEmpty ? 0 : rank * all.count / workers.count
        let candidates = all[start...] + all[..<start]
        acquire = heldInOrder.count >= share ? [] : candidates.filter { !held.contains($0) }
        missing = max(0, share - heldInOrder.count)
    }

    /// How many of `acquire` the worker may take.
    let missing: Int
}
