import RedisServerFixture
import RedisStore
import Testing

@Suite("Commit")
struct CommitTests {
    @Test("a first batch makes the row, the window, the chunk and the index entries")
    func firstBatch() async throws {
        let bench = try await CommitBench()
        let draft = Draft {
            $0.receivedMs = 1_800_000_000_123
            $0.events = 5
            $0.isFull = true
            $0.sequence = 0
            $0.batchID = "batch-0"
            $0.lastFields = [("url", "/cart")]
            $0.firstFields = [("entry_url", "/")]
            $0.metadata = [("plan", Array("\"pro\"".utf8))]
            $0.dimensions = [("browser", "Chrome"), ("country", "a b:c")]
            $0.hasErrors = true
        }
        let id = try await bench.accept(draft)
        let applied = try await bench.drain([draft])
        let row = try await bench.row("s1")
        let rev = try #require(Int(row["rev"] ?? ""))
        #expect(applied.map(\.entryID) == [id] && applied.map(\.outcome) == [.stored] && applied.map(\.revision) == [rev])
        #expect(
            row.filter { $0.key != "rev" } == [
                "created_at": "1800000000.123", "updated_at": "1800000000.123", "first_event_at": "1000", "last_event_at": "2000",
                "event_count": "5", "byte_count": "20", "chunk_count": "1", "window_count": "1", "entry_url": "/", "url": "/cart",
                "has_errors": "true", "meta:plan": "\"pro\"", "meta_count": "1", "expires_at": "1802592000123",
                "by": "browser:Chrome country:a%20b%3Ac errors:true",
            ])
        let windows = try await bench.hash(bench.project.windows("s1"))
        #expect(windows == ["w1": "1 5 20 1000 2000 \(id) \(id) \(id) 0 0 1800000000123", "w1:batches": BatchDigest.of("batch-0")])
        let chunks = try await bench.chunks("s1", "w1")
        #expect(chunks == [["id": "\(id)", "v": "1", "n": "5", "t0": "1000", "t1": "2000", "full": "1", "z": String(repeating: "z", count: 20)]])
        for (key, score) in [
            (bench.project.sessions, "1800000000"), (bench.project.sessionsByCreation, "1800000000"), (bench.project.sessionsByEvents, "5"),
            (bench.project.by("browser", "Chrome"), "1800000000"), (bench.project.by("country", "a b:c"), "1800000000"),
            (bench.project.by("errors", "true"), "1800000000"),
        ] {
            #expect(try await bench.send("ZSCORE", key, "s1").string == score, "\(key)")
        }
        #expect(try await bench.send("XLEN", bench.shard.ingest(0)).int == 0)
        #expect(try await bench.send("GET", bench.shard.applied(0)).string == "\(id)")
        #expect(try await bench.send("EXISTS", bench.shard.inflight(0)).int == 0)
    }

    @Test("01-36: the identical batch twice is stored once when it has an id, twice without")
    func duplicates() async throws {
        let bench = try await CommitBench()
        let identified = Draft { $0.batchID = "abc" }
        #expect(try await bench.store([identified, identified]) == [.stored, .duplicate])
        #expect(try await bench.store([identified]) == [.duplicate])
        #expect(try await bench.store([Draft("s2"), Draft("s2")]) == [.stored, .stored])
        #expect(try await bench.chunks("s1", "w1").count == 1)
        #expect(try await bench.chunks("s2", "w1").count == 2)
        // The same id in another window is another batch.
        #expect(try await bench.store([Draft("s1", "w2") { $0.batchID = "abc" }]) == [.stored])
    }

    @Test("a window remembers its last 64 batch ids")
    func rememberedIDs() async throws {
        let bench = try await CommitBench()
        let drafts = (0..<65).map { number in Draft { $0.batchID = "batch-\(number)" } }
        #expect(try await bench.store(drafts).allSatisfy { $0 == .stored })
        #expect(try await bench.store([drafts[64], drafts[1], drafts[0]]) == [.duplicate, .duplicate, .stored])
    }

    @Test("a digest that only shows across two others is not among them")
    func digestBoundaries() async throws {
        let bench = try await CommitBench()
        guard case .acquired = try await bench.leases().acquire(bench.place) else { throw BenchError.leaseHeld }
        var entries: [CommitEntry] = []
        for digest in ["AAAABBBB", "CCCCDDDD", "BBBBCCCC", "CCCCDDDD"] {
            var entry = Draft().entry(try await bench.accept(Draft()), revision: entries.isEmpty ? .known(nil) : .chained)
            entry.batchDigest = digest
            entries.append(entry)
        }
        let result = try await bench.commit().apply(entries, place: bench.place, holder: CommitBench.holder, applied: nil)
        #expect(result.applied.map(\.outcome) == [.stored, .stored, .stored, .duplicate])
    }

    @Test("01-103: batches of the same millisecond keep their order of arrival")
    func arrivalOrder() async throws {
        let bench = try await CommitBench()
        let drafts = (1...40).map { number in
            Draft {
                $0.events = number
                $0.t0 = 500 - Int64(number % 3)
            }
        }
        _ = try await bench.store(drafts)
        let numbers = try await bench.chunks("s1", "w1").map { $0["n"] }
        #expect(numbers == (1...40).map { "\($0)" })
    }

    @Test("sequence numbers that are missing count as gaps until they arrive")
    func gaps() async throws {
        let bench = try await CommitBench()
        func gapsAfter(_ sequence: Int) async throws -> [Substring] {
            _ = try await bench.store([Draft { $0.sequence = sequence }])
            let record = try #require(try await bench.hash(bench.project.windows("s1"))["w1"])
            return Array(record.split(separator: " ")[8...9])
        }
        #expect(try await gapsAfter(0) == ["0", "0"])
        #expect(try await gapsAfter(3) == ["3", "2"])
        #expect(try await gapsAfter(1) == ["3", "1"])
        #expect(try await gapsAfter(2) == ["3", "0"])
    }

    @Test("a changed dimension moves the session to the other index, within one call and between calls")
    func dimensionChange() async throws {
        let bench = try await CommitBench()
        func draft(_ browser: String) -> Draft { Draft { $0.dimensions = [("browser", browser)] } }
        _ = try await bench.store([draft("Chrome"), draft("Firefox")])
        _ = try await bench.store([draft("Safari")])
        for browser in ["Chrome", "Firefox"] {
            #expect(try await bench.send("ZCARD", bench.project.by("browser", browser)).int == 0)
        }
        #expect(try await bench.send("ZCARD", bench.project.by("browser", "Safari")).int == 1)
    }

    @Test("at most 50 metadata keys are merged; known ones are still replaced")
    func metadataKeys() async throws {
        let bench = try await CommitBench()
        func draft(_ range: Range<Int>, _ value: String) -> Draft {
            Draft { $0.metadata = range.map { ("k\($0)", Array(value.utf8)) } }
        }
        _ = try await bench.store([draft(0..<40, "1")])
        _ = try await bench.store([draft(30..<70, "2")])
        let row = try await bench.row("s1")
        #expect(row.keys.filter { $0.hasPrefix("meta:") }.count == 50)
        #expect(row["meta:k5"] == "1" && row["meta:k35"] == "2" && row["meta:k49"] == "2" && row["meta:k50"] == nil)
    }

    @Test("filtered, expired and dead entries end as decided and leave the session alone")
    func dispositions() async throws {
        let bench = try await CommitBench()
        let outcomes = try await bench.store([
            Draft { $0.disposition = .filtered }, Draft { $0.disposition = .expired }, Draft { $0.disposition = .dead(reason: "not_json") },
            Draft(),
        ])
        #expect(outcomes == [.filtered, .expired, .dead, .stored])
        #expect(try await bench.row("s1")["chunk_count"] == "1")
        #expect(try await bench.send("XLEN", bench.shard.dead).int == 1)
    }

    @Test("a batch older than retention expires even when the worker decided to store it")
    func tooOld() async throws {
        let bench = try await CommitBench()
        let settings = CommitSettings(retentionSeconds: 3_600)
        #expect(try await bench.store([Draft { $0.receivedMs -= 3_601_000 }], settings: settings) == [.expired])
        #expect(try await bench.send("EXISTS", bench.project.session("s1")).int == 0)
    }
}
