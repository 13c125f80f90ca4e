/// The id of an occurrence or a server event: where it lies, and when it arrived. Newer is greater.
struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let shard: Int
    let entry: StreamID

    init(shard: Int, entry: StreamID) {
        self.shard = shard
        self.entry = entry
    }

    /// nil unless the text is `<shard>-<ms>-<sequence>`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = UInt16(parts[0]), let entry = StreamID(String(parts[1])), text == "\(shard)-\(entry)" else { return nil }
        self.init(shard: Int(shard), entry: entry)
    }

    static func < (left: RecordID, right: RecordID) -> Bool { left.entry != right.entry ? left.entry < right.entry : left.shard < right.shard }

    var description: String { "\(shard)-\(entry)" }
}

/// One entry of a stream of reports.
struct StreamRecord: Sendable {
    let id: RecordID
    let fields: [String: RedisValue]

    /// - Parameter entry: `[id, [field, value, …]]`.
    init?(shard: Int, entry: RedisValue) {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].string.flatMap(StreamID.init), let pairs = parts[1].pairs else {
            return nil
        }
        self.init(id: RecordID(shard: shard, entry: id), fields: Dictionary(pairs.map { ($0.field, $0.value) }) { first, _ in first })
    }

    init(id: RecordID, fields: [String: RedisValue]) {
        self.id = id
        self.fields = fields
    }

    /// nil when it is empty, too.
    func text(_ name: String) -> String? { fields[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    var atMs: Int64 { text("at").flatMap(Int64.init) ?? Int64(clamping: id.entry.milliseconds) }
}
