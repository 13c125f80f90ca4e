import Foundation
import RedisStore
import Testing

@Suite("Audit reader")
struct AuditReaderTests {
    private static func filled(shards: Int, _ count: Int) async throws -> AuditBench {
        let bench = try await AuditBench(shards: shards)
        let trail = try bench.trail()
        for number in 0..<count {
            await trail.append(
                AuditRecord(
                    number.isMultiple(of: 50) ? .purge : .viewSession, actor: number.isMultiple(of: 2) ? "ann" : "bob", project: "p\(number % 5)",
                    target: "n\(number)", detail: [("number", .integer(number)), ("even", .flag(number.isMultiple(of: 2)))]))
        }
        await trail.flush()
        return bench
    }

    @Test("pages newest first over all shards, every entry once", arguments: [1, 4])
    func pages(shards: Int) async throws {
        let bench = try await Self.filled(shards: shards, 503)
        let reader = AuditReader(client: bench.client, schema: bench.schema)
        var seen: [AuditLine] = []
        var position: AuditPosition?
        repeat {
            let page = try await reader.page(before: position, limit: 100)
            #expect(!page.isCut)
            seen += page.entries
            position = try page.next.map { try #require(AuditPosition("\($0)")) }
        } while position != nil
        #expect(seen.count == 503 && Set(seen.compactMap(\.target)).count == 503)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.id >= $1.id })
        // Entries of one millisecond have no order between shards.
        #expect(seen.first { $0.target == "n502" }?.detail.map { "\($0.name)=\($0.value)" } == ["even=true", "number=502"])
    }

    @Test("filters by action, actor, project and time")
    func filters() async throws {
        let bench = try await Self.filled(shards: 4, 200)
        let reader = AuditReader(client: bench.client, schema: bench.schema)
        func targets(_ change: (inout AuditFilter) -> Void) async throws -> [String] {
            var filter = AuditFilter()
            change(&filter)
            return try await reader.page(filter, limit: 1_000).entries.compactMap(\.target)
        }
        #expect(try await targets { $0.action = "purge" }.sorted() == ["n0", "n100", "n150", "n50"])
        #expect(try await targets { $0.actor = "bob" }.count == 100)
        #expect(try await targets { $0.projects = ["p1", nil] }.count == 40)
        #expect(try await targets { $0.result = .denied }.isEmpty)
        #expect(try await targets { $0.sinceMs = bench.nowMs + 60_000 }.isEmpty)
        #expect(try await targets { $0.untilMs = bench.nowMs - 600_000 }.isEmpty)
        #expect(
            try await targets {
                $0.sinceMs = bench.nowMs - 600_000; $0.untilMs = bench.nowMs + 60_000
            }.count == 200)
    }

    @Test("a rare filter ends at a bound and can go on from there")
    func cut() async throws {
        let bench = try await Self.filled(shards: 1, 200)
        let reader = AuditReader(client: bench.client, schema: bench.schema, maxScanned: 120)
        var filter = AuditFilter()
        filter.action = "purge"
        let first = try await reader.page(filter, limit: 10)
        #expect(first.isCut && first.entries.compactMap(\.target) == ["n150", "n100"])
        let second = try await reader.page(filter, before: first.next, limit: 10)
        #expect(!second.isCut && second.next == nil && second.entries.compactMap(\.target) == ["n50", "n0"])
    }

    @Test("settings are noted once, and only what changed is told")
    func settings() async throws {
        let bench = try await AuditBench()
        let note = try SettingsNote(client: bench.client, schema: bench.schema)
        #expect(try await note.note([("a", "1"), ("b", "x")]).map(\.before) == [nil, nil])
        #expect(try await note.note([("a", "1"), ("b", "x")]).isEmpty)
        #expect(try await note.note([("a", "2"), ("b", "x")]) == [SettingsNote.Change(name: "a", before: "1", now: "2")])
        #expect(try await note.note([("a", "2"), ("b", "x")]).isEmpty)
    }
}
