import Foundation
import RedisServerFixture
import Testing

@testable import RedisStore

@Suite("Rewrapping keys") struct KeyRewrapTests {
    @Test("rotation: what the old key wrapped opens with the new one alone afterwards; expiry stays", arguments: [false, true])
    func rotates(isSeparate: Bool) async throws {
        let bench = try await EncryptionBench(isSeparate: isSeparate)
        let old = try bench.encryption(TestKeys.masters(1))
        let key = try await bench.key(old, isNew: true).get()
        let sealed = try key.key.seal([1, 2, 3], owner: [0])
        let batch = try await old.ingest.seal(Draft().batch)
        let before = try await bench.timeToLive()
        let both = try bench.encryption(TestKeys.masters(2, 1))
        let rewrap = try KeyRewrap(vault: both.vault)
        let (oldID, newID) = (try TestKeys.masters(1).currentID, try TestKeys.masters(2).currentID)
        #expect(try await rewrap.status().sessions == [oldID: 1])
        #expect(try await rewrap.status().days == [oldID: 1])
        #expect(try await rewrap.rewrap(isDryRun: true).rewrapped == 2)
        #expect(try await rewrap.status().count(oldID) == 2)
        let counts = try await rewrap.rewrap()
        #expect((counts.rewrapped, counts.current, counts.unopened, counts.changed) == (2, 0, 0, 0))
        #expect(try await rewrap.rewrap().current == 2)
        #expect(try await rewrap.status().ids == [newID])
        #expect(abs(try await bench.timeToLive() - before) < 20_000)
        let new = try bench.encryption(TestKeys.masters(2))
        let read = try await new.sessions.key(of: EncryptionBench.session).get()
        #expect(try read.open(sealed[...], owner: [0]) == [1, 2, 3])
        #expect(try await new.ingest.open(batch).get().body == Draft().body)
    }

    @Test("what no key opens stays as it is and is counted; other names are left alone")
    func unopened() async throws {
        let bench = try await EncryptionBench(isSeparate: false)
        let key = try await bench.key(try bench.encryption(TestKeys.masters(1)), isNew: true).get()
        try await bench.bench.send("SET", bench.bench.schema.ingestKey(day: "20200101"), "no key")
        try await bench.bench.send("SET", "other:key:1", "x")
        _ = try await bench.bench.store([Draft("s2")])
        let rewrap = try KeyRewrap(vault: bench.encryption(TestKeys.masters(2)).vault)
        #expect(try await rewrap.rewrap().unopened == 2)
        #expect(try await rewrap.status().damaged == 1)
        #expect(try await bench.wrapped() == key.wrapped)
    }

    @Test("names are read back as they were made", arguments: ["sentiero:", "a*b[c]?:", ""])
    func names(prefix: String) throws {
        let schema = try KeySchema(prefix: prefix, shards: 4)
        for project in ["default", "a b", "key", "é:x"] {
            let reference = SessionReference(project: project, session: "s-1_x")
            let key = schema.project(project, ofSession: "s-1_x").dataKey("s-1_x")
            #expect(schema.wrappedKey(named: key.rawValue)?.name == .session(reference))
            #expect(schema.wrappedKey(named: schema.project(project, ofSession: "s-1_x").session("s-1_x").rawValue) == nil)
        }
        #expect(schema.wrappedKey(named: schema.ingestKey(day: "20260101").rawValue)?.name == .ingest(day: "20260101"))
        #expect(schema.wrappedKey(named: "x\(prefix)ingestkey:20260101") == nil || prefix.isEmpty)
    }
}
