import Foundation
import Ingest
import Testing

@Suite("Custom patterns")
struct CustomPatternTests {
    static let rows: [(pattern: String, text: String)] = [
        (#"ACCT-\d{6}"#, "ref ACCT-123456 ACCT-12345 end"),
        ("a|ab", "abab"), ("ab|a", "abab"), ("a+?", "aaa"), ("a{2,3}", "aaaaaaa"), ("a{2,3}?", "aaaaaaa"), ("a{2}", "aaaaa"), ("a{2,}", "a aa aaa"),
        ("(foo|bar)+baz", "foobarbaz foobaz baz"), ("^a", "a\na b"), ("a$", "a\nb a"), (#"\Aa"#, "aa\na"), (#"a\z"#, "a\naa"),
        (#"\bfoo\b"#, "foo foobar a-foo_ foo"), (#"\Boo"#, "foo oo"), (#"[^\s,]+"#, "a b,c é x"), (#"[a-c\d-]+"#, "abc-12d"), (#"[\]x]"#, "]x["),
        (".", "é\n😀a"), (#"\W+"#, "a-b😀 c"), ("[à-ü]+", "aéüz"), ("(?i)straße", "STRAße straße"), ("(?i:a)b", "Ab AB ab"), ("a(?i)b|c", "aB C c"),
        ("(?s)a.b", "a\nb"), ("x*", "axxb"), ("(a|b)*c", "abac bc c"), ("a.*b", "a b b\na b"), ("a.*?b", "a b b"), (#"\x41\u0042\t"#, "AB\t"),
        ("(?:[ab])?^(?:x|.)", "cb\nécc1x"), ("(?:.)?^c(?:^|[^é])(?:[^é]){1,2}", "1ccb\nc😀\néx"), ("(?<name>a)b", "ab"), ("[[:digit:]x]+", "1x2"),
        (#"[\w.]+@corp"#, "me.x@corp"), ("(?:)", "abc"), ("a||b", "ab"),
        ("[^a]", "a\nb"), (#"\/path\/"#, "x/path/y"), ("(a?){3}", "aaaa"), ("((a{1,2}){1,2}){2}", "aaaaaaaaaaa"),
        ("[\u{800}-\u{10FFFF}]", "a\u{7FF}\u{800}\u{FFFF}\u{10000}"),
    ]

    @Test("Finds what a backtracking engine finds", arguments: rows)
    func table(_ row: (pattern: String, text: String)) throws {
        let expected = try #require(Self.expected(row.pattern, row.text))
        #expect(try Self.found(row.pattern, row.text) == expected)
    }

    @Test("Random expressions find what a backtracking engine finds", arguments: Array(UInt64(1)...8))
    func random(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<100 {
            // Boundaries and classes mean the same to both engines in ASCII only.
            let isASCII = seed % 2 == 0
            let letters = ["a", "b", "c", "1", "\n"] + (isASCII ? ["-", " "] : ["é", "😀"])
            let pattern = Self.randomPattern(&numbers, depth: 3, isASCII: isASCII).text
            let compiled = try CustomPattern(pattern)
            for _ in 0..<12 {
                var text = (0..<numbers.below(14)).reduce(into: "") { text, _ in text += numbers.pick(letters) }
                text += "x"  // the other engine's ^ does not hold after a final newline
                guard let expected = Self.expected(pattern, text) else { continue }
                #expect(try Self.found(compiled, text) == expected, "\(pattern) on \(text.debugDescription)")
            }
        }
    }

    @Test("Flags as JavaScript and Ruby write them")
    func flags() throws {
        #expect(try Self.found("/acct/i", "ACCT acct") == ["ACCT", "acct"])
        #expect(try Self.found("/a.b/s", "a\nb") == ["a\nb"])
        #expect(try Self.found("/a.b/gu", "a\nb axb") == ["axb"])
        #expect(try Self.found("a/b", "a/b") == ["a/b"])
        #expect(try Self.found(#"\u{1F600}"#, "x😀") == ["😀"])
        #expect(try Self.found("a{,", "a{,") == ["a{,"])
        #expect(try Self.found(#"[^\s,]+"#, "é\u{A0}x y") == ["é\u{A0}x", "y"])
        #expect(try Self.found(#"\bé\b"#, "aéa") == ["é"])
    }

    @Test(
        "Refused with the place of the trouble",
        arguments: [
            ("a(?=b)", 1), ("a(?!b)", 1), ("(?<=a)b", 0), ("(?<!a)b", 0), (#"(a)\1"#, 3), (#"(?<n>a)\k<n>"#, 7), ("(?>a)", 0), ("a++", 2),
            (#"\p{L}"#, 0),
            ("a**", 3), ("(a", 0), ("a)", 1), ("[a", 0), ("[]", 0), ("*a", 0), ("a{3,2}", 1), ("a{1001}", 1), ("[z-a]", 1), ("", 0), ("[a[b]]", 2),
            ("a{,3}", 1),
            (#"a\"#, 1), ("/a/x", 3), ("(?z)a", 2), (#"\u12"#, 0), ("[a&&b]", 2), ("[[:nope:]]", 1),
        ])
    func refused(_ source: String, _ position: Int) {
        let error = #expect(throws: PatternError.self) { try CustomPattern(source) }
        #expect(error?.pattern == source)
        #expect(error?.position == position)
        #expect(error?.description.contains("position \(position)") == true)
    }

    @Test(
        "Too large to compile",
        arguments: [
            "((a{1000}){1000}){1000}", "((((?:){1000}){1000}){1000}){1000}", "[^\u{7F}-\u{FF}]{1000}{2}", String(repeating: "(", count: 101) + "a",
        ])
    func tooLarge(_ source: String) {
        #expect(throws: PatternError.self) { try CustomPattern(source) }
    }

    /// The non-empty matches.
    static func found(_ pattern: String, _ text: String) throws -> [String] {
        try found(try CustomPattern(pattern), text)
    }

    static func found(_ pattern: CustomPattern, _ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        let ranges = try #require(pattern.matches(in: text))
        return ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    static func expected(_ pattern: String, _ text: String) -> [String]? {
        let options: NSRegularExpression.Options = [.anchorsMatchLines, .useUnixLineSeparators]
        guard let expression = try? NSRegularExpression(pattern: pattern, options: options) else { return nil }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { $0.range.length == 0 ? nil : Range($0.range, in: text).map { String(text[$0]) } }
    }

    /// No repetition of what can be empty: engines differ there.
    private static func randomPattern(_ numbers: inout SeededNumbers, depth: Int, isASCII: Bool) -> (text: String, canBeEmpty: Bool) {
        if depth == 0 || numbers.below(4) == 0 {
            let common = ["a", "b", "c", ".", "[ab]", "[^a]", "1", "^", "$", #"\n"#]
            let atom = numbers.pick(common + (isASCII ? [#"\b"#, #"\B"#, #"\w"#, #"\d"#, #"\s"#, #"\W"#, "-"] : ["é", "[^é]", "😀", "[b-é]"]))
            return (atom, ["^", "$", #"\b"#, #"\B"#].contains(atom))
        }
        let first = randomPattern(&numbers, depth: depth - 1, isASCII: isASCII)
        let second = randomPattern(&numbers, depth: depth - 1, isASCII: isASCII)
        switch numbers.below(4) {
        case 0: return ("(?:\(first.text)|\(second.text))", first.canBeEmpty || second.canBeEmpty)
        case 1 where !first.canBeEmpty:
            let quantifier = numbers.pick(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}"]) + numbers.pick(["", "", "?"])
            return ("(?:\(first.text))\(quantifier)", quantifier.first == "*" || quantifier.first == "?" || quantifier.hasPrefix("{0"))
        default: return (first.text + second.text, first.canBeEmpty && second.canBeEmpty)
        }
    }
}
