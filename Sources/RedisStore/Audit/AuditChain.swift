import Foundation

/// Checks that no line of the audit stream was removed or changed (spec 06 section 8). Lines past `audit_retention` may be gone from the start.
public struct AuditChain: Sendable {
    /// Something that cannot have happened by itself.
    public enum Fault: Sendable, Hashable, CustomStringConvertible {
        /// `line` does not follow from the one before it.
        case broken(previous: StreamID, line: StreamID)
        /// The newest line of all is not there any more.
        case endRemoved(removed: StreamID)
        /// A line in the middle, or a former end, was taken out.
        case removed(StreamID)
        /// Lines before the first are gone that were too young for that.
        case startRemoved(first: StreamID, upTo: StreamID?)
        /// Every line is gone.
        case emptied(removed: StreamID)

        public var description: String {
            switch self {
            case .broken(let previous, let line): "line \(previous) was changed, or lines between it and \(line) were removed"
            case .endRemoved(let removed): "the newest line, \(removed), was removed"
            case .removed(let line): "line \(line) was removed"
            case .startRemoved(let first, let upTo): "lines before \(first) were removed\(upTo.map { ", up to \($0)" } ?? ""), before their time"
            case .emptied(let removed): "every line was removed, the newest was \(removed)"
            }
        }
    }

    /// What was found in one shard.
    public struct Report: Sendable {
        public let shard: Int
        public var lines = 0
        public var first: StreamID?
        public var last: StreamID?
        public var faults: [Fault] = []
        public var isIntact: Bool { faults.isEmpty }
    }

    private static let step = 500
    private static let none = StreamID(milliseconds: 0, sequence: 0)

    private let client: RedisClient
    private let schema: KeySchema
    private let retentionSeconds: Int

    /// - Parameter retentionSeconds: `audit_retention`; 0: no line may be gone. Shorter values that the log itself tells of count, too.
    public init(client: RedisClient, schema: KeySchema, retentionSeconds: Int) {
        self.client = client
        self.schema = schema
        self.retentionSeconds = retentionSeconds
    }

    /// - Parameter nowMs: of Redis' clock, ms since 1970.
    public func check(nowMs: Int64) async throws(RedisError) -> [Report] {
        var reports: [Report] = []
        for shard in schema.allShards { reports.append(try await check(shard, nowMs: nowMs)) }
        return reports
    }

    /// What Redis itself remembers of a stream.
    private struct Memory {
        var newest = AuditChain.none
        var removed = AuditChain.none

        init(reply: RedisValue) throws(RedisError) {
            if case .error(let text) = reply, text.hasPrefix("ERR no such key") { return }
            let values = Dictionary(try reply.get().pairs?.map { ($0.field, $0.value) } ?? [], uniquingKeysWith: { first, _ in first })
            guard let newest = values["last-generated-id"]?.string.flatMap(StreamID.init),
                let removed = values["max-deleted-entry-id"]?.string.flatMap(StreamID.init)
            else { throw RedisError(.protocol, "XINFO STREAM did not return the ids it must") }
            self.newest = newest
            self.removed = removed
        }
    }

    private func check(_ shard: ShardKeys, nowMs: Int64) async throws(RedisError) -> Report {
        // Lines appended from here on are not looked at: they would be no fault of this moment's end.
        let memory = try Memory(reply: try await client.send([RedisCommand("XINFO", "STREAM", shard.audit, isIdempotent: true)])[0])
        var report = Report(shard: shard.shard)
        guard memory.newest != Self.none else { return report }
        var retention = retentionSeconds
        var previous = ""
        var from = "-"
        while true {
            let command = RedisCommand("XRANGE", shard.audit, from, memory.newest, "COUNT", Self.step, isIdempotent: true)
            let page = (try await client.send(command).array ?? []).compactMap(AuditReader.line)
            for (id, line) in page {
                if let last = report.last {
                    if Self.previous(in: line) != AuditText.hash(previous) { report.faults.append(.broken(previous: last, line: id)) }
                } else {
                    report.first = id
                    if isCutOff(Self.previous(in: line), id, memory) {
                        report.faults.append(.startRemoved(first: id, upTo: memory.removed == Self.none ? nil : memory.removed))
                    }
                }
                for seconds in Self.retentions(in: line) where seconds < retention || retention == 0 { retention = seconds }
                report.lines += 1
                report.last = id
                previous = line
            }
            guard page.count == Self.step, let last = page.last else { break }
            from = "(\(last.id)"
        }
        judge(&report, memory, retention: retention, nowMs: nowMs)
        return report
    }

    /// Whether what the first line says of its past does not fit what Redis remembers of removals.
    private func isCutOff(_ previous: String?, _ first: StreamID, _ memory: Memory) -> Bool {
        guard let previous else { return true }
        return previous.isEmpty ? memory.removed != Self.none && memory.removed < first : memory.removed == Self.none
    }

    /// What the ids that Redis remembers tell besides the chain.
    private func judge(_ report: inout Report, _ memory: Memory, retention: Int, nowMs: Int64) {
        guard let first = report.first, let last = report.last else { return report.faults.append(.emptied(removed: memory.newest)) }
        if last != memory.newest { report.faults.append(.endRemoved(removed: memory.newest)) }
        if memory.removed > first, memory.removed != memory.newest { report.faults.append(.removed(memory.removed)) }
        // A tenth of leeway, at most an hour: the clocks of writers and Redis differ.
        let leeway = min(3_600_000, Int64(retention) * 100)
        let isTooYoung = retention == 0 || Int64(clamping: memory.removed.milliseconds) > nowMs - Int64(retention) * 1000 + leeway
        if memory.removed != Self.none, memory.removed < first, isTooYoung, report.faults.allSatisfy({ !$0.isAtStart }) {
            report.faults.append(.startRemoved(first: first, upTo: memory.removed))
        }
    }

    /// The last member of a line; nil when it has none, as no line of ours.
    private static func previous(in line: String) -> String? {
        guard let start = line.range(of: ",\"prev\":\"", options: .backwards), line.hasSuffix("\"}") else { return nil }
        return String(line[start.upperBound...].dropLast(2))
    }

    /// Values of `audit_retention` that a change of settings tells of, s.
    private static func retentions(in line: String) -> [Int] {
        guard line.contains("\"action\":\"\(AuditAction.changeSettings.rawValue)\""), let entry = AuditLine(shard: 0, id: none, line: line) else {
            return []
        }
        return entry.detail.compactMap { $0.name.hasPrefix("audit_retention") ? Int($0.value) : nil }.filter { $0 > 0 }
    }
}

extension AuditChain.Fault {
    fileprivate var isAtStart: Bool { if case .startRemoved = self { true } else { false } }
}
