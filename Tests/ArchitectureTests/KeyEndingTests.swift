import Testing

/// Whoever removes or holds sessions is told the keys of encrypted ones: left out, an erasure would leave a key behind in a Redis of its own.
@Suite struct KeyEndingTests {
    /// The calls in a text that make something which removes or holds sessions, and do not say `keys:`.
    static func offences(in text: String) -> [Substring] {
        text.matches(of: /\b(?:SessionRemoval|Erasure|LegalHold)\(\s*client:[^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)/).map(\.output)
            .filter { !$0.contains("keys: ") }
    }

    @Test func everybodyNamesThem() throws {
        let files = try Repository.files(in: "Sources/Web", endingWith: ".swift") + Repository.files(in: "Sources/Sentiero", endingWith: ".swift")
        for file in files { for call in Self.offences(in: file.text) { Issue.record("\(file.path): \(call)") } }
        #expect(files.contains { $0.text.contains("SessionRemoval(") }, "the rule finds nothing to look at")
    }

    @Test func noticesOneThatDoesNot() {
        #expect(Self.offences(in: "try SessionRemoval(client: redis, schema: keys, tombstoneSeconds: max(1, f(2)))").count == 1)
        #expect(Self.offences(in: "try Erasure(\n  client: redis, schema: store.keys, userKey: key)").count == 1)
        #expect(Self.offences(in: "try LegalHold(client: redis, schema: keys, retentionSeconds: nil, keys: store.encryption?.sessions)").isEmpty)
        #expect(
            Self.offences(in: "try SessionRemoval(client: a, schema: b, tombstoneSeconds: max(1, 2),\n  keys: services.encryption?.sessions)").isEmpty
        )
    }
}
