/// Turns a batch as received into the chunk that is stored (DESIGN.md section 3, "A chunk's `z`").
///
/// The browser's own bytes are kept when redaction changes nothing and nothing can hide in them; otherwise
/// `{"events":[…]}` is written anew from the redacted events.
public struct ChunkMaker: Sendable {
    private static let head = Array(#"{"events":["#.utf8)
    private static let tail = Array("]}".utf8)
    private static let errorTag = Array(#""error""#.utf8)

    private let limits: EnvelopeLimits
    private let redactor: Redactor
    private let compressionLevel: Int
    private let userKey: String

    /// - Parameters:
    ///   - compressionLevel: gzip level of chunks that are written anew.
    ///   - userKey: the metadata key that names the user; empty: none does.
    public init(limits: EnvelopeLimits, redactor: Redactor, compressionLevel: Int = 6, userKey: String = "") {
        self.userKey = userKey
        self.limits = limits
        self.redactor = redactor
        self.compressionLevel = compressionLevel
    }

    /// - Parameters:
    ///   - expectedBytes: inflated size as the edge counted it, to reserve memory once.
    ///   - receivedMs: when the edge had the batch, ms since 1970.
    public func chunk(_ body: [UInt8], encoding: BodyEncoding, expectedBytes: Int, receivedMs: Int64) -> ChunkResult {
        switch encoding {
        case .identity:
            return body.withUnsafeBytes { chunk(inflated: $0, receivedBody: nil, receivedMs: receivedMs) }
        case .gzip:
            let inflated = body.withUnsafeBytes { bytes in
                Result { () throws(GzipError) in try Gzip.member(bytes, limit: limits.maxInflatedBytes, expected: expectedBytes) }
            }
            switch inflated {
            case .failure(let error):
                return .unreadable(error == .tooLarge ? "too_large" : "invalid_gzip")
            case .success(let member):
                // A name, comment or extra field in the header, or bytes after the member, would be kept unread.
                let isBare = member.consumed == body.count && body[3] == 0
                return member.bytes.withUnsafeBytes { chunk(inflated: $0, receivedBody: isBare ? body : nil, receivedMs: receivedMs) }
            }
        }
    }

    /// - Parameter receivedBody: the compressed bytes, when they may be kept.
    private func chunk(inflated: UnsafeRawBufferPointer, receivedBody: [UInt8]?, receivedMs: Int64) -> ChunkResult {
        let batch: ScannedBatch
        do throws(EnvelopeRejection) {
            batch = try BatchScanner.scan(inflated, limits: limits)
        } catch {
            return .unreadable(error.reason)
        }
        var counts = RedactionCounts()
        let metadata = batch.metadataRange.map { redactor.metadata(UnsafeRawBufferPointer(rebasing: inflated[$0]), userKey: userKey) }
        if let metadata { counts += metadata.counts }

        var isChanged = !batch.isPlain || metadata?.isChanged == true || receivedBody == nil
        var rewritten = RewrittenEvents()
        var facts = EventFacts(receivedMs: receivedMs)
        for (index, span) in batch.events.enumerated() {
            switch redactor.event(inflated, span: span, counts: &counts) {
            case .unchanged:
                let bytes = UnsafeRawBufferPointer(rebasing: inflated[span.range])
                if span.timestampIsString, let timestamp = span.timestamp {
                    guard let event = NumericTimestamp.replacing(in: bytes, by: timestamp) else {
                        rewritten.drop(index)
                        continue
                    }
                    rewritten.replace(index, event)
                }
                facts.add(span, bytes, tag: span.tagRange.map { UnsafeRawBufferPointer(rebasing: inflated[$0]) })
            case .changed(var event):
                if span.timestampIsString, let timestamp = span.timestamp {
                    guard let numeric = event.withUnsafeBytes({ NumericTimestamp.replacing(in: $0, by: timestamp) }) else {
                        rewritten.drop(index)
                        continue
                    }
                    event = numeric
                }
                rewritten.replace(index, event)
                event.withUnsafeBytes {
                    facts.add(span, $0, tag: span.tagRange.map { UnsafeRawBufferPointer(rebasing: inflated[$0]) })
                }
            case .dropped:
                rewritten.drop(index)
            }
        }
        guard facts.count > 0 else { return .filtered(counts) }
        isChanged = isChanged || !rewritten.isEmpty
        let body: [UInt8] =
            if !isChanged, let receivedBody { receivedBody } else { compress(batch.events, of: inflated, rewritten: rewritten) }
        return .chunk(
            PreparedChunk(
                body: body, eventCount: facts.count, firstMs: facts.firstMs, lastMs: facts.lastMs,
                hasFullSnapshot: facts.hasFullSnapshot, hasError: facts.hasError, page: facts.page,
                metadata: metadata?.entries ?? [], users: metadata?.users ?? [], redactions: counts))
    }

    private func compress(_ events: [EventSpan], of inflated: UnsafeRawBufferPointer, rewritten: RewrittenEvents) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(inflated.count + 64)
        text += Self.head
        var isFirst = true
        for (index, span) in events.enumerated() where !rewritten.isDropped(index) {
            if !isFirst { text.append(Bytes.comma) }
            isFirst = false
            if let event = rewritten[index] { text += event } else { text.append(contentsOf: inflated[span.range]) }
        }
        text += Self.tail
        return text.withUnsafeBytes { Gzip.deflate($0, level: compressionLevel) }
    }

    /// Whether the tag token is `"error"`; an escaped spelling is not ours and marks nothing.
    static func isError(_ tag: UnsafeRawBufferPointer?) -> Bool { tag.map { $0.elementsEqual(errorTag) } ?? false }
}

/// Events that are not stored as they came, by their place in the batch.
private struct RewrittenEvents {
    private var replaced: [Int: [UInt8]] = [:]
    private var dropped: Set<Int> = []

    var isEmpty: Bool { replaced.isEmpty && dropped.isEmpty }
    subscript(index: Int) -> [UInt8]? { replaced.isEmpty ? nil : replaced[index] }
    func isDropped(_ index: Int) -> Bool { !dropped.isEmpty && dropped.contains(index) }
    mutating func replace(_ index: Int, _ event: [UInt8]) { replaced[index] = event }
    mutating func drop(_ index: Int) { dropped.insert(index) }
}

extension EnvelopeRejection {
    /// For a dead letter: the edge let through what a worker refuses.
    var reason: String {
        switch self {
        case .bodyTooLarge: "too_large"
        case .invalidGzip: "invalid_gzip"
        case .invalidJSON: "invalid_json"
        case .sessionID, .windowID: "invalid_id"
        case .events: "invalid_events"
        case .tooManyEvents: "too_many_events"
        case .timestamp: "invalid_timestamp"
        case .batchID, .sequence: "invalid_identity"
        }
    }
}
