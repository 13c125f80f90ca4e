import Ingest
import Testing

@Suite("Ids (spec 01, VALID_ID)")
struct IdentifierTests {
    static let valid = ["a", "Z", "0", "_", "-", "win_1-B", String(repeating: "x", count: 128)]
    static let invalid = ["", "a\n", "a b", "a.b", "é", "a\u{0}", "１", String(repeating: "x", count: 129)]

    @Test("valid", arguments: valid)
    func accepted(id: String) {
        #expect(Identifier.isValid(id))
        #expect(Array(id.utf8).withUnsafeBytes { Identifier.isValid($0) })
    }

    @Test("invalid", arguments: invalid)
    func refused(id: String) {
        #expect(!Identifier.isValid(id))
        #expect(!Array(id.utf8).withUnsafeBytes { Identifier.isValid($0) })
    }

    @Test("a shorter maximum")
    func batches() {
        #expect(Identifier.isValid(String(repeating: "x", count: 64), maxLength: Identifier.maxBatchLength))
        #expect(!Identifier.isValid(String(repeating: "x", count: 65), maxLength: Identifier.maxBatchLength))
    }
}
