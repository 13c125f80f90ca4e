import Foundation

/// Where an event stands in its window: effective timestamp, then chunk, then place in the chunk (spec 03 section 1.5).
///
/// Ties on the timestamp keep their order, and a chunk that arrives late merges into its place.
public struct EventPosition: Sendable, Equatable, Comparable {
    /// Milliseconds since 1970.
    public let timestamp: Double
    public let chunk: ChunkID
    /// -1 stands before the first event of the chunk.
    public let index: Int

    public init(timestamp: Double, chunk: ChunkID, index: Int) {
        self.timestamp = timestamp
        self.chunk = chunk
        self.index = index
    }

    /// Before everything a chunk holds.
    public init(before entry: ChunkIndex.Entry) {
        self.init(timestamp: entry.start, chunk: entry.id, index: -1)
    }

    public static func < (left: EventPosition, right: EventPosition) -> Bool {
        (left.timestamp, left.chunk, left.index) < (right.timestamp, right.chunk, right.index)
    }

    /// Base64url of the three parts; opaque to clients.
    public var cursor: String {
        let text = "\(timestamp) \(chunk) \(index)"
        return Data(text.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Returns: nil for anything this server did not make.
    public init?(cursor: String) {
        guard cursor.utf8.count <= 128 else { return nil }
        var base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let text = String(data: data, encoding: .utf8) else { return nil }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let timestamp = Double(parts[0]), timestamp.isFinite, let chunk = ChunkID(String(parts[1])),
            let index = Int(parts[2]), index >= -1
        else { return nil }
        self.init(timestamp: timestamp, chunk: chunk, index: index)
    }
}
