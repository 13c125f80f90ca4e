import Ingest
import RedisStore

/// A queue entry, worked out: what the commit needs, and what to count once it has been applied.
struct PreparedBatch: Sendable {
    var entry: CommitEntry
    var eventCount = 0
    /// By pattern name.
    var redactions: [String: Int] = [:]
}

/// Turns queue entries into commit entries. Pure: the same entry gives the same result on every worker.
struct BatchPreparation: Sendable {
    private let maker: ChunkMaker
    private let redactor: Redactor
    private let retentionMs: Int64?
    private let capturesErrors: Bool
    private let userKey: String

    init(configuration: WorkerConfiguration) {
        redactor = Redactor(settings: configuration.redaction)
        maker = ChunkMaker(
            limits: configuration.limits, redactor: redactor, compressionLevel: configuration.compressionLevel, userKey: configuration.userKey)
        retentionMs = configuration.retentionSeconds.map { Int64($0) * 1000 }
        capturesErrors = configuration.capturesErrors
        userKey = configuration.userKey
    }

    func prepare(_ entry: QueueEntry, nowMs: Int64) -> PreparedBatch {
        guard case .success(let batch) = entry.batch else { return condemned(entry) }
        if let retentionMs, batch.receivedMs < nowMs - retentionMs {
            return PreparedBatch(entry: commitEntry(entry.id, batch, .expired))
        }
        let encoding: BodyEncoding = batch.encoding == .gzip ? .gzip : .identity
        switch maker.chunk(batch.body, encoding: encoding, expectedBytes: batch.inflatedBytes, receivedMs: batch.receivedMs) {
        case .unreadable(let reason):
            return PreparedBatch(entry: commitEntry(entry.id, batch, .dead(reason: reason)))
        case .filtered(let redactions):
            return PreparedBatch(entry: commitEntry(entry.id, batch, .filtered), redactions: Self.byPattern(redactions))
        case .chunk(let chunk):
            let stored = CommitEntry.Disposition.store(commitChunk(chunk, of: batch))
            return PreparedBatch(
                entry: commitEntry(entry.id, batch, stored), eventCount: chunk.eventCount, redactions: Self.byPattern(chunk.redactions))
        }
    }

    /// An entry that goes to the dead letters unread: it is none of ours, or whoever worked on it died.
    func condemned(_ entry: QueueEntry) -> PreparedBatch {
        switch entry.batch {
        case .success(let batch):
            PreparedBatch(entry: commitEntry(entry.id, batch, .dead(reason: "failed_alone")))
        case .failure(let error):
            PreparedBatch(
                entry: CommitEntry(
                    entryID: entry.id, project: "default", session: "unknown", window: "unknown", receivedMs: 0,
                    disposition: .dead(reason: error.reason), revision: .known(nil)))
        }
    }

    private func commitEntry(_ id: StreamID, _ batch: IngestBatch, _ disposition: CommitEntry.Disposition) -> CommitEntry {
        CommitEntry(
            entryID: id, project: batch.project, session: batch.session, window: batch.window,
            batchDigest: batch.batchID.map(BatchDigest.of), sequence: batch.sequence, receivedMs: batch.receivedMs,
            disposition: disposition, revision: .known(nil))
    }

    private func commitChunk(_ chunk: PreparedChunk, of batch: IngestBatch) -> CommitChunk {
        let row = SessionRowFields(chunk: chunk, batch: batch, redactor: redactor, userKey: userKey)
        return CommitChunk(
            body: chunk.body, events: chunk.eventCount, t0: chunk.firstMs, t1: chunk.lastMs, isFull: chunk.hasFullSnapshot,
            lastFields: row.last, firstFields: row.first, metadata: row.metadata, dimensions: row.dimensions,
            hasErrors: capturesErrors && chunk.hasError)
    }

    private static func byPattern(_ counts: RedactionCounts) -> [String: Int] {
        guard counts.total > 0 else { return [:] }
        return Dictionary(uniqueKeysWithValues: counts.byPattern.filter { $0.count > 0 }.map { ($0.pattern, $0.count) })
    }
}
