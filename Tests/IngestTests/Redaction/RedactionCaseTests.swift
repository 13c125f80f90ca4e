import Ingest
import Testing

/// Spec 01, cases 72 to 80: what the server does.
@Suite("Redaction cases")
struct RedactionCaseTests {
    @Test("01-72: a page's address")
    func pageAddress() throws {
        let event = #"{"type":4,"data":{"href":"https://x.test/p?token=1&to=a@b.co#f","width":1280,"height":720},"timestamp":1}"#
        #expect(
            Redactor().redactedEvent(event)
                == #"{"type":4,"data":{"href":"https://x.test/p","width":1280,"height":720},"timestamp":1}"#)
        let filtered = Redactor(settings: try RedactionSettings(urlMode: "keep_filtered"))
        #expect(
            filtered.redactedEvent(event)
                == #"{"type":4,"data":{"href":"https://x.test/p?to=[redacted]#f","width":1280,"height":720},"timestamp":1}"#)
    }

    @Test(
        "01-73: page content keeps its bytes without DOM settings",
        arguments: [
            #"{"type":2, "data" : {"node":{"textContent":"a@b.co 4111 1111 1111 1111"}},"timestamp":1.0}"#,
            #"{"type":3,"data":{"source":5,"text":"\u0061@b.co"}}"#,
        ])
    func untouched(_ event: String) {
        var counts = RedactionCounts()
        #expect(Redactor().event(event, counts: &counts) == .unchanged)
        #expect(counts == RedactionCounts())
    }

    @Test("01-74: a DOM pattern, by name or symbol", arguments: ["long_hex", ":long_hex"])
    func pagePattern(_ name: String) throws {
        let redactor = Redactor(settings: try RedactionSettings(domPatterns: [name]))
        #expect(
            redactor.redactedEvent(#"{"type":3,"data":{"a":"x 0123456789abcdef0123456789abcdef a@b.co"},"b":"0123456789abcdef0123456789abcdef"}"#)
                == #"{"type":3,"data":{"a":"x [redacted] a@b.co"},"b":"[redacted]"}"#)
    }

    @Test("01-75: a custom pattern alone reaches page content without the built-in ones")
    func customOnPage() throws {
        let redactor = Redactor(settings: try RedactionSettings(customPatterns: [#"ACCT-\d{6}"#]))
        #expect(redactor.redactedEvent(#"{"type":2,"data":["ACCT-123456 a@b.co"]}"#) == #"{"type":2,"data":["[redacted] a@b.co"]}"#)
        #expect(
            redactor.redactedEvent(#"{"type":2,"data":["\u0041CCT-12345\u0036","l\nACCT-123456"]}"#)
                == #"{"type":2,"data":["[redacted]","l\n[redacted]"]}"#)
    }

    @Test(
        "01-76: payloads of any shape are redacted",
        arguments: [
            (#""a@b.co""#, #""[redacted]""#), (#"["a@b.co",[["a@b.co"]]]"#, #"["[redacted]",[["[redacted]"]]]"#),
            (#"{"url":{"a":"a@b.co"},"text":["a@b.co"]}"#, #"{"url":{"a":"[redacted]"},"text":["[redacted]"]}"#), ("null", "null"), ("17", "17"),
        ])
    func payloads(_ payload: String, _ expected: String) {
        func event(_ payload: String) -> String { #"{"type":5,"data":{"tag":"navigation","payload":\#(payload)}}"# }
        #expect(Redactor().redactedEvent(event(payload)) == event(expected))
    }

    @Test("01-77: a tag without a mapping")
    func unmapped() {
        #expect(
            Redactor().redactedEvent(#"{"type":5,"data":{"tag":"x","payload":{"email":"a@b.co","n":3}}}"#)
                == #"{"type":5,"data":{"tag":"x","payload":{"email":"[redacted]","n":3}}}"#)
    }

    @Test("01-78: a bad custom expression is refused at start, with its place")
    func badExpression() {
        let error = #expect(throws: RedactionSettingsError.self) { try RedactionSettings(customPatterns: ["ok", "a(?=b)"]) }
        #expect(
            error?.description
                == #"custom_patterns: pattern "a(?=b)", position 1: look-ahead is not supported, because matching must end in bounded time"#)
    }

    @Test("01-79: a time in metadata stays, as a number and as text")
    func epochMilliseconds() {
        #expect(!Redactor().metadata(#"{"a":1718000000000,"b":"1718000000000"}"#).isChanged)
    }

    @Test("01-79: without the check of cards the text goes, as in the original")
    func epochMillisecondsAsCards() throws {
        let redactor = Redactor(settings: try RedactionSettings(checksCards: false))
        let result = redactor.metadata(#"{"a":1718000000000,"b":"1718000000000"}"#)
        #expect(result.entries.map(\.key) == ["a", "b"])
        #expect(result.entries.map { String(decoding: $0.value, as: UTF8.self) } == ["1718000000000", #""[redacted]""#])
        #expect(result.isChanged)
        #expect(result.counts.card == 1)
    }

    @Test("01-80: denied and bare names", arguments: [("?TOKEN=1&page", "?page"), ("?", ""), ("?token", ""), ("?page", "?page")])
    func bareNames(_ query: String, _ expected: String) throws {
        let redactor = Redactor(settings: try RedactionSettings(urlMode: "keepFiltered"))
        #expect(redactor.url("https://x.test/p" + query) == "https://x.test/p" + expected)
    }
}
