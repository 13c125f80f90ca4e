import Ingest
@testable import RedisStore
import Testing

@Suite("Server events")
struct ServerEventStoreTests {
    private func store(_ bench: CommitBench) -> ServerEventStore { ServerEventStore(redis: bench.client, keys: bench.schema) }

    @Test("01-68: filters come before the limit: 30 interleaved events and a name give 10 rows, the newest first", arguments: [1, 4])
    func filters(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        for number in 0..<30 {
            try await seed.serverEvent(
                ["paid", "sent", "Refused"][number % 3], session: number % 2 == 0 ? "s\(number)" : nil, level: number == 29 ? .error : .info,
                atMs: Int64(number) * 1_000, receivedMs: 1_700_000_000_000 + Int64(number), payload: "{\"n\":\(number)}")
        }
        func payloads(_ change: (inout ServerEventQuery) -> Void) async throws -> [Int] {
            var query = ServerEventQuery()
            change(&query)
            return try await store(bench).page(query, project: "default").events.compactMap { $0.payload.flatMap { Int($0.dropFirst(5).dropLast()) } }
        }
        #expect(try await payloads { ($0.name, $0.perPage) = ("paid", 10) } == stride(from: 27, through: 0, by: -3).map { $0 })
        #expect(try await payloads { ($0.search, $0.perPage) = ("REFU", 3) } == [29, 26, 23])
        #expect(try await payloads { $0.level = .error } == [29])
        #expect(try await payloads { $0.session = "s4" } == [4])
        // After `since`, up to and including `until`.
        #expect(try await payloads { ($0.since, $0.until) = (3, 5) } == [5, 4])
        #expect(try await payloads { ($0.page, $0.perPage) = (3, 12) } == [5, 4, 3, 2, 1, 0])
        #expect(try await payloads { $0.page = .max } == [])
        var query = ServerEventQuery()
        (query.page, query.perPage) = (2, 10)
        #expect(try await store(bench).page(query, project: "default").hasNext)
        query.page = 3
        #expect(try await store(bench).page(query, project: "default").hasNext == false)
        let scan = try await store(bench).scan(ServerEventQuery(), project: "default", limit: 12)
        #expect(scan.events.count == 12 && scan.isCapped)
        let whole = try await store(bench).scan(ServerEventQuery(), project: "default", limit: 30)
        #expect(whole.events.count == 30 && !whole.isCapped)
        for event in whole.events { #expect(try await store(bench).find(event.id, project: "default") == event) }
        #expect(try await store(bench).ofSession("s4", project: "default", limit: 5).map(\.name) == ["sent"])
    }

    @Test(
        "a malformed id is told from one that is not there", arguments: ["", "1", "0-1", "0-1-x", "x-1-1", "-1-1-1", "0-1-1-1", "00-1-1", "0-+1-1"])
    func malformed(id: String) async throws {
        let bench = try await CommitBench()
        await #expect(throws: ServerEventStoreError.malformedID) { try await store(bench).find(id, project: "default") }
        #expect(try await store(bench).find("0-1-1", project: "default") == nil)
        #expect(try await store(bench).find("7-1-1", project: "default") == nil)
    }
}
