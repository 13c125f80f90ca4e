import Foundation
import Ingest
@testable import RedisStore
import Testing

/// What the commit makes of errors and server events (docs/errors.md).
@Suite("Commit of problems")
struct ProblemCommitTests {
    let fingerprint = ProblemDelta.fingerprint("f")

    @Test("01-42 01-43 the first occurrence makes a problem, the second counts: message refreshed, title unchanged")
    func countsOccurrences() async throws {
        let bench = try await CommitBench()
        #expect(try await bench.store([.error(.sample(message: "one")), .error(.sample(message: "two", release: "r2"))]) == [.stored, .stored])
        let row = try await bench.hash(bench.project.problem(fingerprint))
        #expect(row["count"] == "2" && row["title"] == "RuntimeError: one" && row["message"] == "two" && row["class"] == "RuntimeError")
        #expect(row["origin"] == "server" && row["platform"] == "ruby" && row["release"] == "r2" && row["sessions"] == nil)
        #expect(try await bench.entries(bench.project.occurrences(fingerprint)).map { $0["z"] } == ["document of one", "document of two"])
        #expect(
            try await bench.hash(bench.project.facets(fingerprint)) == [
                "release:r1": "1", "release:r2": "1", "#release": "2", "first:r1": "2000000", "first:r2": "2000000",
            ])
        #expect(try await bench.send("ZRANGE", bench.project.problemReleases, 0, -1).array?.count == 2)
        #expect(try await bench.entries(bench.shard.alerts).map { $0["kind"] } == ["new"])
        #expect(try await bench.send("SMEMBERS", bench.shard.projects).array?.compactMap(\.string) == ["default"])
    }

    @Test("01-64 occurrences at 2000 then 1000 s: first_seen 1000, last_seen 2000")
    func bounds() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([.error(.sample(at: 2_000_000)), .error(.sample(at: 1_000_000))])
        let row = try await bench.hash(bench.project.problem(fingerprint))
        #expect(row["first_seen"] == "1000.000" && row["last_seen"] == "2000.000")
        #expect(try #require(Int(row["received"] ?? "")) > #require(Int(row["first_received"] ?? "")))
    }

    @Test("01-62 an occurrence after a resolution notes the regression once")
    func regression() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([.error(.sample())])
        try await bench.send("HSET", bench.project.problem(fingerprint), "resolved", "1")
        _ = try await bench.store([.error(.sample(release: "r9")), .error(.sample(release: "r9"))])
        let row = try await bench.hash(bench.project.problem(fingerprint))
        #expect(row["resolved"] == nil && row["regressed_release"] == "r9" && row["count"] == "3" && row["regressed_at"] != nil)
        #expect(try await bench.entries(bench.shard.alerts).map { $0["kind"] } == ["new", "regression"])
    }

    @Test("a report sent again is a duplicate; without an id both count")
    func duplicates() async throws {
        let bench = try await CommitBench()
        let error = Draft.error(.sample()) { $0.batchID = "b1" }
        let event = Draft.event(ServerEventDraft(name: "paid", level: .info, atMs: 1)) { $0.batchID = "b2" }
        #expect(try await bench.store([error, error, event, event]) == [.stored, .duplicate, .stored, .duplicate])
        #expect(try await bench.store([error, .error(.sample()), .error(.sample()), event]) == [.duplicate, .stored, .stored, .duplicate])
        #expect(try await bench.hash(bench.project.problem(fingerprint))["count"] == "3")
        #expect(try await bench.entries(bench.project.track).count == 1)
    }

    @Test("01-69 an error before the session's first batch: the row has has_errors in the end")
    func errorBeforeTheSession() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([.error(.sample(), session: "s1")])
        #expect(try await bench.row("s1").isEmpty)
        #expect(try await bench.hash(bench.project.reports("s1"))["errors"] == "1")
        _ = try await bench.store([Draft()])
        let row = try await bench.row("s1")
        #expect(row["has_errors"] == "true" && row["by"] == "errors:true")
        #expect(try await bench.send("ZCARD", bench.project.by("errors", "true")).int == 1)
    }

    @Test("an error marks the session's row, moves its revision and leaves its deadline")
    func marksTheSession() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft { $0.dimensions = [("user", "u1"), ("browser", "Chrome")] }])
        let before = try await bench.row("s1")
        let expiry = try await bench.send("PEXPIRETIME", bench.project.session("s1")).int
        // Beside chunks of the same call, in order.
        let later = Draft.error(.sample(), session: "s1") { $0.receivedMs += 10_000_000 }
        let chunk = Draft { $0.receivedMs -= 600_000 }
        #expect(try await bench.store([chunk, later, chunk, later]) == [.stored, .stored, .stored, .stored])
        let row = try await bench.row("s1")
        #expect(row["has_errors"] == "true" && row["event_count"] == "3" && row["updated_at"] == before["updated_at"])
        #expect(try Int(#require(row["rev"])) == Int(#require(before["rev"])).map { $0 + 3 })
        #expect(try await bench.send("PEXPIRETIME", bench.project.session("s1")).int == expiry)
        #expect(try await bench.send("SMEMBERS", bench.project.indexes).array?.compactMap(\.string).contains("errors:true") == true)
        let problem = try await bench.hash(bench.project.problem(fingerprint))
        #expect(problem["sessions"] == "1" && problem["title_session"] == "s1" && problem["message_session"] == "s1")
        #expect(try await bench.send("ZSCORE", bench.project.users(fingerprint), "u1").string == "1")
        let link = try await bench.hash(bench.project.reports("s1"))["p:\(fingerprint)"]
        let ids = try await bench.entries(bench.project.occurrences(fingerprint)).compactMap { $0["id"] }
        #expect(link == (["u1"] + ids).joined(separator: " ") && ids.count == 2)
        #expect(try await bench.send("ZRANGE", bench.project.affected(fingerprint), 0, -1).array?.compactMap(\.string) == ["s1"])
    }

    @Test("a chunk and its errors are stored together, once")
    func chunkWithErrors() async throws {
        let bench = try await CommitBench()
        let draft = Draft {
            $0.batchID = "b1"
            $0.hasErrors = true
            $0.dimensions = [("user", "u1")]
            $0.problems = [.sample("a", count: 30), .sample("b")]
        }
        #expect(try await bench.store([draft, draft]) == [.stored, .duplicate])
        #expect(try await bench.hash(bench.project.problem(ProblemDelta.fingerprint("a")))["count"] == "30")
        #expect(try await bench.entries(bench.project.occurrences(ProblemDelta.fingerprint("a"))).count == 20)
        #expect(try await bench.send("ZSCORE", bench.project.users(ProblemDelta.fingerprint("b")), "u1").string == "1")
        #expect(try await bench.entries(bench.project.occurrences(ProblemDelta.fingerprint("b")))[0]["window"] == "w1")
    }

    @Test("of one session 20 occurrences stay, of a problem as many as the limit says, and 100 problems of a session")
    func occurrenceLimits() async throws {
        let bench = try await CommitBench()
        for _ in 0..<2 { _ = try await bench.store((0..<14).map { .error(.sample(message: "\($0)"), session: "s1") }) }
        let mine = try await bench.entries(bench.project.occurrences(fingerprint))
        #expect(mine.count == 20 && mine.last?["z"] == "document of 13" && mine.first?["z"] == "document of 8")
        let link = try await bench.hash(bench.project.reports("s1"))["p:\(fingerprint)"]
        #expect(link == (["-"] + mine.compactMap { $0["id"] }).joined(separator: " "))
        _ = try await bench.store([.error(.sample(), session: "s2")], settings: CommitSettings(maxOccurrencesPerProblem: 5))
        #expect(try await bench.entries(bench.project.occurrences(fingerprint)).map { $0["session"] }.last == "s2")
        #expect(try await bench.entries(bench.project.occurrences(fingerprint)).count == 5)

        func numbered(_ number: Int) -> String { String(repeating: "0", count: 37) + String(1000 + number).suffix(3) }
        let many = (0..<120).map { number in Draft.error(.sample { ($0.fingerprint, $0.origin) = (numbered(number), .browser) }, session: "s3") }
        #expect(Set(try await bench.store(many)) == [.stored])
        #expect(try await bench.hash(bench.project.reports("s3")).keys.count { $0.hasPrefix("p:") } == 100)
        #expect(try await bench.hash(bench.shard.outcomes)["unlinked_occurrences"] == "20")
        #expect(try await bench.send("ZCARD", bench.project.problems).int == 101)
        // Whoever reports from servers names a session for all of them perhaps: their problems are there, without words that would be nobody's.
        _ = try await bench.store([.error(.sample { $0.fingerprint = numbered(900) }, session: "s3")])
        let wordless = try await bench.hash(bench.project.problem(numbered(900)))
        #expect(wordless["count"] == "1" && wordless["class"] == "RuntimeError" && wordless["title"] == nil && wordless["message"] == nil)
        #expect(try await bench.entries(bench.project.occurrences(numbered(900))).isEmpty)
        #expect(try await bench.hash(bench.shard.outcomes)["unlinked_occurrences"] == "21")
    }

    @Test("facets keep 50 values of a dimension, trends what is not too old nor to come")
    func facetsAndTrend() async throws {
        let bench = try await CommitBench()
        let ms = try await bench.now()
        let day = { (at: Int64) in Self.bucket("yyyyMMdd", at) }
        let minute = Self.bucket("yyyyMMddHHmm", ms)
        let buckets = [
            "m\(minute)", "h\(minute.prefix(10))", "d\(day(ms))", "d\(day(ms - 89 * 86_400_000))", "d\(day(ms - 91 * 86_400_000))",
            "d\(day(ms + 3 * 86_400_000))", "m197001010000", "x1",
        ]
        let delta = ProblemDelta.sample { delta in
            delta.facets += (0..<60).map { ProblemFacet(dimension: "page", value: "/\($0)", count: 1) }
            delta.buckets = buckets.map { ProblemBucket(name: $0, count: 2) }
        }
        _ = try await bench.store([.error(delta)])
        try await bench.send("HSET", bench.project.trend(fingerprint), "m202001010000", "9", "d20200101", "9")
        _ = try await bench.store([.error(delta)])
        #expect(Set(try await bench.hash(bench.project.trend(fingerprint)).keys).isSuperset(of: buckets.prefix(4)))
        try await bench.send("HDEL", bench.project.trend(fingerprint), "m\(minute)")
        _ = try await bench.store([.error(delta)])
        let trend = try await bench.hash(bench.project.trend(fingerprint))
        #expect(Set(trend.keys) == Set(buckets.prefix(4)) && trend["d\(day(ms))"] == "6")
        let facets = try await bench.hash(bench.project.facets(fingerprint))
        #expect(facets["#page"] == "50" && facets.keys.count { $0.hasPrefix("page:") } == 50 && facets["page:/0"] == "3")
    }

    private static func bucket(_ format: String, _ ms: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = format
        return formatter.string(from: Date(timeIntervalSince1970: Double(ms) / 1000))
    }

    @Test("01-67 max_server_events 2 and three events: the two newest remain")
    func serverEvents() async throws {
        let bench = try await CommitBench()
        let drafts = ["a", "b", "c"].map { name in
            Draft.event(ServerEventDraft(name: name, level: .warn, atMs: 5, payload: Array("z".utf8)), session: "s1")
        }
        #expect(try await bench.store(drafts, settings: CommitSettings(maxServerEvents: 2)) == [.stored, .stored, .stored])
        let events = try await bench.entries(bench.project.track)
        #expect(events.map { $0["name"] } == ["b", "c"] && events[0]["session"] == "s1" && events[0]["level"] == "warn" && events[0]["z"] == "z")
        #expect(try await bench.hash(bench.project.reports("s1"))["track"]?.split(separator: " ").count == 3)
        #expect(try await bench.row("s1").isEmpty)
    }

    @Test("an erased session's reports end as erased and leave nothing")
    func erasedSession() async throws {
        let bench = try await CommitBench()
        try await bench.send("SET", bench.project.erased("s1"), "erased 1")
        let drafts = [Draft.error(.sample(), session: "s1"), .event(ServerEventDraft(name: "a", level: .info, atMs: 1), session: "s1")]
        #expect(try await bench.store(drafts) == [.erased, .erased])
        #expect(try await bench.allKeys().filter { $0.contains("problem") || $0.contains("track") || $0.contains("reports") }.isEmpty)
    }

    @Test("all keys of a problem expire together, moved in steps; zero keeps them")
    func expiry() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(retentionSeconds: 60, retentionErrorsSeconds: 1_000)
        let draft = Draft.error(.sample(), session: "s1")
        _ = try await bench.store([draft, .event(ServerEventDraft(name: "a", level: .info, atMs: 1)) { $0.batchID = "b" }], settings: settings)
        let names = bench.project
        let keys = [
            names.problem(fingerprint), names.facets(fingerprint), names.occurrences(fingerprint), names.affected(fingerprint),
            names.reports("s1"), names.trackBatches,
        ]
        for key in keys { #expect((990_000...1_000_000).contains(try await bench.timeToLive(key.rawValue)), "\(key)") }
        let first = try await bench.send("PEXPIRETIME", names.problem(fingerprint)).int
        // A user comes to be known: a key made later expires with the others.
        _ = try await bench.store([Draft { $0.dimensions = [("user", "u1")] }, draft], settings: settings)
        #expect(try await bench.send("PEXPIRETIME", names.problem(fingerprint)).int == first)
        #expect(try await bench.send("PEXPIRETIME", names.users(fingerprint)).int == first)
        _ = try await bench.store([draft], settings: CommitSettings(retentionSeconds: 60, retentionErrorsSeconds: 0))
        for key in keys.prefix(5) { #expect(try await bench.timeToLive(key.rawValue) == -1, "\(key)") }
        let old = Draft.error(.sample()) { $0.receivedMs -= 2_000_000 }
        #expect(try await bench.store([old], settings: settings) == [.expired])
    }

    @Test("under a legal hold the session's reports are copied and do not expire")
    func held() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store([Draft()])
        try await bench.send("HSET", bench.project.session("s1"), "held", "1 a dispute")
        _ = try await bench.store([
            .error(.sample(), session: "s1"), .event(ServerEventDraft(name: "paid", level: .info, atMs: 1, payload: [1]), session: "s1"),
        ])
        let copies = try await bench.entries(bench.project.heldReports("s1"))
        let stored = try await bench.entries(bench.project.occurrences(fingerprint)).first
        #expect(copies.count == 2 && copies[0]["id"] != nil && copies[0]["fingerprint"] == fingerprint && copies[1]["name"] == "paid")
        #expect(copies[0]["z"] == stored?["z"])
        #expect(try await bench.timeToLive(bench.project.reports("s1").rawValue) == -1)
        #expect(try await bench.timeToLive(bench.project.heldReports("s1").rawValue) == -1)
    }

    @Test("a stream that takes no entry: the report is buried, nothing is counted, and a re-drive counts once")
    func commitError() async throws {
        let bench = try await CommitBench()
        let full = ProblemDelta.fingerprint("b")
        try await bench.send("XADD", bench.project.occurrences(full), "18446744073709551615-18446744073709551615", "v", "1")
        let draft = Draft { $0.problems = [.sample("a"), .sample("b")] }
        #expect(try await bench.store([draft]) == [.dead])
        #expect(try await bench.hash(bench.project.problem(ProblemDelta.fingerprint("a"))).isEmpty)
        #expect(try await bench.send("EXISTS", bench.project.occurrences(ProblemDelta.fingerprint("a"))).int == 0)
        #expect(try await bench.row("s1").isEmpty)
        let letters = try DeadLetters(client: bench.client, schema: bench.schema)
        let letter = try #require(try await letters.list().first)
        #expect(letter.reason == "commit_error")
        try await bench.send("DEL", bench.project.occurrences(full))
        #expect(try await letters.redrive(letter))
        #expect(try await bench.drain([draft]).map(\.outcome) == [.stored])
        #expect(try await bench.hash(bench.project.problem(full))["count"] == "1")
    }

    @Test("01-66 max_problems 2 and three problems in four shards: the least recently received is gone with every part")
    func evictsProblems() async throws {
        let bench = try await CommitBench(shards: 4)
        let names = bench.schema.allShards.map { $0.project("default") }
        // Each problem lies in two shards; b came before a the last time.
        for (offset, name) in ["a", "b", "c", "a"].enumerated() {
            for shard in [names[offset % 4], names[(offset + 1) % 4]] {
                let fingerprint = ProblemDelta.fingerprint(Character(name))
                try await bench.send("HSET", shard.problem(fingerprint), "count", 1, "received", 1_000_000 * (offset + 1))
                try await bench.send("ZADD", shard.problems, offset + 1, fingerprint)
                try await bench.send("XADD", shard.occurrences(fingerprint), "*", "session", "t\(name)")
                try await bench.send("ZADD", shard.affected(fingerprint), 1, "t\(name)")
                try await bench.send("HSET", shard.reports("t\(name)"), "p:\(fingerprint)", "- 1-1", "errors", "1")
            }
        }
        let eviction = try ProblemEviction(client: bench.client, schema: bench.schema, maxProblems: 2)
        #expect(try await eviction.evict(project: "default", most: 10) == [ProblemDelta.fingerprint("b")])
        #expect(try await bench.allKeys().filter { $0.contains("bbbb") }.isEmpty)
        #expect(try await bench.hash(names[1].reports("tb")) == ["errors": "1"])
        for shard in names { #expect(try await bench.send("ZSCORE", shard.problems, ProblemDelta.fingerprint("b")).isNull) }
        #expect(try await bench.hash(names[0].reports("ta")).count == 2)
        #expect(try await eviction.evict(project: "default", most: 10).isEmpty)
    }

    @Test("a decision goes with the last part only: what came meanwhile to another shard keeps it")
    func evictionAndArrival() async throws {
        let bench = try await CommitBench(shards: 4)
        let fingerprint = ProblemDelta.fingerprint("a")
        let home = bench.schema.home(project: "default", fingerprint: fingerprint)
        let other = try #require(bench.schema.allShards.map { $0.project("default") }.first { $0 != home })
        for (names, received) in [(home, 1), (other, 9)] {
            try await bench.send("HSET", names.problem(fingerprint), "count", 1, "received", received * 1_000_000)
            try await bench.send("ZADD", names.problems, 1, fingerprint)
        }
        try await bench.send("HSET", home.status(fingerprint), "status", "ignored")
        // The index still says 1 s: it came after that was read.
        try await bench.send("HSET", home.problem("ffff"), "count", 1, "received", 99_000_000)
        try await bench.send("ZADD", home.problems, 99, "ffff")
        let eviction = try ProblemEviction(client: bench.client, schema: bench.schema, maxProblems: 1)
        #expect(try await eviction.evict(project: "default", most: 10) == [fingerprint])
        #expect(try await bench.send("EXISTS", home.problem(fingerprint)).int == 0)
        #expect(try await bench.send("EXISTS", other.problem(fingerprint)).int == 1)
        #expect(try await bench.hash(home.status(fingerprint)) == ["status": "ignored"])
        try await bench.send("ZADD", other.problems, 9, fingerprint)
        #expect(try await eviction.evict(project: "default", most: 10) == [fingerprint])
        #expect(try await bench.send("EXISTS", home.status(fingerprint), other.problem(fingerprint)).int == 0)
    }

    @Test("a problem that expired and comes back in a session that still lists it counts session and user again")
    func begunAnew() async throws {
        let bench = try await CommitBench()
        let draft = Draft {
            $0.problems = [.sample("a")]
            $0.dimensions = [UserToken.dimension(key: "userId", of: "ann")]
        }
        #expect(try await bench.store([draft]) == [.stored])
        let fingerprint = ProblemDelta.fingerprint("a")
        let names = bench.project
        let first = try await bench.hash(names.problem(fingerprint))
        // As when Redis expires them.
        try await bench.send("DEL", names.problem(fingerprint), names.users(fingerprint), names.occurrences(fingerprint), names.affected(fingerprint))
        #expect(try await bench.store([draft]) == [.stored])
        let again = try await bench.hash(names.problem(fingerprint))
        #expect(again["sessions"] == "1" && again["count"] == first["count"])
        #expect(try await bench.send("ZCARD", names.users(fingerprint)).int == 1)
        let listed = try await bench.hash(names.reports("s1"))["p:\(fingerprint)"] ?? ""
        #expect(listed.split(separator: " ").count == 1 + (try await bench.send("XLEN", names.occurrences(fingerprint)).int ?? 0))
    }

    @Test("01-66 a commit tells which projects got a new problem; in one shard those over the limit go in order of arrival")
    func evictsInOneShard() async throws {
        let bench = try await CommitBench()
        _ = try await bench.store(["a", "b", "c", "a"].map { .error(.sample(Character($0))) })
        let eviction = try ProblemEviction(client: bench.client, schema: bench.schema, maxProblems: 2)
        #expect(try await eviction.evict(project: "default", most: 10) == [ProblemDelta.fingerprint("b")])
        #expect(try await bench.hash(bench.shard.outcomes)["evicted_problems"] == "1")
    }
}
