/// Reads the reports of servers: checks them in the order of spec 01 sections 1.7 and 1.8, redacts and bounds what they hold.
///
/// Pure: the edge, which answers, and the worker, which stores, get the same from the same body.
public struct ReportReader: Sendable {
    static let maxClassCharacters = 200
    static let maxNameCharacters = 200
    static let maxMessageCharacters = 4000
    static let maxFrames = 100
    static let maxFrameCharacters = 2000
    private static let maxPlatformCharacters = 32

    private let redactor: Redactor
    private let anonymizesIP: Bool
    private let fingerprints: FingerprintRules

    /// - Parameter anonymizesIP: network addresses lose the part that names a household.
    public init(redactor: Redactor, anonymizesIP: Bool = true, fingerprints: FingerprintRules = FingerprintRules()) {
        self.redactor = redactor
        self.anonymizesIP = anonymizesIP
        self.fingerprints = fingerprints
    }

    /// Reads the body of `POST /errors`.
    ///
    /// - Parameters:
    ///   - body: inflated, see ``ReportBody``.
    ///   - receivedMs: the server's time, ms since 1970.
    public func error(_ body: [UInt8], project: String, receivedMs: Int64) throws(ReportRejection) -> ErrorReport {
        try read(body) { body throws(ReportRejection) in try error(in: body, project: project, receivedMs: receivedMs) }
    }

    /// Reads the body of `POST /track`; parameters as for errors.
    public func serverEvent(_ body: [UInt8], receivedMs: Int64) throws(ReportRejection) -> ServerEventReport {
        try read(body) { body throws(ReportRejection) in try event(in: body, receivedMs: receivedMs) }
    }

    // MARK: -

    private func read<Report>(
        _ body: [UInt8], _ report: (UnsafeRawBufferPointer) throws(ReportRejection) -> Report
    ) throws(ReportRejection) -> Report {
        let result: Result<Report, ReportRejection> = body.withUnsafeBytes { bytes in
            Result { () throws(ReportRejection) in
                guard JSONScanner.isJSON(bytes) else { throw .invalidJSON }
                guard let start = bytes.firstIndex(where: { $0 > Bytes.space }), bytes[start] == Bytes.openBrace else { throw .notAnObject }
                return try report(bytes)
            }
        }
        return try result.get()
    }

    private func error(in body: UnsafeRawBufferPointer, project: String, receivedMs: Int64) throws(ReportRejection) -> ErrorReport {
        let names: [StaticString] = [
            "exception_class", "message", "session_id", "window_id", "batchId", "backtrace", "timestamp", "platform", "context",
        ]
        guard let members = JSONObject(body, names) else { throw .invalidJSON }
        guard let exceptionClass = members.text("exception_class"), !exceptionClass.isEmpty else { throw .exceptionClass }
        guard let message = members.text("message"), !message.isEmpty else { throw .message }
        let session = try Self.identifier(members["session_id"], otherwise: .sessionID)
        let window = try Self.identifier(members["window_id"], otherwise: .windowID)
        let batch = try Self.identifier(members["batchId"], maxLength: Identifier.maxBatchLength, otherwise: .batchID)

        var redaction = ReportRedaction(redactor: redactor, anonymizesIP: anonymizesIP)
        let platform = Self.platform(members.text("platform"))
        let lines = members["backtrace"].flatMap { JSONValue.elements($0, limit: Self.maxFrames, JSONValue.stringified) } ?? []
        let frames = FrameLines.joined(lines.map { String(decoding: $0, as: UTF8.self) }, platform: platform).map { Array($0.utf8) }
        let context = members["context"]
        let facts = members.object("context", ["release", "environment", "request"])
        let path = facts?.object("request", ["path"])?.text("path")
        let named = (exceptionClass: redaction.patterns(exceptionClass), frames: frames.map { redaction.patterns($0) })
        var report = ErrorReport(
            fingerprint: "", sessionID: session, windowID: window, batchID: batch,
            exceptionClass: redaction.stored(named.exceptionClass, limit: Self.maxClassCharacters),
            message: redaction.text(message, limit: Self.maxMessageCharacters),
            backtrace: named.frames.map { redaction.stored($0, limit: Self.maxFrameCharacters) },
            platform: platform,
            release: redaction.label(facts?["release"], isRelease: true), environment: redaction.label(facts?["environment"]),
            page: redaction.path(path.map(PagePath.of)),
            context: context.flatMap { redaction.object($0, hasRequest: true) },
            atMs: ProblemTime.bounded(Self.milliseconds(members["timestamp"]) ?? receivedMs, receivedMs: receivedMs), receivedMs: receivedMs)
        report.redactions = redaction.counts
        report.fingerprint = fingerprints.fingerprint(
            project: project, exceptionClass: Self.text(named.exceptionClass, limit: Self.maxClassCharacters),
            backtrace: named.frames.map { Self.text($0, limit: Self.maxFrameCharacters) }, platform: report.platform)
        return report
    }

    private func event(in body: UnsafeRawBufferPointer, receivedMs: Int64) throws(ReportRejection) -> ServerEventReport {
        guard let members = JSONObject(body, ["name", "session_id", "batchId", "level", "payload", "timestamp"]) else { throw .invalidJSON }
        guard let name = members.text("name"), !name.isEmpty else { throw .name }
        let session = try Self.identifier(members["session_id"], otherwise: .sessionID)
        let batch = try Self.identifier(members["batchId"], maxLength: Identifier.maxBatchLength, otherwise: .batchID)
        let level = members.text("level").flatMap { ServerEventLevel(rawValue: String(decoding: $0, as: UTF8.self)) }

        var redaction = ReportRedaction(redactor: redactor, anonymizesIP: anonymizesIP)
        let draft = ServerEventDraft(
            name: redaction.text(name, limit: Self.maxNameCharacters), level: level ?? .info,
            atMs: ProblemTime.bounded(Self.milliseconds(members["timestamp"]) ?? receivedMs, receivedMs: receivedMs),
            payload: members["payload"].flatMap { redaction.object($0, hasRequest: false) } ?? [])
        return ServerEventReport(sessionID: session, batchID: batch, draft: draft, redactions: redaction.counts)
    }

    private static func text(_ bytes: [UInt8], limit: Int) -> String { String(decoding: TextRedaction.clamped(bytes, to: limit), as: UTF8.self) }

    /// nil when there is none; `null` and `false` are none.
    private static func identifier(
        _ value: UnsafeRawBufferPointer?, maxLength: Int = Identifier.maxLength, otherwise rejection: ReportRejection
    ) throws(ReportRejection) -> String? {
        guard let value, !JSONValue.isNull(value), !JSONValue.isFalse(value) else { return nil }
        guard let text = JSONValue.text(value), text.withUnsafeBytes({ Identifier.isValid($0, maxLength: maxLength) }) else { throw rejection }
        return String(decoding: text, as: UTF8.self)
    }

    /// In lower case; nil for what is no platform's name.
    private static func platform(_ text: [UInt8]?) -> String? {
        guard let text, (1...maxPlatformCharacters).contains(text.count), text.allSatisfy(Identifier.isAllowed) else { return nil }
        return String(decoding: text, as: UTF8.self).lowercased()
    }

    private static func milliseconds(_ seconds: UnsafeRawBufferPointer?) -> Int64? {
        seconds.flatMap(JSONValue.number).map { EventFacts.milliseconds(($0 * 1000).rounded()) }
    }
}

extension JSONScanner {
    /// Whether the bytes are exactly one JSON text.
    static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(fields: EnvelopeFields(collectsSpans: false, limits: EnvelopeLimits()))
        scanner.consume(bytes)
        return scanner.isComplete
    }
}
