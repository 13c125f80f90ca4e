import Ingest

/// One stored chunk: the events of one batch (docs/keys.md, "Chunks").
public struct Chunk: Sendable, Equatable {
    public let id: ChunkID
    /// Milliseconds since 1970 of its oldest and newest event.
    public let start: Double
    public let end: Double
    /// One gzip member holding an object with `events`; sealed with the session's data key when `isSealed`.
    public let body: [UInt8]
    public let isSealed: Bool

    /// Larger than any body the edge lets in, with room for what redaction adds.
    private static let inflateLimit = 64 << 20

    /// - Parameter entry: a stream entry, `[id, [field, value, …]]`.
    init?(entry: RedisValue) {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].string.flatMap(ChunkID.init), let pairs = parts[1].pairs else {
            return nil
        }
        var start = 0.0
        var end = 0.0
        var body: [UInt8]?
        var isSealed = false
        for (field, value) in pairs {
            switch field {
            case "t0": start = value.string.flatMap(Double.init) ?? 0
            case "t1": end = value.string.flatMap(Double.init) ?? 0
            case "z": body = value.bytes
            case "v": isSealed = value.string == "2"
            default: break
            }
        }
        guard let body else { return nil }
        self.id = id
        self.start = start
        self.end = end
        self.body = body
        self.isSealed = isSealed
    }

    /// The events with their places, as stored (not sorted).
    /// - Parameter opened: the body of a sealed chunk, opened.
    /// - Returns: nil when the chunk cannot be read: damaged, or written by a later version.
    func events(opened: [UInt8]? = nil) -> [StoredEvent]? {
        guard let inflated = (opened ?? body).withUnsafeBytes({ try? Gzip.inflate($0, limit: Self.inflateLimit) }),
            let spans = EventSplitter.split(inflated)
        else { return nil }
        let known = spans.compactMap(\.timestamp)
        var timestamp = leadingTimestamp(known)
        return spans.enumerated().map { index, span in
            timestamp = span.timestamp ?? timestamp
            return StoredEvent(position: EventPosition(timestamp: timestamp, chunk: id, index: index), json: inflated[span.range])
        }
    }

    /// The effective timestamp of events that come before any with one of their own. The worker knew the event stored before them; here it shows
    /// as the bound that no event explains. Else it is the receive time, which the id holds.
    private func leadingTimestamp(_ known: [Double]) -> Double {
        guard let oldest = known.min(), let newest = known.max() else { return start }
        if start < oldest { return start }
        if end > newest { return end }
        return min(max(Double(id.milliseconds), start), end)
    }
}

/// One event and its place in the window.
public struct StoredEvent: Sendable, Equatable {
    public let position: EventPosition
    /// The event's JSON, byte for byte as stored.
    public let json: ArraySlice<UInt8>
}
