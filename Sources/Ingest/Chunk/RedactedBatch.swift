/// A batch between redaction and storage: what an operator's filter is shown, and what a chunk is made of.
public struct RedactedBatch: Sendable {
    let inflated: [UInt8]
    /// The compressed bytes, when they may be kept.
    let receivedBody: [UInt8]?
    /// When the edge had the batch, ms since 1970.
    let receivedMs: Int64
    let scanned: ScannedBatch
    let metadata: RedactedMetadata?
    var rewritten = RewrittenEvents()
    public internal(set) var redactions = RedactionCounts()

    /// Events that survived redaction.
    public var eventCount: Int { scanned.events.count - rewritten.droppedCount }

    /// Visits the surviving events in their order: the bytes that would be stored, and what was scanned of the event as it came.
    public func forEachEvent(_ visit: (UnsafeRawBufferPointer, EventSpan) -> Void) {
        inflated.withUnsafeBytes { inflated in
            for (index, span) in scanned.events.enumerated() where !rewritten.isDropped(index) {
                if let event = rewritten[index] {
                    event.withUnsafeBytes { visit($0, span) }
                } else {
                    visit(UnsafeRawBufferPointer(rebasing: inflated[span.range]), span)
                }
            }
        }
    }
}

/// Events that are not stored as they came, by their place in the batch.
struct RewrittenEvents: Sendable {
    private var replaced: [Int: [UInt8]] = [:]
    private var dropped: Set<Int> = []

    var isEmpty: Bool { replaced.isEmpty && dropped.isEmpty }
    var droppedCount: Int { dropped.count }
    subscript(index: Int) -> [UInt8]? { replaced.isEmpty ? nil : replaced[index] }
    func isDropped(_ index: Int) -> Bool { !dropped.isEmpty && dropped.contains(index) }
    mutating func replace(_ index: Int, _ event: [UInt8]) { replaced[index] = event }
    mutating func drop(_ index: Int) { dropped.insert(index) }
}

/// What became of a batch's bytes.
public enum RedactionResult: Sendable {
    case redacted(RedactedBatch)
    /// The batch cannot be read, in a word or two of snake case; the edge should have refused it.
    case unreadable(String)
}
