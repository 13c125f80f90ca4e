/// What is known of a window's chunks without reading their events: enough to plan a seek.
public struct ChunkIndex: Sendable, Equatable {
    /// One chunk.
    public struct Entry: Sendable, Equatable {
        public let id: ChunkID
        public let events: Int
        /// Milliseconds since 1970 of its oldest and newest event.
        public let start: Double
        public let end: Double
        /// Whether it holds a full snapshot, so that a replay can begin in it.
        public let isFull: Bool

        public init(id: ChunkID, events: Int, start: Double, end: Double, isFull: Bool) {
            self.id = id
            self.events = events
            self.start = start
            self.end = end
            self.isFull = isFull
        }
    }

    /// By start, then id: the order in which a reader meets them.
    public let entries: [Entry]

    public init(entries: [Entry]) {
        self.entries = entries.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    }

    public var total: Int { entries.reduce(0) { $0 + $1.events } }
    /// The chunk that arrived last.
    public var newest: ChunkID? { entries.map(\.id).max() }
    public var start: Double? { entries.first?.start }
    public var end: Double? { entries.map(\.end).max() }
}

extension ChunkIndex.Entry {
    /// Values per chunk in the reply of `chunkIndex`: id, n, t0, t1, full, size.
    static let width = 6

    static func entries(_ reply: RedisValue) throws(RedisError) -> [ChunkIndex.Entry] {
        let flat = try reply.elements()
        return stride(from: 0, to: flat.count - flat.count % width, by: width).compactMap { index in
            guard let id = flat[index].string.flatMap(ChunkID.init) else { return nil }
            func number(_ offset: Int) -> Double { flat[index + offset].string.flatMap(Double.init) ?? 0 }
            return ChunkIndex.Entry(id: id, events: Int(number(1)), start: number(2), end: number(3), isFull: flat[index + 4].string == "1")
        }
    }
}
