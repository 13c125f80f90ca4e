/// Some events of one window, in order.
public struct EventPage: Sendable, Equatable {
    public var events: [StoredEvent] = []
    /// Whether more follow.
    public var hasMore = false
    /// Events of the whole window.
    public var total = 0
    /// The newest chunk known, for asking what arrived since.
    public var newest: ChunkID?
    /// Chunks that could not be read.
    public var unreadable = 0
    /// Sealed chunks whose key could not be had, or does not open them.
    public var locked = 0
    /// Why, of the last of them.
    public var keyFault: KeyFault?

    public init() {}

    /// Where to go on; nil at the end.
    public var next: EventPosition? { hasMore ? events.last?.position : nil }
}

/// What part of a window is wanted.
public struct EventRange: Sendable, Equatable {
    /// Exclusive.
    public var after: EventPosition?
    /// Exclusive: timestamps must be greater, in ms. The original's paging, which loses ties.
    public var afterTimestamp: Double?
    /// Exclusive.
    public var before: EventPosition?

    public init(after: EventPosition? = nil, afterTimestamp: Double? = nil, before: EventPosition? = nil) {
        self.after = after
        self.afterTimestamp = afterTimestamp
        self.before = before
    }

    func contains(_ position: EventPosition) -> Bool {
        if let after, position <= after { return false }
        if let afterTimestamp, position.timestamp <= afterTimestamp { return false }
        if let before, position >= before { return false }
        return true
    }

    /// Whether a chunk can hold anything wanted.
    func mayOverlap(_ entry: ChunkIndex.Entry) -> Bool {
        if let after, entry.end < after.timestamp { return false }
        if let afterTimestamp, entry.end <= afterTimestamp { return false }
        if let before, EventPosition(before: entry) >= before { return false }
        return true
    }
}
