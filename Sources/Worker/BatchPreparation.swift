import Ingest
import RedisStore

/// A queue entry, worked out: what the commit needs, and what to count once it has been applied.
struct PreparedBatch: Sendable {
    var entry: CommitEntry
    var eventCount = 0
    /// By pattern name.
    var redactions: [String: Int] = [:]
}

/// Turns queue entries into commit entries. Pure, but for an operator's filter: the same entry gives the same result on every worker.
struct BatchPreparation: Sendable {
    /// The reason of a dead letter the filter gave no answers for. Nothing of it is stored; it can be sent on when the filter works again.
    static let filterFailed = "filter_failed"
    /// The reason of a dead letter whose body, or whose session's chunks, no key here opens.
    static let unreadableKey = "unreadable_key"

    private let maker: ChunkMaker
    private let reports: ReportPreparation
    private let redactor: Redactor
    private let retentionMs: Int64?
    private let capturesErrors: Bool
    private let userKey: String
    private let filter: EventFilter?
    private let metrics: WorkerMetrics

    init(configuration: WorkerConfiguration, filter: EventFilter? = nil, metrics: WorkerMetrics = WorkerMetrics()) {
        self.filter = filter
        self.metrics = metrics
        redactor = Redactor(settings: configuration.redaction)
        reports = ReportPreparation(configuration: configuration, redactor: redactor)
        maker = ChunkMaker(
            limits: configuration.limits, redactor: redactor, compressionLevel: configuration.compressionLevel, userKey: configuration.userKey)
        retentionMs = configuration.retentionSeconds.map { Int64($0) * 1000 }
        capturesErrors = configuration.capturesErrors
        userKey = configuration.userKey
    }

    /// All of a micro-batch, in its order.
    func prepare(_ entries: some Collection<QueueEntry> & Sendable, nowMs: Int64) async -> [PreparedBatch] {
        var prepared: [PreparedBatch] = []
        prepared.reserveCapacity(entries.count)
        for entry in entries {
            switch redact(entry, nowMs: nowMs) {
            case .decided(let batch):
                prepared.append(batch)
            case .redacted(let redacted, let batch):
                guard let filter else {
                    prepared.append(finish(entry.id, batch, maker.chunk(of: redacted, origin: origin(of: batch))))
                    continue
                }
                prepared.append(await finish(entry.id, batch, redacted, filter))
            }
        }
        return prepared
    }

    private enum Stage {
        case decided(PreparedBatch)
        case redacted(RedactedBatch, IngestBatch)
    }

    private func redact(_ entry: QueueEntry, nowMs: Int64) -> Stage {
        guard case .success(let batch) = entry.batch else { return .decided(condemned(entry)) }
        if batch.lane != "events" { return .decided(report(entry.id, batch, nowMs: nowMs)) }
        if let retentionMs, batch.receivedMs < nowMs - retentionMs {
            return .decided(PreparedBatch(entry: batch.entry(entry.id, .expired)))
        }
        if batch.isSealed { return .decided(PreparedBatch(entry: batch.entry(entry.id, .dead(reason: Self.unreadableKey)))) }
        let encoding: BodyEncoding = batch.encoding == .gzip ? .gzip : .identity
        switch maker.redact(batch.body, encoding: encoding, expectedBytes: batch.inflatedBytes, receivedMs: batch.receivedMs) {
        case .unreadable(let reason): return .decided(PreparedBatch(entry: batch.entry(entry.id, .dead(reason: reason))))
        case .redacted(let redacted): return .redacted(redacted, batch)
        }
    }

    private func report(_ id: StreamID, _ batch: IngestBatch, nowMs: Int64) -> PreparedBatch {
        guard batch.lane == "errors" || batch.lane == "track" else { return PreparedBatch(entry: batch.entry(id, .dead(reason: "unknown_lane"))) }
        guard !batch.isSealed else { return PreparedBatch(entry: batch.entry(id, .dead(reason: Self.unreadableKey))) }
        return reports.prepare(id, batch, nowMs: nowMs)
    }

    /// nil: its errors become no problems.
    private func origin(of batch: IngestBatch) -> ChunkOrigin? {
        capturesErrors ? ChunkOrigin(project: batch.project, browser: batch.browser, device: batch.device) : nil
    }

    private func finish(_ id: StreamID, _ batch: IngestBatch, _ redacted: RedactedBatch, _ filter: EventFilter) async -> PreparedBatch {
        guard redacted.eventCount > 0 else { return finish(id, batch, maker.chunk(of: redacted)) }
        do throws(EventFilterError) {
            let answers = try await filter.answers(to: redacted, project: batch.project, session: batch.session, window: batch.window)
            let events = answers.compactMap { answer in
                if case .event(let event) = answer { event } else { nil }
            }
            let dropped = answers.count { $0 == .dropped }
            metrics.filtered(kept: events.count, dropped: dropped, invalid: answers.count - events.count - dropped)
            return finish(id, batch, maker.chunk(of: redacted, replacingEventsBy: events, origin: origin(of: batch)))
        } catch {
            return PreparedBatch(entry: batch.entry(id, .dead(reason: Self.filterFailed)))
        }
    }

    private func finish(_ id: StreamID, _ batch: IngestBatch, _ result: ChunkResult) -> PreparedBatch {
        switch result {
        case .unreadable(let reason):
            return PreparedBatch(entry: batch.entry(id, .dead(reason: reason)))
        case .filtered(let redactions):
            return PreparedBatch(entry: batch.entry(id, .filtered), redactions: Self.byPattern(redactions))
        case .chunk(let chunk):
            let stored = CommitEntry.Disposition.store(commitChunk(chunk, of: batch))
            return PreparedBatch(
                entry: batch.entry(id, stored), eventCount: chunk.eventCount, redactions: Self.byPattern(chunk.redactions))
        }
    }

    /// An entry that goes to the dead letters unread: it is none of ours, or whoever worked on it died.
    func condemned(_ entry: QueueEntry) -> PreparedBatch {
        switch entry.batch {
        case .success(let batch):
            PreparedBatch(entry: batch.entry(entry.id, .dead(reason: "failed_alone")))
        case .failure(let error):
            PreparedBatch(
                entry: CommitEntry(
                    entryID: entry.id, project: "default", session: "unknown", window: "unknown", receivedMs: 0,
                    disposition: .dead(reason: error.reason), revision: .known(nil)))
        }
    }

    private func commitChunk(_ chunk: PreparedChunk, of batch: IngestBatch) -> CommitChunk {
        let row = SessionRowFields(chunk: chunk, batch: batch, redactor: redactor, userKey: userKey)
        return CommitChunk(
            body: chunk.body, events: chunk.eventCount, t0: chunk.firstMs, t1: chunk.lastMs, isFull: chunk.hasFullSnapshot,
            lastFields: row.last, firstFields: row.first, metadata: row.metadata, dimensions: row.dimensions,
            hasErrors: capturesErrors && chunk.hasError, problems: reports.packed(chunk.problems), unlinkedErrors: chunk.unlinkedErrors)
    }

    static func byPattern(_ counts: RedactionCounts) -> [String: Int] {
        guard counts.total > 0 else { return [:] }
        return Dictionary(uniqueKeysWithValues: counts.byPattern.filter { $0.count > 0 }.map { ($0.pattern, $0.count) })
    }
}
