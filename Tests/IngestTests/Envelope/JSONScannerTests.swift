import Testing

@testable import Ingest

@Suite("JSON as RFC 8259 has it")
struct JSONScannerTests {
    static func isValid(_ bytes: [UInt8], piece: Int = .max) -> Bool {
        var scanner = JSONScanner(fields: EnvelopeFields(collectsSpans: true, limits: EnvelopeLimits()))
        var start = 0
        while start < bytes.count {
            let end = bytes.count - start > piece ? start + piece : bytes.count
            Array(bytes[start..<end]).withUnsafeBytes { scanner.consume($0) }
            start = end
        }
        return scanner.isComplete
    }

    /// The same answer in pieces of every size, at the root, in an event and in what is only passed over.
    static func expect(_ bytes: [UInt8], valid: Bool, _ at: SourceLocation = #_sourceLocation) {
        let shown = String(decoding: bytes, as: UTF8.self)
        let places: [(String, String)] = [
            ("", ""), ("[", "]"), (#"{"events":[{"timestamp":"#, "}]}"), (#"{"events":[{"data":{"tag":"#, "}}]}"),
            (#"{"events":[{"data":{"node":["#, "]}}]}"), (#"{"sessionId":"#, "}"),
        ]
        for (before, after) in places {
            let body = Array(before.utf8) + bytes + Array(after.utf8)
            for piece in [Int.max, 1, 2, 3, 5, 8, 13] {
                #expect(isValid(body, piece: piece) == valid, "\(before)…\(after) in pieces of \(piece): \(shown)", sourceLocation: at)
            }
        }
    }

    static let valid = [
        "{}", "[]", "[[]]", #"{"a":{}}"#, "0", "-0", "10", "-1.5", "1e5", "1E-05", "0.0", "-0.1e+7", "true", "false", "null", #""""#,
        #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000\uFFFF\ud83d\ude00""#, #""\ud800""#, #""\udc00x""#, " \t\r\n[ 1 , 2 ] \n",
        "{ \"a\" : 1 , \"b\" : [ ] }", #""1234567\"""#, #""12345678\"x""#, "\"\u{7F}\"", "\"é€😀\"", "\"\u{800}\u{FFFF}\u{10FFFF}\"", "\"ééééééééé\"",
        #"{"":""}"#, #"[1,"a",true,null,{"b":[]}]"#, "123456789012345678901234567890.5e-300",
    ]

    static let invalid = [
        "{", "}", "[", "]", "[1,]", "{,}", "[,]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "{'a':1}", "{1:2}", "[1 2]", "[}", "{]", "[1}",
        #"{"a":1]"#, "1,2", "[]]", "{}{}", "[] x", "01", "-", "-a", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "00", "-01", "1e5.5",
        "NaN", "Infinity", "-Infinity", "nan", "tru", "truE", "truee", "nul", "nulll", "fals", "True", "undefined", #"""#, #""a"#, #""\"#,
        #""\x""#, #""\u12""#, #""\u12G4""#, #""\u""#, #""\ ""#, "\"a\nb\"", "\"a\tb\"", "\"a\u{0}b\"", "\"1234567\u{1F}\"", "'a'", "\u{FEFF}1",
        "/*c*/1", "1//c", "[1]#", #"{"a":1 "b":2}"#, #"["a":1]"#, "not-json{{{", "\u{A0}1", "1\u{B}", ":", ",", #""a":1"#,
    ]

    @Test("accepted", arguments: valid)
    func accepted(text: String) { Self.expect(Array(text.utf8), valid: true) }

    @Test("01-8 refused", arguments: invalid)
    func refused(text: String) {
        // Some are only wrong at the root, such as `1,2`.
        #expect(!Self.isValid(Array(text.utf8)))
        for piece in 1...5 { #expect(!Self.isValid(Array(text.utf8), piece: piece)) }
        if !["1,2", #""a":1"#].contains(text) { Self.expect(Array(text.utf8), valid: false) }
    }

    @Test("01-8 nothing, or only white space", arguments: ["", " ", "\n\t\r "])
    func nothing(text: String) {
        #expect(Verdict.of(text).rejection == .invalidJSON)
    }

    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xC2, 0xC2], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
        [0xE2, 0x82, 0x20], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xC3, 0xA9, 0x80], [0xC3, 0xA9, 0xC3],
    ]

    @Test("01-37 invalid UTF-8 in a string, wherever in it", arguments: badUTF8)
    func invalidUTF8(bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        for padding in [0, 1, 7, 8, 9, 15] {
            let plain = [UInt8](repeating: UInt8(ascii: "a"), count: padding)
            Self.expect(quote + plain + bytes + quote, valid: false)
            Self.expect(quote + plain + bytes + plain + quote, valid: false)
            // In a key too, and cut off.
            #expect(!Self.isValid(Array("{".utf8) + quote + plain + bytes + quote + Array(":1}".utf8)))
            #expect(!Self.isValid(quote + plain + bytes))
        }
        let body = Array(#"{"sessionId":"s","windowId":"w","events":[{"x":""#.utf8) + bytes + Array(#""}]}"#.utf8)
        #expect(Verdict.of(body).rejection == .invalidJSON)
    }

    @Test("01-37 bytes outside ASCII only inside strings")
    func outsideStrings() {
        Self.expect([0xEF, 0xBB, 0xBF, UInt8(ascii: "1")], valid: false)
        Self.expect([UInt8(ascii: "1"), 0xC3, 0xA9], valid: false)
    }

    @Test("every control character ends in refusal, every other byte of ASCII passes", arguments: UInt8(0)..<128)
    func asciiInStrings(byte: UInt8) {
        for padding in 0..<10 {
            let plain = [UInt8](repeating: UInt8(ascii: "x"), count: padding)
            let text = [UInt8(ascii: "\"")] + plain + [byte] + plain + [UInt8(ascii: "\"")]
            #expect(Self.isValid(text) == (byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")) || byte == UInt8(ascii: "\\"))
        }
    }

    static func dom(levels: Int) -> String {
        String(repeating: #"{"type":2,"childNodes":["#, count: levels) + String(repeating: "]}", count: levels)
    }

    @Test("01-35 a deep DOM: two levels of JSON for each", arguments: [1, 48, 49, 200, 5000, 8000])
    func deepDOM(levels: Int) {
        let body = Verdict.body(events: #"[{"type":2,"data":{"node":\#(Self.dom(levels: levels))},"timestamp":1}]"#)
        #expect(Verdict.of(body).value?.eventCount == 1)
    }

    @Test("nesting ends at 16,384 levels and the heap holds it")
    func depthLimit() {
        let nested = { Array((String(repeating: "[", count: $0) + String(repeating: "]", count: $0)).utf8) }
        #expect(Self.isValid(nested(JSONScanner.maxDepth)))
        #expect(!Self.isValid(nested(JSONScanner.maxDepth + 1)))
        #expect(!Self.isValid([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)))
    }

    @Test("a token that never ends is not kept")
    func boundedCarry() {
        var scanner = JSONScanner(fields: EnvelopeFields(collectsSpans: false, limits: EnvelopeLimits()))
        Array(#"{"sessionId":""#.utf8).withUnsafeBytes { scanner.consume($0) }
        let part = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        for _ in 0..<1000 { part.withUnsafeBytes { scanner.consume($0) } }
        #expect(scanner.carried.count == JSONScanner.maxTokenBytes + 1)
    }
}
