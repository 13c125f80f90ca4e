import Testing

@testable import Ingest

/// Work is counted in steps, never timed: a step is a thread of an automaton moved over a byte, or eight bytes read.
@Suite("Bounds on work")
struct RedactionBoundTests {
    static let size = 50_000

    static let hostile: [(name: String, text: String)] = [
        ("many at signs", String(repeating: "@", count: size)), ("a@a@", String(repeating: "a@", count: size / 2)),
        ("a@a.", "a@" + String(repeating: "a.", count: size / 2)), ("dots", String(repeating: "a.", count: size / 2) + "@"),
        ("one long local part", String(repeating: "a", count: size) + "@"), ("one long domain", "a@" + String(repeating: "a", count: size)),
        ("eyJ", String(repeating: "eyJ", count: size / 3)), ("eyJ.", String(repeating: "eyJa.", count: size / 5)),
        ("eyJ..", String(repeating: "eyJ.a", count: size / 5)),
        ("digits", String(repeating: "1", count: size)), ("groups of digits", String(repeating: "1 ", count: size / 2)),
        ("12 digits each", String(repeating: "123456789012 x", count: size / 14)),
        ("digits and hyphens", String(repeating: "1-", count: size / 2) + "a"),
        ("31 hex digits each", String(repeating: "0123456789abcdef0123456789abcde ", count: size / 32)),
        ("hex", String(repeating: "a", count: size) + "g"),
        ("http://", String(repeating: "http://", count: size / 7)), ("http://?", String(repeating: "http://a? ", count: size / 10)),
        (":", String(repeating: ":", count: size)),
        ("addresses", String(repeating: "a@b.co,", count: size / 7)), ("cards", String(repeating: "4111111111111111 ", count: size / 17)),
    ]

    @Test("Built-in matchers read each byte a bounded number of times", arguments: BuiltInPattern.allCases)
    func linear(_ pattern: BuiltInPattern) {
        for (name, text) in Self.hostile {
            let bytes = Array(text.utf8)
            var budget = StepBudget(limit: .max)
            var position = 0
            while let match = pattern.firstMatch(in: bytes.span, from: position, budget: &budget) { position = match.upper }
            // The card matcher may read 37 bytes per group of digits, all else at most a few.
            #expect(budget.spent < 4 * Self.size, "\(name): \(budget.spent)")
        }
    }

    @Test(
        "Custom patterns stop at their budget, and the text is replaced whole",
        arguments: [
            ("(a|b)*a(a|b){12}c", "ab"), ("(x+x+)+y", "x"), ("a.*b|a", "a"), ("(.*,){5}P", "1,"), (#"\b(\w+\s?)+$"#, "aaaa "), ("[a-z]{500}!", "q"),
            (".{0,300}Z.{0,300}Z", "Zé"),
        ])
    func bounded(_ source: String, _ piece: String) throws {
        let pattern = try CustomPattern(source)
        let text = Array(String(repeating: piece, count: 400_000 / piece.utf8.count).utf8)
        var budget = StepBudget(limit: 100_000)
        let matches = pattern.matches(in: text.span, budget: &budget)
        #expect(budget.spent < 200_000 + 2 * pattern.program.instructions.count)
        #expect((matches == nil) == budget.isExhausted)

        let redactor = Redactor(settings: try RedactionSettings(customPatterns: [source]))
        var counts = RedactionCounts()
        let redacted = redactor.event(#"{"type":5,"data":{"payload":""# + String(repeating: piece, count: 20_000) + "\"}}", type: 5, counts: &counts)
        #expect(redacted != .dropped)
        if counts.oversized > 0 { #expect(redacted == .changed(Array(#"{"type":5,"data":{"payload":"[redacted]"}}"#.utf8))) }
    }

    @Test("An exhausted budget never lets text through")
    func exhausted() throws {
        let customs = CustomPatterns([try CustomPattern("a.*b|a.*c|a.*d")])
        let redaction = TextRedaction(builtIns: .all, customs: customs)
        // Every byte has three alternatives that read on to the end.
        var text = Array(String(repeating: "a", count: 400_000).utf8) + Array("secret d".utf8)
        var scratch: [UInt8] = []
        var counts = RedactionCounts()
        var budget = StepBudget(bytes: text.count)
        #expect(redaction.redact(&text, scratch: &scratch, counts: &counts, budget: &budget))
        #expect(text == TextRedaction.marker)
        #expect(counts.oversized + counts.custom > 0)
    }

    @Test("URLs of very many parts are replaced in that part")
    func parts() throws {
        let redactor = Redactor(settings: try RedactionSettings(urlMode: "keep_filtered"))
        #expect(redactor.url("https://x.test/p?" + String(repeating: "a&", count: 5_000)) == "https://x.test/p?[redacted]")
        #expect(redactor.url("https://x.test" + String(repeating: "/%20", count: 5_000) + "?a=1") == "[redacted]?a=1")
    }
}
