import Foundation
import RedisServerFixture
import Testing

@testable import RedisStore

@Suite("Commit of sealed chunks") struct EncryptedCommitTests {
    @Test("a key beside the data ends with its session, and moves with its deadline")
    func deadline() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let encryption = try bench.encryption()
        let key = try await bench.key(encryption, isNew: true).get()
        #expect(try await bench.commit(key, settings: CommitSettings(retentionSeconds: 3_600)).applied.map(\.outcome) == [.stored])
        let row = try await bench.bench.timeToLive(bench.bench.project.session("s1").rawValue)
        #expect(abs(try await bench.timeToLive() - row) < 5_000)
        _ = try await bench.commit(key, settings: CommitSettings(retentionSeconds: nil))
        #expect(try await bench.timeToLive() == -1)
        let chunk = try #require(try await bench.bench.chunks("s1", "w1").first)
        #expect(chunk["v"] == "2")
    }

    /// What may happen to a key between sealing and the commit: removed by a sweep or an eviction, made anew by another worker, wrapped anew.
    @Test("nothing is stored under a key that is gone or another by now", arguments: ["gone", "another", "rewrapped"])
    func keyMoved(how: String) async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let encryption = try bench.encryption()
        let key = try await bench.key(encryption, isNew: true).get()
        let result = try await bench.commit(key) {
            switch how {
            case "gone": try await bench.bench.send("UNLINK", bench.keyName)
            case "another":
                try await bench.bench.send("UNLINK", bench.keyName)
                _ = try await bench.key(try bench.encryption(), isNew: true)
            default: _ = try await KeyRewrap(vault: bench.encryption(TestKeys.masters(2, 1)).vault).rewrap()
            }
        }
        #expect(result.isStale)
        #expect(result.applied.isEmpty)
        #expect(try await bench.bench.chunks("s1", "w1").isEmpty)
        #expect(try await bench.bench.queue.status(bench.bench.place).length == 1)
    }

    @Test("erasing between sealing and commit ends the entry as erased, and leaves no key", arguments: [false, true])
    func erasedMeanwhile(isSeparate: Bool) async throws {
        let bench = try await EncryptionBench(isSeparate: isSeparate)
        let encryption = try bench.encryption()
        let key = try await bench.key(encryption, isNew: true).get()
        _ = try await bench.commit(key)
        let result = try await bench.commit(key) {
            _ = try await bench.removal(encryption).remove(["s1"], project: "default", reason: .erased)
        }
        #expect(result.applied.map(\.outcome) == [.erased])
        #expect(try await bench.wrapped() == nil)
        #expect(try await bench.bench.chunks("s1", "w1").isEmpty)
    }

    @Test("a removal with a tombstone ends the key and names it; one that failed at the key is made good by repeating it", arguments: [false, true])
    func destroys(isSeparate: Bool) async throws {
        let bench = try await EncryptionBench(isSeparate: isSeparate)
        let encryption = try bench.encryption()
        _ = try await bench.commit(try await bench.key(encryption, isNew: true).get())
        let removed = try await bench.removal(encryption).remove("s1", project: "default", reason: .deleted)
        #expect(removed.keys.contains(bench.keyName.rawValue))
        #expect(try await bench.wrapped() == nil)
        // As after a removal during which the Redis of the keys was away.
        _ = try await bench.key(try bench.encryption())
        if isSeparate {
            #expect(try await bench.removal(encryption).remove("s1", project: "default", reason: .erased).keys == [bench.keyName.rawValue])
            #expect(try await bench.wrapped() == nil)
        }
    }

    @Test("the last window takes the key along, another one leaves it", arguments: [false, true])
    func windows(isSeparate: Bool) async throws {
        let bench = try await EncryptionBench(isSeparate: isSeparate)
        let encryption = try bench.encryption()
        _ = try await bench.commit(try await bench.key(encryption, isNew: true).get())
        _ = try await bench.bench.store([Draft("s1", "w2")])
        let removal = try bench.removal(encryption)
        #expect(try await removal.removeWindow("w2", session: "s1", project: "default") == .window)
        #expect(try await bench.wrapped() != nil)
        #expect(try await removal.removeWindow("w1", session: "s1", project: "default") == .session)
        #expect(try await bench.wrapped() == nil)
    }

    /// The promise of crypto-erasure: a copy taken before cannot be read after, though the master key is known.
    @Test("bytes of a copy cannot be opened once the key in its own Redis has gone")
    func copies() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let encryption = try bench.encryption()
        let key = try await bench.key(encryption, isNew: true).get()
        _ = try await bench.commit(key)
        let entry = try await bench.bench.send("XRANGE", bench.bench.project.events("s1", "w1"), "-", "+").array?.first
        let copy = try #require(entry.flatMap(Chunk.init(entry:)))
        #expect(copy.isSealed)
        let owner = SealOwner.window(project: "default", session: "s1", window: "w1")
        #expect(try key.key.open(copy.body[...], owner: owner) == Draft { $0.size = 40 }.body)
        let everything = try await bench.bench.send("DUMP", bench.bench.project.events("s1", "w1"))
        #expect(everything.bytes?.isEmpty == false)
        _ = try await bench.removal(encryption).remove(["s1"], project: "default", reason: .erased)
        // Another process with the same master keys and both Redises as they are now.
        guard case .failure(.missing) = try await bench.encryption().sessions.key(of: EncryptionBench.session) else {
            return #expect(Bool(false), "the key is still there")
        }
        // A session of the same id later on has another key.
        let next = try await bench.key(try bench.encryption(), isNew: true).get()
        #expect(throws: KeyFault.damaged) { try next.key.open(copy.body[...], owner: owner) }
    }

    @Test("keys without a session are swept: at once under a tombstone, at the second look without an end, never while the session lives")
    func sweep() async throws {
        let bench = try await EncryptionBench(isSeparate: true)
        let encryption = try bench.encryption(retention: nil)
        let sweep = KeySweep(vault: encryption.vault, data: bench.bench.client)
        _ = try await bench.commit(try await bench.key(encryption, isNew: true).get(), settings: CommitSettings(retentionSeconds: nil))
        var suspects: Set<SessionReference> = []
        #expect(try await sweep.sweep(suspects: &suspects) == 0)
        #expect(suspects.isEmpty)
        // Evicted: no tombstone.
        try await bench.bench.send("DEL", bench.bench.project.session("s1"))
        #expect(try await sweep.sweep(suspects: &suspects) == 0)
        #expect(suspects == [EncryptionBench.session])
        #expect(try await sweep.sweep(suspects: &suspects) == 1)
        #expect(try await bench.wrapped() == nil)
        _ = try await bench.key(try bench.encryption(), isNew: true)
        #expect(try await sweep.sweep(suspects: &suspects) == 0)
        try await bench.bench.send("SET", bench.bench.project.erased("s1"), "erased 1")
        #expect(try await sweep.sweep(suspects: &suspects) == 1)
        #expect(try await bench.wrapped() == nil)
    }
}

extension EncryptionBench {
    func removal(_ encryption: Encryption) throws -> SessionRemoval {
        try SessionRemoval(client: bench.client, schema: bench.schema, tombstoneSeconds: 60, keys: encryption.sessions)
    }
}
