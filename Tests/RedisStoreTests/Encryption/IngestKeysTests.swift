import Foundation
import RedisServerFixture
import Testing

@testable import RedisStore

@Suite("Keys of ingest days") struct IngestKeysTests {
    @Test("all web nodes seal with one key of the day, asked for once")
    func shared() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let nodes = try (0..<3).map { _ in try bench.encryption() }
        let batch = Draft().batch
        for node in nodes {
            for _ in 0..<3 {
                let sealed = try await node.ingest.seal(batch)
                #expect(sealed.isSealed)
                #expect(String(decoding: sealed.body.prefix(8), as: UTF8.self) == UTCDay(ms: batch.receivedMs).text)
                #expect(try await nodes[0].ingest.open(sealed).get() == batch)
            }
        }
        let keys = try await bench.keyClient.send(RedisCommand("KEYS", "*")).array?.compactMap(\.string)
        #expect(keys == [bench.bench.schema.ingestKey(day: UTCDay(ms: batch.receivedMs).text).rawValue])
        // Without the Redis of the keys: the day's key is remembered.
        let server = try #require(bench.keyServer)
        server.kill()
        _ = try await nodes[0].ingest.seal(batch)
    }

    @Test("a day's key lives for retention, its day and a day more")
    func deadline() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        _ = try await bench.encryption(retention: 7_200).ingest.seal(Draft().batch)
        let day = UTCDay(ms: Draft().batch.receivedMs)
        let end = try await bench.bench.send("PEXPIRETIME", bench.bench.schema.ingestKey(day: day.text)).int ?? 0
        #expect(Int64(end) == day.endMs + 7_200_000 + 86_400_000)
    }

    @Test("what cannot be opened says why: no key, a retired master key, another session's body")
    func faults() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let sealed = try await bench.encryption(TestKeys.masters(1)).ingest.seal(Draft().batch)
        let id = try TestKeys.masters(1).currentID
        #expect(try await bench.encryption(TestKeys.masters(2)).ingest.open(sealed) == .failure(.unknownMaster(id)))
        var moved = sealed
        moved.session = "s2"
        let encryption = try bench.encryption(TestKeys.masters(1))
        #expect(try await encryption.ingest.open(moved) == .failure(.damaged))
        var nonsense = sealed
        nonsense.body = Array("hello".utf8)
        #expect(try await encryption.ingest.open(nonsense) == .failure(.damaged))
        try await bench.bench.send("DEL", bench.bench.schema.ingestKey(day: UTCDay(ms: sealed.receivedMs).text))
        #expect(try await encryption.ingest.open(sealed) == .failure(.missing))
    }

    @Test("a node without the day's master key takes nothing")
    func wrongMaster() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        _ = try await bench.encryption(TestKeys.masters(1)).ingest.seal(Draft().batch)
        let error = await #expect(throws: RedisError.self) { _ = try await bench.encryption(TestKeys.masters(2)).ingest.seal(Draft().batch) }
        #expect(error?.code == .keyUnavailable)
    }
}
