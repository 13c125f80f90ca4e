import Foundation
import Testing

@testable import RedisStore

@Suite("Master keys") struct MasterKeysTests {
    @Test("a bad key is named by its place, never shown")
    func refusals() {
        let good = TestKeys.text(1)
        func failure(_ texts: [String]) -> MasterKeyError? {
            do throws(MasterKeyError) {
                _ = try MasterKeys(texts)
                return nil
            } catch { return error }
        }
        #expect(failure([]) == MasterKeyError.none)
        #expect(failure([good, "not base64!"]) == .notBase64(position: 2))
        #expect(failure([Data(repeating: 7, count: 31).base64EncodedString()]) == .wrongLength(position: 1, bytes: 31))
        #expect(failure([good, TestKeys.text(2), good]) == .repeated(position: 3))
        #expect(failure([good, TestKeys.text(2)]) == nil)
        #expect(failure(["c2VjcmV0"])?.description.contains("openssl rand -base64 32") == true)
        #expect(failure(["c2VjcmV0"])?.description.contains("c2VjcmV0") == false)
    }

    @Test("the first wraps, all unwrap; a retired one is named")
    func rotation() throws {
        let owner = SealOwner.dataKey(EncryptionBench.session)
        let key = DataKey()
        let old = try TestKeys.masters(1).wrap(key, owner: owner)
        let both = try TestKeys.masters(2, 1)
        let sealed = try key.seal(Array("hello".utf8), owner: [1])
        #expect(try both.unwrap(old, owner: owner).open(sealed[...], owner: [1]) == Array("hello".utf8))
        let new = try both.wrap(key, owner: owner)
        #expect(MasterKeys.id(ofWrapped: new) == both.currentID)
        #expect(both.currentID == (try TestKeys.masters(2)).currentID)
        let oldID = try TestKeys.masters(1).currentID
        #expect(throws: KeyFault.unknownMaster(oldID)) { try TestKeys.masters(2).unwrap(old, owner: owner) }
    }

    @Test("wrapped and sealed bytes open only where they belong, and whole")
    func belonging() throws {
        let masters = try TestKeys.masters(1)
        let key = DataKey()
        let wrapped = try masters.wrap(key, owner: SealOwner.dataKey(EncryptionBench.session))
        let other = SessionReference(project: "default", session: "s2")
        #expect(throws: KeyFault.damaged) { try masters.unwrap(wrapped, owner: SealOwner.dataKey(other)) }
        #expect(throws: KeyFault.damaged) { try masters.unwrap(Array(wrapped.dropLast()), owner: SealOwner.dataKey(EncryptionBench.session)) }
        let window = SealOwner.window(project: "p", session: "s", window: "w")
        var sealed = try key.seal([1, 2, 3], owner: window)
        #expect(sealed.count == 3 + DataKey.overhead)
        #expect(throws: KeyFault.damaged) { try key.open(sealed[...], owner: SealOwner.window(project: "p", session: "s", window: "w2")) }
        #expect(try key.seal([1, 2, 3], owner: window) != sealed)
        sealed[14] ^= 1
        #expect(throws: KeyFault.damaged) { try key.open(sealed[...], owner: window) }
        #expect(throws: KeyFault.damaged) { try key.open([1, 2], owner: window) }
    }

    @Test(
        "a day's name is that of the calendar",
        arguments: [
            (0, "19700101"), (951_782_400_000, "20000229"), (1_709_164_800_000, "20240229"), (1_735_689_599_999, "20241231"),
            (4_107_542_399_999, "21000228"),
        ])
    func days(ms: Int, name: String) {
        let day = UTCDay(ms: Int64(ms))
        #expect(day.text == name)
        #expect(day.endMs > Int64(ms))
        #expect(UTCDay(ms: day.endMs).text != name)
    }
}
