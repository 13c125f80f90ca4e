import Foundation
import RedisServerFixture
import Testing

@testable import RedisStore

@Suite("Keys of sessions") struct SessionKeysTests {
    @Test("two workers that come together get one key", arguments: [false, true])
    func oneKey(isSeparate: Bool) async throws {
        let bench = try await EncryptionBench(isSeparate: isSeparate)
        let (first, second) = (try bench.encryption(), try bench.encryption())
        async let one = bench.key(first, isNew: true)
        async let two = bench.key(second, isNew: true)
        let (left, right) = (try await one.get(), try await two.get())
        #expect(left.wrapped == right.wrapped)
        let sealed = try left.key.seal([1, 2, 3], owner: [0])
        #expect(try right.key.open(sealed[...], owner: [0]) == [1, 2, 3])
        #expect(try await bench.wrapped() == left.wrapped)
        if isSeparate { #expect(try await bench.bench.allKeys().isEmpty) }
    }

    @Test("what is remembered counts for nothing where a session is new, and for minutes at most")
    func newSession() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let encryption = try bench.encryption()
        let before = try await bench.key(encryption, isNew: true).get()
        try await bench.bench.send("DEL", bench.keyName)
        #expect(try await bench.key(encryption).get().wrapped == before.wrapped)
        #expect(try await bench.key(encryption, isNew: true).get().wrapped != before.wrapped)
        encryption.sessions.forget([EncryptionBench.session])
        #expect(try await bench.key(encryption).get().wrapped == (try await bench.wrapped()))
    }

    @Test("a key is made above maxmemory, too: workers go on when ingest is refused")
    func aboveMaxmemory() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        try await bench.bench.send("CONFIG", "SET", "maxmemory", 1)
        _ = try await bench.key(try bench.encryption(), isNew: true).get()
        #expect(try await bench.wrapped() != nil)
    }

    @Test("in its own Redis a key outlives its session by a day, and moves in steps, never nearer")
    func deadlines() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let encryption = try bench.encryption(retention: 3_600)
        let day = 86_400_000
        _ = try await bench.key(encryption, isNew: true)
        #expect((day...day + 3_600_000).contains(try await bench.timeToLive()))
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        // Less than half the slack later: remembered, not moved.
        _ = try await bench.key(encryption, receivedMs: now + 3_600_000)
        #expect(try await bench.timeToLive() <= day + 3_600_000)
        _ = try await bench.key(encryption, receivedMs: now + 50_000_000)
        #expect(try await bench.timeToLive() > day + 49_000_000)
        // Another worker with an older batch.
        _ = try await bench.key(try bench.encryption(), receivedMs: now)
        #expect(try await bench.timeToLive() > day + 49_000_000)
    }

    @Test("a hold keeps the key in its own Redis, also one made under it; a release lets it go with the session")
    func holds() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let encryption = try bench.encryption()
        _ = try await bench.commit(try await bench.key(encryption, isNew: true).get())
        let hold = try LegalHold(client: bench.bench.client, schema: bench.bench.schema, retentionSeconds: 3_600, keys: encryption.sessions)
        #expect(try await hold.hold(project: "default", session: "s1", reason: "dispute"))
        #expect(try await bench.timeToLive() == -1)
        _ = try await bench.key(try bench.encryption(), receivedMs: Int64(Date().timeIntervalSince1970 * 1000) + 90_000_000)
        #expect(try await bench.timeToLive() == -1)
        _ = try await bench.keyClient.send(RedisCommand("DEL", bench.keyName))
        _ = try await bench.key(try bench.encryption(), isHeld: true)
        #expect(try await bench.timeToLive() == -1)
        _ = try await hold.release(project: "default", session: "s1")
        #expect((1...90_000_000).contains(try await bench.timeToLive()))
    }

    @Test("without retention a key has no end")
    func forEver() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        _ = try await bench.key(try bench.encryption(retention: 60), isNew: true)
        _ = try await bench.key(try bench.encryption(retention: nil))
        #expect(try await bench.timeToLive() == -1)
    }

    @Test("a key of a retired master key is a fault, and stays as it is; so does another thing at its name")
    func faults() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let wrapped = try await bench.key(try bench.encryption(TestKeys.masters(1)), isNew: true).get().wrapped
        let later = try bench.encryption(TestKeys.masters(2))
        let id = try TestKeys.masters(1).currentID
        guard case .failure(.unknownMaster(id)) = try await bench.key(later) else { return #expect(Bool(false), "no fault") }
        guard case .failure(.unknownMaster(id)) = try await later.sessions.key(of: EncryptionBench.session) else {
            return #expect(Bool(false), "no fault for a reader")
        }
        #expect(try await bench.wrapped() == wrapped)
        try await bench.bench.send("DEL", bench.keyName)
        guard case .failure(.missing) = try await later.sessions.key(of: EncryptionBench.session) else { return #expect(Bool(false), "not missing") }
        try await bench.bench.send("RPUSH", bench.keyName, "x")
        guard case .failure(.damaged) = try await bench.key(later) else { return #expect(Bool(false), "not damaged") }
    }

    @Test("a Redis of the keys that is away is a fault of Redis, not of any key")
    func away() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let server = try #require(bench.keyServer)
        let client = TestClient.make(server.configuration) { $0.commandTimeoutMs = 300 }
        defer { client.shutdown() }
        let encryption = try Encryption(
            masters: TestKeys.masters(1), client: client, isSeparate: true, schema: bench.bench.schema, retentionSeconds: 60)
        server.kill()
        let error = await #expect(throws: RedisError.self) { _ = try await bench.key(encryption, isNew: true) }
        #expect(error?.isTransient == true)
        #expect(error?.message.contains("the Redis of the keys") == true)
        try await server.restart()
        #expect(try await client.until { (try? await bench.key(encryption, isNew: true).get()) != nil })
    }

    @Test("the cache forgets the oldest, not what is used")
    func cacheBound() {
        let cache = KeyCache<Int>(capacity: 10, maximumAge: .seconds(60))
        cache.put(.init(key: DataKey(), wrapped: []), for: 0)
        for number in 1..<100 {
            cache.put(.init(key: DataKey(), wrapped: []), for: number)
            #expect(cache.entry(0) != nil)
        }
        #expect(cache.count <= 12)
        #expect(cache.entry(1) == nil)
        let aged = KeyCache<Int>(capacity: 10, maximumAge: .zero)
        aged.put(.init(key: DataKey(), wrapped: []), for: 0)
        #expect(aged.entry(0) == nil)
    }
}
