import Ingest
import RedisStore

/// Turns what the lanes `errors` and `track` queued into what the commit stores (docs/errors.md). Pure, like `BatchPreparation`.
struct ReportPreparation: Sendable {
    /// The reason of a dead letter that is no report any more: the edge took it under other rules.
    static let invalidReport = "invalid_report"

    private let reader: ReportReader
    private let limits: EnvelopeLimits
    private let retentionMs: Int64?
    private let compressionLevel: Int

    init(configuration: WorkerConfiguration, redactor: Redactor) {
        reader = ReportReader(
            redactor: redactor, anonymizesIP: configuration.anonymizesIP,
            fingerprints: FingerprintRules(defaultPlatform: configuration.defaultPlatform))
        limits = configuration.limits
        retentionMs = configuration.errorsRetentionMs
        compressionLevel = configuration.compressionLevel
    }

    /// - Parameter batch: of one of the two lanes, opened.
    func prepare(_ id: StreamID, _ batch: IngestBatch, nowMs: Int64) -> PreparedBatch {
        if let retentionMs, batch.receivedMs < nowMs - retentionMs { return PreparedBatch(entry: batch.entry(id, .expired)) }
        do throws(ReportRejection) {
            let body = try ReportBody.inflated(batch.body, contentEncoding: batch.encoding == .gzip ? "gzip" : nil, limits: limits)
            return batch.lane == "track" ? try serverEvent(id, batch, body) : try error(id, batch, body)
        } catch {
            return PreparedBatch(entry: batch.entry(id, .dead(reason: Self.invalidReport)))
        }
    }

    /// The documents as they are stored.
    func packed(_ problems: [ProblemDelta]) -> [ProblemDelta] {
        problems.map { problem in
            var problem = problem
            for index in problem.occurrences.indices { problem.occurrences[index].document = packed(problem.occurrences[index].document) }
            return problem
        }
    }

    private func error(_ id: StreamID, _ batch: IngestBatch, _ body: [UInt8]) throws(ReportRejection) -> PreparedBatch {
        let report = try reader.error(body, project: batch.project, receivedMs: batch.receivedMs)
        var delta = report.delta()
        // What was answered is what is stored, should the rules be other ones here.
        if let answered = batch.fingerprint { delta.fingerprint = answered }
        let entry = batch.entry(id, .report(CommitReport(problems: packed([delta]))), batchID: report.batchID)
        return PreparedBatch(entry: entry, redactions: BatchPreparation.byPattern(report.redactions))
    }

    private func serverEvent(_ id: StreamID, _ batch: IngestBatch, _ body: [UInt8]) throws(ReportRejection) -> PreparedBatch {
        let report = try reader.serverEvent(body, receivedMs: batch.receivedMs)
        var draft = report.draft
        if !draft.payload.isEmpty { draft.payload = packed(draft.payload) }
        let entry = batch.entry(id, .report(CommitReport(events: [draft])), batchID: report.batchID)
        return PreparedBatch(entry: entry, redactions: BatchPreparation.byPattern(report.redactions))
    }

    private func packed(_ document: [UInt8]) -> [UInt8] { document.withUnsafeBytes { Gzip.deflate($0, level: compressionLevel) } }
}

extension IngestBatch {
    /// The commit's line for it.
    func entry(_ id: StreamID, _ disposition: CommitEntry.Disposition, batchID: String? = nil) -> CommitEntry {
        CommitEntry(
            entryID: id, project: project, session: reference.session, window: window, batchDigest: (self.batchID ?? batchID).map(BatchDigest.of),
            sequence: sequence, receivedMs: receivedMs, disposition: disposition, revision: .known(nil))
    }
}
