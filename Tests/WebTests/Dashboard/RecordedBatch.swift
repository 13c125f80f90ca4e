import Foundation
import Ingest
import RedisStore

@testable import Web

/// One batch of a browser, stored over the real commit script as the worker would.
struct RecordedBatch: Sendable {
    var session: String
    var window = "w1"
    var project = "default"
    var sequence: Int?
    /// JSON objects.
    var events: [String]
    var receivedMs: Int64
    var isFull = false
    var fields: [(String, String)] = []
    var metadata: [(String, String)] = []
    var hasErrors = false
    /// Instead of the gzip of the events.
    var body: [UInt8]?

    init(
        _ session: String, _ window: String = "w1", at receivedMs: Int64 = Int64(Date().timeIntervalSince1970 * 1000), events: [String] = [],
        _ change: (inout RecordedBatch) -> Void = { _ in }
    ) {
        self.session = session
        self.window = window
        self.receivedMs = receivedMs
        self.events = events
        change(&self)
    }

    /// Custom events with these timestamps.
    static func events(_ timestamps: [Int], tag: String = "step") -> [String] {
        timestamps.enumerated().map { #"{"type":5,"data":{"tag":"\#(tag)","payload":{"n":\#($0.offset)}},"timestamp":\#($0.element)}"# }
    }

    private var timestamps: [Double] {
        events.compactMap { (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["timestamp"] as? Double }
    }

    private var chunk: CommitChunk {
        let json = Array(#"{"events":[\#(events.joined(separator: ","))]}"#.utf8)
        let times = timestamps
        return CommitChunk(
            body: body ?? json.withUnsafeBytes { Gzip.deflate($0) }, events: max(1, events.count), t0: Int64(times.min() ?? Double(receivedMs)),
            t1: Int64(times.max() ?? Double(receivedMs)), isFull: isFull, lastFields: fields,
            metadata: metadata.map { (key: $0.0, json: Array($0.1.utf8)) }, hasErrors: hasErrors)
    }

    /// Appends the batches and commits each, in order. Kept for ever, so that tests may choose their times.
    static func store(_ batches: [RecordedBatch], client: RedisClient, keys: KeySchema, retention: Int? = nil) async throws {
        let queue = IngestQueue(client: client, schema: keys)
        let leases = try PartitionLeases(client: client, schema: keys, holder: "test", leaseMs: 60_000)
        let commit = try BatchCommit(client: client, schema: keys, settings: CommitSettings(retentionSeconds: retention))
        var applied: [Place: StreamID?] = [:]
        for batch in batches {
            let place = keys.place(project: batch.project, session: batch.session)
            if applied[place] == nil {
                guard case .acquired(let lease) = try await leases.acquire(place) else { throw RecordedBatchError.leaseHeld }
                applied[place] = .some(lease.applied)
            }
            let id = try await queue.append(
                IngestBatch(
                    project: batch.project, session: batch.session, window: batch.window, sequence: batch.sequence, receivedMs: batch.receivedMs,
                    encoding: .gzip, eventCount: batch.events.count, inflatedBytes: 1, body: [1]))
            let reference = SessionReference(project: batch.project, session: batch.session)
            let start = try await commit.begin(place, holder: "test", applied: applied[place] ?? nil, range: id...id, sessions: [reference])
            let entry = CommitEntry(
                entryID: id, project: batch.project, session: batch.session, window: batch.window, sequence: batch.sequence,
                receivedMs: batch.receivedMs,
                disposition: .store(batch.chunk), revision: .known(start.sessions[reference]?.revision))
            let result = try await commit.apply([entry], place: place, holder: "test", applied: applied[place] ?? nil)
            guard result.applied.first?.outcome == .stored else { throw RecordedBatchError.notStored("\(result)") }
            applied[place] = .some(id)
        }
        for place in applied.keys { _ = try await leases.release(place) }
    }
}

enum RecordedBatchError: Error { case leaseHeld, notStored(String) }

extension LiveServer {
    func record(_ batches: [RecordedBatch]) async throws { try await RecordedBatch.store(batches, client: store, keys: keys) }
    func record(_ batches: RecordedBatch...) async throws { try await record(batches) }
}
