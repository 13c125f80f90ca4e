import Foundation
import RedisStore
import Testing

/// Whoever can write to Redis can remove or change lines; the check has to find it.
@Suite("Audit chain")
struct AuditChainTests {
    private static func filled(_ count: Int = 10) async throws -> (bench: AuditBench, trail: AuditTrail, ids: [StreamID]) {
        let bench = try await AuditBench()
        let trail = try bench.trail()
        await bench.append(count, to: trail)
        return (bench, trail, try await bench.lines().map(\.id))
    }

    private static func delete(_ id: StreamID, _ bench: AuditBench) async throws {
        _ = try await bench.client.send(RedisCommand("XDEL", bench.stream, id))
    }

    @Test("an untouched chain is intact, also over several pages of reading, and an empty one")
    func intact() async throws {
        let (bench, _, ids) = try await Self.filled(1_100)
        let report = try #require(
            try await AuditChain(client: bench.client, schema: bench.schema, retentionSeconds: 0).check(nowMs: bench.nowMs).first)
        #expect(report.isIntact && report.lines == 1_100 && report.first == ids.first && report.last == ids.last)
        let empty = try await AuditBench()
        #expect(try await empty.faults().isEmpty)
    }

    @Test("a line removed from the middle is named")
    func middle() async throws {
        let (bench, _, ids) = try await Self.filled()
        try await Self.delete(ids[4], bench)
        #expect(Set(try await bench.faults()) == [.broken(previous: ids[3], line: ids[5]), .removed(ids[4])])
    }

    @Test("a line removed from the end is named, also after others followed")
    func end() async throws {
        let (bench, trail, ids) = try await Self.filled()
        try await Self.delete(ids[9], bench)
        #expect(try await bench.faults() == [.endRemoved(removed: ids[9])])
        await bench.append(2, to: trail)
        #expect(try await bench.faults() == [.removed(ids[9])])
    }

    @Test("lines removed from the start before their time are found; past their time that is fine")
    func start() async throws {
        let (bench, _, ids) = try await Self.filled()
        try await Self.delete(ids[0], bench)
        try await Self.delete(ids[1], bench)
        #expect(try await bench.faults(retention: 86_400) == [.startRemoved(first: ids[2], upTo: ids[1])])
        #expect(try await bench.faults(retention: 0) == [.startRemoved(first: ids[2], upTo: ids[1])])
        let later = try await AuditChain(client: bench.client, schema: bench.schema, retentionSeconds: 86_400).check(nowMs: bench.nowMs + 90_000_000)
        #expect(later.flatMap(\.faults).isEmpty)
    }

    @Test("a shorter retention that the log tells of explains a trimmed start")
    func shorterRetention() async throws {
        let (bench, trail, ids) = try await Self.filled()
        await trail.append(
            AuditRecord(.changeSettings, actor: "system", detail: [("audit_retention", .text("864000")), ("audit_retention_before", .text("3600"))]))
        await trail.flush()
        try await Self.delete(ids[0], bench)
        let soon = bench.nowMs + 7_200_000
        let reports = try await AuditChain(client: bench.client, schema: bench.schema, retentionSeconds: 864_000).check(nowMs: soon)
        #expect(reports.flatMap(\.faults).isEmpty)
    }

    @Test("every line removed")
    func emptied() async throws {
        let (bench, trail, ids) = try await Self.filled(3)
        for id in ids { try await Self.delete(id, bench) }
        #expect(try await bench.faults() == [.emptied(removed: ids[2])])
        await bench.append(1, to: trail)
        #expect(try await bench.faults().count == 1)
    }

    @Test("a changed line is named, whatever was changed in it", arguments: ["ann", "view_session", "session:s4", "2026", "\"ok\"", "prev"])
    func changed(part: String) async throws {
        let (bench, _, ids) = try await Self.filled()
        var lines = try await bench.lines()
        let year = part == "2026" ? String(lines[4].line.dropFirst(7).prefix(4)) : part
        let changed = lines[4].line.replacingOccurrences(of: year, with: part == "prev" ? "next" : "2001")
        #expect(changed != lines[4].line)
        lines[4].line = changed
        try await bench.replace(with: lines)
        #expect(try await bench.faults().contains(.broken(previous: ids[4], line: ids[5])))
    }

    @Test("a stream made anew from its later lines")
    func rebuilt() async throws {
        let (bench, _, ids) = try await Self.filled()
        try await bench.replace(with: Array(try await bench.lines().dropFirst(3)))
        #expect(try await bench.faults(retention: 86_400) == [.startRemoved(first: ids[3], upTo: nil)])
    }

    @Test("a line that is none of ours")
    func foreign() async throws {
        let (bench, trail, _) = try await Self.filled(2)
        _ = try await bench.client.send(RedisCommand("XADD", bench.stream, "*", "note", "hello"))
        await bench.append(1, to: trail)
        #expect(try await bench.faults().count == 1)
    }
}
