import Foundation
import Ingest
import RedisStore

/// A batch and what a worker would make of it.
struct Draft: Sendable {
    var project = "default"
    var session = "s1"
    var window = "w1"
    var batchID: String?
    var sequence: Int?
    var receivedMs = Int64(Date().timeIntervalSince1970 * 1000)
    var events = 1
    var t0: Int64 = 1_000
    var t1: Int64 = 2_000
    var isFull = false
    var size = 20
    var lastFields: [(String, String)] = []
    var firstFields: [(String, String)] = []
    var metadata: [(key: String, json: [UInt8])] = []
    var dimensions: [(dimension: String, value: String)] = []
    var hasErrors = false
    /// Of the chunk, or with `isReport` alone.
    var problems: [ProblemDelta] = []
    var serverEvents: [ServerEventDraft] = []
    var isReport = false
    /// Instead of storing.
    var disposition: CommitEntry.Disposition?

    init(_ session: String = "s1", _ window: String = "w1", _ change: (inout Draft) -> Void = { _ in }) {
        self.session = session
        self.window = window
        change(&self)
    }

    var body: [UInt8] { [UInt8](repeating: UInt8(ascii: "z"), count: size) }

    var batch: IngestBatch {
        IngestBatch(
            lane: isReport ? (serverEvents.isEmpty ? "errors" : "track") : "events", project: project,
            session: session.hasPrefix(".") ? "" : session, window: window,
            fingerprint: session.hasPrefix(".") ? String(session.dropFirst()) : problems.first?.fingerprint, batchID: batchID, sequence: sequence,
            receivedMs: receivedMs,
            encoding: .gzip, eventCount: events, inflatedBytes: size * 8, body: body)
    }

    var chunk: CommitChunk {
        CommitChunk(
            body: body, events: events, t0: t0, t1: t1, isFull: isFull, lastFields: lastFields, firstFields: firstFields,
            metadata: metadata, dimensions: dimensions, hasErrors: hasErrors, problems: problems)
    }

    /// What a server reported; without a session it stands for itself.
    static func error(_ problem: ProblemDelta, session: String? = nil, _ change: (inout Draft) -> Void = { _ in }) -> Draft {
        Draft(session ?? ".\(problem.fingerprint)", "") {
            $0.isReport = true
            $0.problems = [problem]
            change(&$0)
        }
    }

    static func event(_ event: ServerEventDraft, session: String? = nil, _ change: (inout Draft) -> Void = { _ in }) -> Draft {
        Draft(session ?? ".\(IngestBatch.fingerprint(ofEvent: event.name))", "") {
            $0.isReport = true
            $0.serverEvents = [event]
            change(&$0)
        }
    }

    func entry(_ id: StreamID, revision: CommitEntry.Revision) -> CommitEntry {
        CommitEntry(
            entryID: id, project: project, session: session, window: window, batchDigest: batchID.map(BatchDigest.of),
            sequence: sequence, receivedMs: receivedMs,
            disposition: disposition ?? (isReport ? .report(CommitReport(problems: problems, events: serverEvents)) : .store(chunk)),
            revision: revision)
    }

    static func entries(_ drafts: [Draft], ids: [StreamID], start: BatchStart) -> [CommitEntry] {
        var seen: Set<SessionReference> = []
        return zip(drafts, ids).map { draft, id in
            let reference = SessionReference(project: draft.project, session: draft.session)
            let isFirst = seen.insert(reference).inserted
            return draft.entry(id, revision: isFirst ? .known(start.sessions[reference]?.revision) : .chained)
        }
    }
}
