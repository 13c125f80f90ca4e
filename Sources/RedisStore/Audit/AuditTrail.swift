import Foundation
public import Logging

/// Writes the audit log (spec 06 section 8): a stream per shard whose lines are chained by their hashes, and the same lines in a log.
///
/// Entries are written one after the other in the order they came; `append` only queues. While Redis is away lines still go to the log, marked
/// `"stored":false`. Nothing here throws: a request must not fail because its trace cannot be kept, but the failure is logged.
public actor AuditTrail {
    /// Entries that may wait. Beyond it new ones are refused and counted in the log.
    public static let capacity = 10_000
    /// Attempts to be the one that appends, when other processes write at the same moment.
    private static let attempts = 100

    /// The newest line of a shard, as this process knows it.
    private struct End {
        var id = ""
        var hash = ""
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script
    private let log: AuditLog
    private let retentionSeconds: Int
    private let logger: Logger
    private let capacity: Int
    private var waiting: [AuditRecord] = []
    private var isWriting = false
    private var refused = 0
    private var ends: [Int: End] = [:]
    private var idle: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - retentionSeconds: age at which lines are taken out of the stream; 0 keeps all. The log is the operator's to rotate.
    /// - Throws: `scriptUnavailable`.
    public init(
        client: RedisClient, schema: KeySchema, log: AuditLog, retentionSeconds: Int, logger: Logger, capacity: Int = AuditTrail.capacity
    ) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.log = log
        self.retentionSeconds = retentionSeconds
        self.logger = logger
        self.capacity = max(1, capacity)
        script = try Scripts.named("appendAudit")
    }

    /// Queues an entry. Returns before it is written; `flush` waits.
    public func append(_ record: AuditRecord) async {
        guard waiting.count < capacity else {
            // Said once per outage, not once per entry.
            if refused == 0 { logger.error("the audit log cannot keep up; entries are lost until it can") }
            refused += 1
            return
        }
        waiting.append(record)
        guard !isWriting else { return }
        isWriting = true
        Task { await drain() }
    }

    /// Waits until everything appended before is written, or given up.
    public func flush() async {
        guard isWriting else { return }
        await withCheckedContinuation { idle.append($0) }
    }

    /// The shard that holds a project's entries; those of no project have one, too.
    public static func shard(of project: String?, in schema: KeySchema) -> ShardKeys {
        schema.shard(schema.place(project: project ?? "", session: "").shard)
    }

    private func drain() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            for record in batch { await write(record) }
        }
        if refused > 0 {
            logger.error("entries of the audit log were lost", metadata: ["entries": "\(refused)"])
            refused = 0
        }
        isWriting = false
        for flush in idle { flush.resume() }
        idle = []
    }

    private func write(_ record: AuditRecord) async {
        var line: String
        do throws(RedisError) { line = try await store(record) } catch {
            logger.error("an entry of the audit log was not stored", metadata: ["error": "\(error)", "action": "\(record.action.rawValue)"])
            line = AuditText.line(record, previous: "", isStored: false)
        }
        guard await log.write(line) else {
            return logger.error("a line of the audit log was not written", metadata: ["action": "\(record.action.rawValue)"])
        }
    }

    /// - Returns: the line as stored.
    private func store(_ record: AuditRecord) async throws(RedisError) -> String {
        let shard = Self.shard(of: record.project, in: schema)
        let from = retentionSeconds > 0 ? "\(max(0, Int64(record.at.timeIntervalSince1970) - Int64(retentionSeconds)) * 1000)" : ""
        var sent: String?
        for _ in 0..<Self.attempts {
            let end = ends[shard.shard] ?? End()
            let line = AuditText.line(record, previous: end.hash)
            let reply: [RedisValue]
            do throws(RedisError) {
                reply = try await client.run(script, keys: [shard.audit], arguments: [end.id, line, from]).array ?? []
            } catch {
                // It may have been appended before the connection broke: the stream's end will tell.
                guard sent == nil, error.code == .connectionLost else { throw error }
                sent = line
                continue
            }
            guard reply.count >= 2, let id = reply[1].string else { throw RedisError(.protocol, "appendAudit did not return its list") }
            if reply[0].string == "1" {
                ends[shard.shard] = End(id: id, hash: AuditText.hash(line))
                return line
            }
            let newest = reply.count > 2 ? reply[2].string ?? "" : ""
            ends[shard.shard] = End(id: id, hash: id.isEmpty ? "" : AuditText.hash(newest))
            if newest == sent { return newest }
        }
        throw RedisError(.protocol, "other processes append to the audit stream all the time")
    }
}
