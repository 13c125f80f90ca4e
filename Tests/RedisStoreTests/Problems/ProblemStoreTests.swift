import Ingest
@testable import RedisStore
import Testing

@Suite("Problems")
struct ProblemStoreTests {
    private func store(_ bench: CommitBench) throws -> ProblemStore { try ProblemStore(redis: bench.client, keys: bench.schema) }

    private func query(_ change: (inout ProblemQuery) -> Void) -> ProblemQuery {
        var query = ProblemQuery()
        change(&query)
        return query
    }

    @Test("01-64, 01-70: parts of all shards are one problem; bounds apply to last_seen, inclusively", arguments: [1, 4])
    func merges(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        let now = try await bench.now()
        let users = (0..<12).map { UserToken.value(key: "userId", of: "u\($0 % 5)") }
        for number in 0..<12 {
            try await seed.occurrence("f1", session: "s\(number)") {
                $0.atMs = now + (number == 0 ? 2_000 : number == 1 ? 1_000 : 1_500)
                $0.receivedMs = now - 1_000 + Int64(number)
                $0.message = "message \(number)"
                $0.user = users[number]
                $0.release = number < 4 ? "v1" : "v2"
                $0.environment = number == 11 ? "staging" : "production"
            }
        }
        try await seed.occurrence("f1") { $0.atMs = now + 1_200 }
        try await seed.occurrence("f2") { $0.atMs = now - 86_400_000 * 2 }

        let detail = try #require(try await store(bench).find("f1", project: "default", nowMs: now + 2_000))
        let problem = detail.problem
        #expect(problem.count == 13 && problem.sessions == 12 && problem.users == 5)
        #expect(problem.firstSeen == Double(now + 1_000) / 1000 && problem.lastSeen == Double(now + 2_000) / 1000)
        #expect(problem.title == "TypeError: message 0" && problem.message == "boom" && problem.status == .open)
        #expect(detail.facets["release"]?.map(\.value) == ["v2", "v1"] && detail.facets["release"]?.map(\.count) == [8, 4])
        #expect(detail.facets["release"]?.last?.firstSeen != nil && detail.facets["environment"]?.map(\.count) == [11, 1])
        #expect(detail.sessions.map(\.session) == ["s0"] + (2..<12).reversed().map { "s\($0)" } + ["s1"])
        #expect(detail.sessions.first?.at == Double(now + 2_000) / 1000 && detail.sessions.allSatisfy { $0.window == "w1" })
        #expect(detail.trend.hours.count == 24 && detail.trend.days.count == 30 && detail.trend.minutes.count == 60)
        #expect(detail.trend.count(lastHours: 24, nowMs: now + 2_000) == 13 && detail.trend.count(lastHours: 24 * 30, nowMs: now + 2_000) == 13)
        #expect(detail.trend.hours.reduce(0) { $0 + $1.count } == 13)
        let days = try await store(bench).days(14, of: ["f2", "f1", "f3"], project: "default", nowMs: now + 2_000)
        #expect(days["f1"] == Array(detail.trend.days.suffix(14)))
        #expect(days["f2"]?.reduce(0) { $0 + $1.count } == 1 && days["f2"]?.last?.count == 0 && days["f3"]?.allSatisfy { $0.count == 0 } == true)

        let last = problem.lastSeen
        func found(_ change: (inout ProblemQuery) -> Void) async throws -> [String] {
            try await store(bench).page(query(change), project: "default", nowMs: now).problems.map(\.fingerprint)
        }
        #expect(try await found { ($0.since, $0.until) = (last, last) } == ["f1"])
        #expect(try await found { ($0.since, $0.until) = (problem.firstSeen, last - 0.001) } == [])
        #expect(try await found { $0.environment = "staging" } == ["f1"])
        #expect(try await found { $0.environment = "stagin" } == [])
        #expect(try await found { $0.release = "v2" } == ["f1"])
        #expect(try await found { $0.search = "TYPEERROR: BOOM" } == ["f2"])
        // What a row shows is found: the newest message, where the title is of the first.
        #expect(try await found { $0.search = "boom" }.sorted() == ["f1", "f2"])
        #expect(try await found { $0.sort = .firstSeen } == ["f1", "f2"])
        #expect(try await store(bench).names(project: "default") == ProblemNames(environments: ["staging", "production"], releases: ["v2", "v1"]))
        #expect(try await store(bench).page(ProblemQuery(), project: "other", nowMs: now) == ProblemPage())
        #expect(try await store(bench).find("f3", project: "default", nowMs: now) == nil)
    }

    @Test("pages of the list neither overlap nor leave out; a group leads to its newest problem", arguments: [1, 4])
    func pages(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        for number in 0..<23 {
            for _ in 0...(number % 3) {
                try await seed.occurrence("f\(number)", session: "s\(number)") {
                    $0.atMs = 1_000_000 + Int64(number) * 1_000
                    $0.origin = number % 2 == 0 ? .browser : .server
                    $0.group = number < 4 ? "g" : nil
                }
            }
        }
        for sort in ProblemQuery.Sort.allCases {
            var seen: [Problem] = []
            for page in 1...3 {
                let found = try await store(bench).page(
                    query {
                        ($0.page, $0.perPage, $0.sort) = (page, 10, sort)
                    }, project: "default", nowMs: 0)
                #expect(found.total == 23 && found.hasNext == (page < 3))
                seen += found.problems
            }
            #expect(Set(seen.map(\.fingerprint)).count == 23, "\(sort)")
            if sort == .count { #expect(seen.map(\.count) == seen.map(\.count).sorted(by: >)) } else { #expect(seen.first?.fingerprint == "f22") }
        }
        let browser = try await store(bench).page(query { $0.origin = .browser }, project: "default", nowMs: 0)
        #expect(browser.total == 12)
        #expect(try await store(bench).newest(group: "g", project: "default", nowMs: 0) == "f2")
        #expect(try await store(bench).newest(group: "h", project: "default", nowMs: 0) == nil)
        #expect(try await store(bench).page(query { $0.page = .max }, project: "default", nowMs: 0).problems.isEmpty)
    }

    @Test("a key of another type hides its problem only")
    func wrongTypes() async throws {
        let bench = try await CommitBench()
        let seed = ProblemSeed(bench)
        for fingerprint in ["f1", "f2"] { try await seed.occurrence(fingerprint, session: "s1") { $0.release = "v1" } }
        let names = bench.project
        for key in [names.problem, names.trend, names.facets, names.occurrences, names.affected, names.users, names.status].map({ $0("f1") }) {
            try await bench.send("DEL", key)
            try await bench.send("SET", key, "wrong")
        }
        let found = try await store(bench).page(query { $0.release = "v1" }, project: "default", nowMs: 0)
        #expect(found.problems.map(\.fingerprint) == ["f2"])
        #expect(try await store(bench).find("f1", project: "default", nowMs: 0) == nil)
        #expect(try await store(bench).occurrences("f1", project: "default", limit: 10) == OccurrencePage())
        #expect(try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 10).map(\.fingerprint) == ["f2"])
        try await bench.send("DEL", names.problems, names.reports("s1"), names.problemReleases)
        for key in [names.problems, names.reports("s1"), names.problemReleases] { try await bench.send("SET", key, "wrong") }
        #expect(try await store(bench).page(ProblemQuery(), project: "default", nowMs: 0).problems.isEmpty)
        #expect(try await store(bench).occurrences(ofSession: "s1", project: "default", limit: 10).isEmpty)
        #expect(try await store(bench).names(project: "default").releases.isEmpty)
    }

    @Test("occurrences come newest first, page by page, without gaps or doubles while more arrive", arguments: [1, 4])
    func occurrencePages(shards: Int) async throws {
        let bench = try await CommitBench(shards: shards)
        let seed = ProblemSeed(bench)
        let now = try await bench.now()
        // Equal ids in several shards.
        for number in 0..<40 {
            try await seed.occurrence("f1", session: "s\(number)") {
                $0.receivedMs = now - 10_000 + Int64(number / 8)
                $0.message = "\(number)"
            }
        }
        var seen: [Occurrence] = []
        var cursor: String?
        repeat {
            let page = try await store(bench).occurrences("f1", project: "default", before: cursor, limit: 7)
            #expect(page.occurrences.count == 7 || page.next == nil)
            seen += page.occurrences
            cursor = page.next
            for session in ["new", "newer", "newest"] { try await seed.occurrence("f1", session: session) }
        } while cursor != nil
        #expect(seen.count == 40 && Set(seen.map(\.document?.message)).count == 40 && Set(seen.map(\.id)).count == 40)
        let arrivals = seen.compactMap { RecordID($0.id) }
        #expect(arrivals == arrivals.sorted(by: >))
        let own = try await store(bench).occurrences(ofSession: "new", project: "default", limit: 2)
        #expect(own.count == 2 && own.allSatisfy { $0.session == "new" && $0.window == "w1" && $0.fingerprint == "f1" })
    }

    @Test("a sealed document opens with its session's key, and is absent without")
    func sealed() async throws {
        let bench = try await CommitBench()
        let masters = try TestKeys.masters(7)
        let vault = try KeyVault(client: bench.client, schema: bench.schema, masters: masters, isSeparate: false, retentionSeconds: 60)
        let keys = SessionKeys(vault: vault)
        let demand = SessionKeys.Demand(isNew: true, receivedMs: try await bench.now())
        for name in ["s1", "f1"] {
            let owner = SessionReference(project: "default", session: name == "s1" ? name : ".f1")
            let made = try await keys.keys(for: [owner: demand], nowMs: try await bench.now())
            let key = try #require(made.values.first).get().key
            try await ProblemSeed(bench).occurrence("f1", session: name == "s1" ? "s1" : nil) {
                $0.key = key
                $0.message = name
            }
        }
        func read(_ keys: SessionKeys?) async throws -> [String?] {
            let store = try ProblemStore(redis: bench.client, keys: bench.schema, sessionKeys: keys)
            return try await store.occurrences("f1", project: "default", limit: 9).occurrences.map(\.document?.message)
        }
        #expect(try await read(keys) == ["f1", "s1"])
        #expect(try await read(nil) == [nil, nil])
        try await bench.send("DEL", bench.project.dataKey("s1"))
        #expect(try await read(SessionKeys(vault: vault)) == ["f1", nil])
    }
}
