/// A batch as the worker sees it: the envelope, and where everything lies in its JSON text.
public struct ScannedBatch: Sendable, Equatable {
    public var envelope: Envelope
    /// In the order of the body.
    public var events: [EventSpan]
    /// Bytes of the `metadata` object, braces included; `nil` when it is absent or not an object.
    public var metadataRange: Range<Int>?
    /// Top-level fields besides those of `Envelope`, `events` and `metadata`, or one of these that is not of its kind.
    public var hasUnknownFields: Bool
    /// A key occurs twice at top level, in an event or directly in its `data`.
    public var hasDuplicateKeys: Bool
    /// A timestamp is a string.
    public var hasStringTimestamps: Bool

    /// Whether nothing can hide in the text besides what redaction looks at, so that it may be stored as it is
    /// when redaction changes nothing (DESIGN.md section 3). Bytes after the gzip member are the caller's to check.
    public var isPlain: Bool { !hasUnknownFields && !hasDuplicateKeys && !hasStringTimestamps }
}

/// Scans the JSON text of a batch held whole in memory.
public enum BatchScanner {
    /// - Parameters:
    ///   - encoding: how the text came; only passed on into the envelope.
    /// - Throws: the same rejections as `EnvelopeInspector`, but for gzip and the size as received.
    public static func scan(
        _ inflated: UnsafeRawBufferPointer, limits: EnvelopeLimits, encoding: BodyEncoding = .identity
    ) throws(EnvelopeRejection) -> ScannedBatch {
        // Spans hold offsets of 32 bits.
        guard inflated.count <= max(limits.maxInflatedBytes, limits.maxBodyBytes), inflated.count <= UInt32.max else {
            throw .bodyTooLarge
        }
        var scanner = JSONScanner(fields: EnvelopeFields(collectsSpans: true, limits: limits))
        scanner.consume(inflated)
        guard scanner.isComplete else { throw .invalidJSON }
        let fields = scanner.fields
        return ScannedBatch(
            envelope: try fields.envelope(inflatedBytes: inflated.count, encoding: encoding),
            events: fields.spans,
            metadataRange: fields.metadataRange,
            hasUnknownFields: fields.hasUnknownFields,
            hasDuplicateKeys: fields.hasDuplicateKeys,
            hasStringTimestamps: fields.hasStringTimestamps
        )
    }
}
