/// Calls that were written and wait for their replies, in order. Confined to one thread.
struct InFlight {
    struct Entry {
        let exchange: Exchange
        /// Kept only when it may be sent again; the bytes of others are let go once written.
        let repeatable: Request?
        let size: Int
        let writtenAt: UInt64
        var missing: Int
        var replies: [RedisValue] = []

        init(_ request: Request, size: Int, writtenAt: UInt64) {
            exchange = request.exchange
            repeatable = request.mayRepeat ? request : nil
            self.size = size
            self.writtenAt = writtenAt
            missing = request.replyCount
            replies.reserveCapacity(missing)
        }
    }

    private var entries: [Entry?] = []
    private var head = 0

    var isEmpty: Bool { head == entries.count }
    var deadline: UInt64? { isEmpty ? nil : entries[head]?.exchange.deadline }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// Gives the reply to the oldest call; returns the call when that was its last one, nil while it misses some.
    /// - Throws: `protocol` when nobody waits.
    mutating func add(_ reply: RedisValue) throws(RedisError) -> Entry? {
        guard !isEmpty else { throw RedisError(.protocol, "a reply nobody asked for") }
        entries[head]?.replies.append(reply)
        entries[head]?.missing -= 1
        guard entries[head]?.missing == 0 else { return nil }
        return removeFirst()
    }

    mutating func removeAll() -> [Entry] {
        defer {
            entries.removeAll()
            head = 0
        }
        return entries[head...].compactMap { $0 }
    }

    private mutating func removeFirst() -> Entry? {
        defer {
            entries[head] = nil
            head += 1
            if head == entries.count {
                entries.removeAll(keepingCapacity: true)
                head = 0
            } else if head >= 1024, head * 2 >= entries.count {
                entries.removeFirst(head)
                head = 0
            }
        }
        return entries[head]
    }
}
