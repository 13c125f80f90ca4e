extension ErrorReport {
    static let maxDocumentBytes = 65_536
    /// A context that its redaction, or its escapes, have made longer than this gives way to the rest.
    private static let maxContextBytes = 32_768

    /// What it adds to its problem.
    public func delta() -> ProblemDelta {
        let facets = [("release", release), ("environment", environment), ("page", page)].compactMap { dimension, value in
            value.map { ProblemFacet(dimension: dimension, value: $0, count: 1) }
        }
        return ProblemDelta(
            fingerprint: fingerprint, origin: .server, exceptionClass: exceptionClass, title: Self.title(exceptionClass, message),
            message: message, platform: platform, release: release, firstMs: atMs, lastMs: atMs, facets: facets,
            buckets: ProblemTime.buckets(atMs, receivedMs: receivedMs).map { ProblemBucket(name: $0, count: 1) },
            occurrences: [OccurrenceDraft(atMs: atMs, document: document)])
    }

    private var document: [UInt8] {
        var writer = OccurrenceWriter(maxBytes: Self.maxDocumentBytes)
        writer.add("exception_class", exceptionClass)
        writer.add("message", message)
        writer.add("platform", platform)
        writer.add("release", release)
        writer.add("environment", environment)
        writer.add("page", page)
        if let context {
            // Quotes and backslashes of the text are doubled in it.
            let size = context.reduce(0) { $0 + ($1 == Bytes.quote || $1 == Bytes.backslash ? 2 : 1) }
            writer.add("context", string: size > Self.maxContextBytes ? ReportRedaction.truncated : context)
        }
        return writer.finish(backtrace: backtrace)
    }

    /// At most 200 characters.
    static func title(_ exceptionClass: String, _ message: String) -> String {
        let title = exceptionClass.isEmpty ? message : "\(exceptionClass): \(message)"
        return String(decoding: TextRedaction.clamped(Array(title.utf8), to: 200), as: UTF8.self)
    }
}
