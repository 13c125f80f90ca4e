/// One window (browser tab) of a session (docs/keys.md, "Windows").
public struct WindowRow: Sendable, Equatable, Identifiable {
    public let id: String
    public let chunks: Int
    public let events: Int
    /// Compressed bytes as stored.
    public let bytes: Int
    /// Milliseconds since 1970 of the oldest and newest event.
    public let start: Double
    public let end: Double
    /// The newest chunk that holds a full snapshot.
    public let newestFull: ChunkID?
    public let first: ChunkID?
    public let last: ChunkID?
    /// Batches that never arrived: sequence numbers missing below the highest one.
    public let gaps: Int
    /// Milliseconds since 1970 when the newest batch was received.
    public let received: Double

    /// - Parameter value: `chunks events bytes t0 t1 full first last sequence gaps received`.
    public init?(id: String, value: String) {
        let parts = value.split(separator: " ").map(String.init)
        guard parts.count >= 11 else { return nil }
        self.id = id
        chunks = Int(parts[0]) ?? 0
        events = Int(parts[1]) ?? 0
        bytes = Int(parts[2]) ?? 0
        start = Double(parts[3]) ?? 0
        end = Double(parts[4]) ?? 0
        newestFull = ChunkID(parts[5])
        first = ChunkID(parts[6])
        last = ChunkID(parts[7])
        gaps = Int(parts[9]) ?? 0
        received = Double(parts[10]) ?? 0
    }

    /// All windows of a session, by last activity, oldest first: the order tabs are numbered in (spec 03 section 2.3).
    static func windows(from fields: [String: String]) -> [WindowRow] {
        fields.filter { !$0.key.contains(":") }
            .compactMap { WindowRow(id: $0.key, value: $0.value) }
            .sorted { ($0.end, $0.id) < ($1.end, $1.id) }
    }
}
