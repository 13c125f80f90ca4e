/// Turns a batch as received into the chunk that is stored (DESIGN.md section 3, "A chunk's `z`"), in two stages: redaction, and making
/// the chunk. An operator's filter stands between them.
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

    /// Both stages.
    public func chunk(
        _ body: [UInt8], encoding: BodyEncoding, expectedBytes: Int, receivedMs: Int64, origin: ChunkOrigin? = nil
    ) -> ChunkResult {
        switch redact(body, encoding: encoding, expectedBytes: expectedBytes, receivedMs: receivedMs) {
        case .redacted(let batch): chunk(of: batch, origin: origin)
        case .unreadable(let reason): .unreadable(reason)
        }
    }

    /// The first stage.
    ///
    /// - Parameters:
    ///   - expectedBytes: inflated size as the edge counted it, to reserve memory once.
    ///   - receivedMs: when the edge had the batch, ms since 1970.
    public func redact(_ body: [UInt8], encoding: BodyEncoding, expectedBytes: Int, receivedMs: Int64) -> RedactionResult {
        switch encoding {
        case .identity:
            return redact(inflated: body, receivedBody: nil, receivedMs: receivedMs, limits: limits)
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
                return redact(inflated: member.bytes, receivedBody: isBare ? body : nil, receivedMs: receivedMs, limits: limits)
            }
        }
    }

    /// The second stage.
    ///
    /// - Parameter origin: whose errors these are; without one they become no problems.
    public func chunk(of batch: RedactedBatch, origin: ChunkOrigin? = nil) -> ChunkResult {
        var facts = EventFacts(receivedMs: batch.receivedMs, origin: origin)
        batch.inflated.withUnsafeBytes { inflated in
            for (index, span) in batch.scanned.events.enumerated() where !batch.rewritten.isDropped(index) {
                let tag = span.tagRange.map { UnsafeRawBufferPointer(rebasing: inflated[$0]) }
                if let event = batch.rewritten[index] {
                    event.withUnsafeBytes { facts.add(span, $0, tag: tag) }
                } else {
                    facts.add(span, UnsafeRawBufferPointer(rebasing: inflated[span.range]), tag: tag)
                }
            }
        }
        guard facts.count > 0 else { return .filtered(batch.redactions) }
        let isChanged = !batch.scanned.isPlain || batch.metadata?.isChanged == true || !batch.rewritten.isEmpty
        let body = if !isChanged, let received = batch.receivedBody { received } else { compress(batch) }
        return .chunk(
            PreparedChunk(
                body: body, eventCount: facts.count, firstMs: facts.firstMs, lastMs: facts.lastMs,
                hasFullSnapshot: facts.hasFullSnapshot, hasError: facts.hasError, page: facts.page,
                metadata: batch.metadata?.entries ?? [], users: batch.metadata?.users ?? [], redactions: batch.redactions,
                problems: facts.errors?.deltas() ?? [], unlinkedErrors: facts.errors?.unlinked ?? 0))
    }

    /// The second stage with other events: they are scanned and redacted like those of a browser, so that nothing is stored, and no fact
    /// taken, that has not passed. Metadata stays.
    ///
    /// - Parameter events: in their order, each as ``LoneEvent`` accepts it.
    public func chunk(of batch: RedactedBatch, replacingEventsBy events: [[UInt8]], origin: ChunkOrigin? = nil) -> ChunkResult {
        guard !events.isEmpty else { return .filtered(batch.redactions) }
        let envelope = batch.scanned.envelope
        var body = Array(#"{"sessionId":"\#(envelope.sessionID)","windowId":"\#(envelope.windowID)","events":["#.utf8)
        body.reserveCapacity(events.reduce(body.count + 2) { $0 + $1.count + 1 })
        for (index, event) in events.enumerated() {
            if index > 0 { body.append(Bytes.comma) }
            body += event
        }
        body += Self.tail
        // Whoever made the events holds to its own bound on their size.
        var limits = limits
        limits.maxBodyBytes = max(limits.maxBodyBytes, body.count)
        switch redact(inflated: body, receivedBody: nil, receivedMs: batch.receivedMs, limits: limits, metadata: batch.metadata) {
        case .unreadable(let reason): return .unreadable(reason)
        case .redacted(var again):
            again.redactions += batch.redactions
            return chunk(of: again, origin: origin)
        }
    }

    private func redact(
        inflated body: [UInt8], receivedBody: [UInt8]?, receivedMs: Int64, limits: EnvelopeLimits, metadata known: RedactedMetadata? = nil
    ) -> RedactionResult {
        body.withUnsafeBytes { inflated in
            let scanned: ScannedBatch
            do throws(EnvelopeRejection) {
                scanned = try BatchScanner.scan(inflated, limits: limits)
            } catch {
                return .unreadable(error.reason)
            }
            let metadata =
                known ?? scanned.metadataRange.map { redactor.metadata(UnsafeRawBufferPointer(rebasing: inflated[$0]), userKey: userKey) }
            var batch = RedactedBatch(
                inflated: body, receivedBody: receivedBody, receivedMs: receivedMs, scanned: scanned, metadata: metadata)
            if known == nil, let metadata { batch.redactions += metadata.counts }
            for (index, span) in scanned.events.enumerated() {
                redactEvent(index, span, inflated, &batch)
            }
            return .redacted(batch)
        }
    }

    @inline(__always)
    private func redactEvent(_ index: Int, _ span: EventSpan, _ inflated: UnsafeRawBufferPointer, _ batch: inout RedactedBatch) {
        switch redactor.event(inflated, span: span, counts: &batch.redactions) {
        case .unchanged:
            guard span.timestampIsString, let timestamp = span.timestamp else { return }
            replace(index, NumericTimestamp.replacing(in: UnsafeRawBufferPointer(rebasing: inflated[span.range]), by: timestamp), &batch)
        case .changed(let event):
            guard span.timestampIsString, let timestamp = span.timestamp else { return batch.rewritten.replace(index, event) }
            replace(index, event.withUnsafeBytes { NumericTimestamp.replacing(in: $0, by: timestamp) }, &batch)
        case .dropped:
            batch.rewritten.drop(index)
        }
    }

    private func replace(_ index: Int, _ event: [UInt8]?, _ batch: inout RedactedBatch) {
        if let event { batch.rewritten.replace(index, event) } else { batch.rewritten.drop(index) }
    }

    private func compress(_ batch: RedactedBatch) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(batch.inflated.count + 64)
        text += Self.head
        var isFirst = true
        batch.forEachEvent { event, _ in
            if !isFirst { text.append(Bytes.comma) }
            isFirst = false
            text.append(contentsOf: event)
        }
        text += Self.tail
        return text.withUnsafeBytes { Gzip.deflate($0, level: compressionLevel) }
    }

    /// Whether the tag token is `"error"`; an escaped spelling is not ours and marks nothing.
    static func isError(_ tag: UnsafeRawBufferPointer?) -> Bool { tag.map { $0.elementsEqual(errorTag) } ?? false }
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
