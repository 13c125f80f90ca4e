import Synchronization

/// Unwrapped keys in memory, bounded in number and age: a key that was destroyed is forgotten by every process within the age.
final class KeyCache<Name: Hashable & Sendable>: Sendable {
    struct Entry: Sendable {
        let key: DataKey
        let wrapped: [UInt8]
        /// Until when the key is known to live, ms since 1970; nil: for ever, or no matter.
        let deadlineMs: Int64?
        fileprivate let readAt: ContinuousClock.Instant

        init(key: DataKey, wrapped: [UInt8], deadlineMs: Int64? = nil) {
            self.key = key
            self.wrapped = wrapped
            self.deadlineMs = deadlineMs
            readAt = .now
        }
    }

    private struct Generations {
        var recent: [Name: Entry] = [:]
        var old: [Name: Entry] = [:]
    }

    private let capacity: Int
    private let maximumAge: Duration
    private let state = Mutex(Generations())

    init(capacity: Int, maximumAge: Duration) {
        self.capacity = max(2, capacity)
        self.maximumAge = maximumAge
    }

    func entry(_ name: Name) -> Entry? {
        state.withLock { state in
            guard let entry = state.recent[name] ?? state.old[name] else { return nil }
            guard entry.readAt.duration(to: .now) < maximumAge else {
                state.recent[name] = nil
                state.old[name] = nil
                return nil
            }
            // What is used survives the next change of generations.
            if state.recent[name] == nil { Self.put(entry, name, &state, capacity) }
            return entry
        }
    }

    func put(_ entry: Entry, for name: Name) { state.withLock { Self.put(entry, name, &$0, capacity) } }

    func forget(_ names: some Collection<Name>) {
        state.withLock { state in
            for name in names {
                state.recent[name] = nil
                state.old[name] = nil
            }
        }
    }

    var count: Int { state.withLock { Set($0.recent.keys).union($0.old.keys).count } }

    /// Two generations instead of a list by use: half the capacity is dropped at once, at no cost per look.
    private static func put(_ entry: Entry, _ name: Name, _ state: inout Generations, _ capacity: Int) {
        state.recent[name] = entry
        guard state.recent.count > capacity / 2 else { return }
        state.old = state.recent
        state.recent = [:]
    }
}
