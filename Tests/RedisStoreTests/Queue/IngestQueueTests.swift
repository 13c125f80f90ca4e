import RedisStore
import Testing

@Suite("Ingest queue")
struct IngestQueueTests {
    @Test("what goes in comes out, absent facts as nil, bytes as they were")
    func roundTrip() async throws {
        let bench = try await CommitBench()
        let full = IngestBatch(
            project: "shop", session: "s-1", window: "w_1", batchID: "b", sequence: 0, receivedMs: 1_800_000_000_000, encoding: .gzip,
            eventCount: 3, inflatedBytes: 900, recorder: "1.0+abc", browser: "Chrome", device: "desktop", address: "10.0.0.0", country: "DE",
            city: "Köln", region: "NW", timezone: "Europe/Berlin", body: [0, 13, 10, 255])
        let bare = IngestBatch(
            project: "default", session: "s", window: "w", receivedMs: 5, encoding: .identity, eventCount: 1, inflatedBytes: 2, body: [])
        let ids = [try await bench.queue.append(full), try await bench.queue.append(bare)]
        let entries = try await bench.queue.read(bench.place, count: 10)
        #expect(entries.map(\.id) == ids)
        #expect(try entries.map { try $0.batch.get() } == [full, bare])
        #expect(try await bench.queue.read(bench.place, from: ids[0].next, count: 10).map(\.id) == [ids[1]])
        #expect(entries.map(\.size) == [4, 0])
    }

    @Test("fields are always the same, in the same order")
    func fieldOrder() async throws {
        let bench = try await CommitBench()
        try await bench.accept(Draft())
        let reply = try await bench.send("XRANGE", bench.shard.ingest(0), "-", "+")
        let names = reply.array?.first?.array?[1].pairs?.map(\.field)
        #expect(
            names == [
                "v", "lane", "project", "session", "window", "batch", "sequence", "received", "encoding", "events", "inflated", "recorder",
                "browser", "device", "ip", "country", "city", "region", "timezone", "body",
            ])
    }

    @Test("a session's batches all go to its place")
    func places() async throws {
        let bench = try await CommitBench(shards: 2, partitions: 3)
        for number in 0..<30 { try await bench.accept(Draft("s\(number)")) }
        var read = 0
        for status in try await bench.queue.statuses() {
            for entry in try await bench.queue.read(status.place, count: 100) {
                let batch = try entry.batch.get()
                #expect(bench.schema.place(project: batch.project, session: batch.session) == status.place)
                read += 1
            }
        }
        #expect(read == 30)
    }

    @Test("length, age and total of a partition; an absent one is empty")
    func status() async throws {
        let bench = try await CommitBench()
        #expect(try await bench.queue.status(bench.place) == (try await bench.queue.statuses())[0])
        #expect(try await bench.queue.status(bench.place).added == 0)
        let drafts = [Draft(), Draft()]
        for draft in drafts { try await bench.accept(draft) }
        try await bench.drain(drafts)
        let id = try await bench.accept(Draft())
        let status = try await bench.queue.status(bench.place)
        #expect(status.length == 1 && status.added == 3 && status.oldestMs == Int64(id.milliseconds))
    }

    @Test(
        "an entry that is no batch of ours is told, not skipped",
        arguments: [
            (["v", "3"], "unknown_version"), (["lane", "events"], "missing_field:v"),
            (["v", "1", "encoding", "brotli"], "invalid_field:encoding"), (["v", "1", "encoding", "gzip"], "missing_field:body"),
        ])
    func unreadable(fields: [String], reason: String) async throws {
        let bench = try await CommitBench()
        var command = RedisCommand("XADD", bench.shard.ingest(0), "*")
        for field in fields { command.append(field) }
        _ = try await bench.client.send(command)
        let entry = try #require(try await bench.queue.read(bench.place, count: 1).first)
        guard case .failure(let error) = entry.batch else { return #expect(Bool(false)) }
        #expect(error.reason == reason)
    }

    @Test("stream ids sort as numbers")
    func order() throws {
        let small = try #require(StreamID("9-10"))
        #expect(try small < #require(StreamID("10-9")) && StreamID("9-9")! < small)
        #expect(StreamID("9") == nil && StreamID("a-1") == nil && StreamID("1-") == nil)
        #expect(StreamID(milliseconds: 5, sequence: .max).next == StreamID(milliseconds: 6, sequence: 0))
    }
}
