import Ingest
import Testing

@Suite("Redactor")
struct RedactorTests {
    @Test(
        "What cannot be followed is dropped",
        arguments: [
            "", "{", "[]", "5", #"{"type":5"#, #"{"data":{"payload":"a}}"#, #"{"data":{"payload":"a@b.co"}} x"#, #"{"data":{"payload":"\u00"}}"#,
            #"{"data":{"payload":"\q"}}"#, #"{"data":{"payload":[1}}"#, #"{"data":{"payload":[1]]}"#, #"{"data" {"payload":1}}"#,
            #"{"data":{"payload":,}}"#,
            #"{data:{}}"#, "{\"data\":{\"payload\":\"\u{01}\"}}", #"{"data":{"payload":"a"},}"#,
        ])
    func dropped(_ event: String) {
        var counts = RedactionCounts()
        #expect(Redactor().event(event, type: 5, counts: &counts) == .dropped)
    }

    @Test("Only what changes is written anew; the rest keeps its bytes")
    func splices() {
        let event = #"{ "type" : 5,"data":{"tag":"\u0078","payload":{"a":"caf\u00e9\/","b":"é \"a@b.co\"\n\ud83d\ude00\ud800","c":1.50}} }"#
        let expected = #"{ "type" : 5,"data":{"tag":"\u0078","payload":{"a":"caf\u00e9\/","b":"é \"[redacted]\"\n😀\ud800","c":1.50}} }"#
        var counts = RedactionCounts()
        #expect(Redactor().event(event, type: 5, counts: &counts) == .changed(Array(expected.utf8)))
    }

    @Test("Escapes hide nothing")
    func escapes() {
        #expect(
            Redactor().redactedEvent(#"{"type":5,"d\u0061ta":{"payloa\u0064":"\u0061\u0040b.co","t\u0061g":"x"}}"#)
                == #"{"type":5,"d\u0061ta":{"payloa\u0064":"[redacted]","t\u0061g":"x"}}"#)
        #expect(
            Redactor().redactedEvent(#"{"type":5,"data":{"payload":{"url":"https:\/\/x.test\/?a"},"tag":"navig\u0061tion"}}"#)
                == #"{"type":5,"data":{"payload":{"url":"https://x.test/"},"tag":"navig\u0061tion"}}"#)
    }

    @Test("Repeated members are all redacted, by the last tag")
    func repeated() {
        #expect(
            Redactor().redactedEvent(
                #"{"type":5,"data":{"payload":"a@b.co","payload":{"url":"/?a"},"tag":"x","tag":"navigation"},"data":{"payload":"a@b.co"}}"#)
                == #"{"type":5,"data":{"payload":"[redacted]","payload":{"url":"/"},"tag":"x","tag":"navigation"},"data":{"payload":"[redacted]"}}"#)
    }

    @Test("100,000 levels deep")
    func deep() {
        let event =
            #"{"type":5,"data":{"payload":"# + String(repeating: "[", count: 100_000) + #""a@b.co""# + String(repeating: "]", count: 100_000) + "}}"
        var counts = RedactionCounts()
        let result = Redactor().event(event, type: 5, counts: &counts)
        #expect(result == .changed(Array(event.replacing("a@b.co", with: "[redacted]").utf8)))
        #expect(counts.email == 1)
    }

    @Test("Redactions are counted by pattern")
    func counts() throws {
        let redactor = Redactor(settings: try RedactionSettings(customPatterns: ["X1"]))
        var counts = RedactionCounts()
        _ = redactor.event(
            #"{"type":5,"data":{"tag":"navigation","payload":{"url":"/p?a","text":"a@b.co c@d.co eyJa.b.c X1 4111111111111111 http://x?y 0123456789abcdef0123456789abcdef"}}}"#,
            counts: &counts)
        #expect(counts.byPattern.map(\.pattern) == ["url", "jwt", "email", "long_hex", "card", "custom", "url_field", "oversized"])
        #expect(counts.byPattern.map(\.count) == [1, 1, 2, 1, 1, 1, 1, 0])
        #expect(counts.total == 8)
    }

    @Test("Any JSON value is redacted as text, keys included")
    func json() {
        var counts = RedactionCounts()
        let value = Array(#"{"a@b.co":["https://x/?y",null]}"#.utf8)
        let result = value.withUnsafeBytes { Redactor().json($0, counts: &counts) }
        #expect(result == .changed(Array(#"{"[redacted]":["https://x/",null]}"#.utf8)))
        #expect(Array("{".utf8).withUnsafeBytes { Redactor().json($0, counts: &counts) } == .dropped)
    }
}

@Suite("Redaction settings")
struct RedactionSettingsTests {
    @Test("Unknown names are refused with the nearest known one")
    func names() {
        func message(_ make: () throws -> RedactionSettings) -> String? {
            #expect(throws: RedactionSettingsError.self) { _ = try make() }?.description
        }
        #expect(
            message { try RedactionSettings(disabledPatterns: ["emial"]) }
                == #"disabled_patterns: unknown name "emial"; did you mean "email"? (known: url, jwt, email, long_hex, card)"#)
        #expect(message { try RedactionSettings(domPatterns: ["longHex"]) }?.contains(#"did you mean "long_hex""#) == true)
        #expect(message { try RedactionSettings(urlMode: "keep") }?.contains("url_mode") == true)
        #expect(message { try RedactionSettings(urlMode: "keepfilter") }?.contains(#"did you mean "keep_filtered""#) == true)
    }

    @Test(
        "Both spellings of the modes",
        arguments: [("keepAll", URLMode.keepAll), ("keep_all", .keepAll), ("keepFiltered", .keepFiltered), ("strip", .strip)])
    func modes(_ name: String, _ mode: URLMode) throws {
        #expect(try RedactionSettings(urlMode: name).urlMode == mode)
    }

    @Test("The deny list for the recorder: built-in names and own, lower case, each once")
    func denylist() throws {
        let names = try RedactionSettings(urlParamDenylist: ["Ticket", "TOKEN"]).effectiveURLParamDenylist
        #expect(names.count == 19)
        #expect(names.prefix(2) == ["token", "access_token"])
        #expect(names.last == "ticket")
    }
}

@Suite("Metadata redaction")
struct MetadataRedactionTests {
    @Test("01-28: at most 50 keys; the rest is left out, nothing fails")
    func keys() {
        let members = (0..<51).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let result = Redactor().metadata("{\(members)}")
        #expect(result.entries.map(\.key) == (0..<50).map { "k\($0)" })
        #expect(result.isChanged)
    }

    @Test("01-28: values and keys are cut by characters, not bytes; large structures are replaced")
    func sizes() {
        let long = String(repeating: "é", count: 1024)
        #expect(!Redactor().metadata(#"{"a":"\#(long)"}"#).isChanged)
        #expect(Redactor().metadata(#"{"a":"\#(long)é"}"#).entries.first?.value == Array("\"\(long)\"".utf8))
        let list = "[" + String(repeating: "1,", count: 600) + "1]"
        #expect(Redactor().metadata(#"{"a":\#(list)}"#).entries.first?.value == Array(#"{"_truncated":true}"#.utf8))
        #expect(Redactor().metadata(#"{"\#(String(repeating: "é", count: 129))":1}"#).entries.first?.key == String(repeating: "é", count: 128))
    }

    @Test("01-30: the server's keys are not the client's to set, however they are written")
    func serverKeys() {
        let result = Redactor().metadata(#"{"geo_country":"DE","has_err\u006frs":true,"geo_city":1,"geo_region":2,"geo_timezone":3,"plan":"pro"}"#)
        #expect(result.entries.map(\.key) == ["plan"])
        #expect(result.isChanged)
    }

    @Test("What is unchanged says so", arguments: ["{}", #"{"a":1,"b":{"c":[true]},"url":"https://x.test/"}"#])
    func unchanged(_ json: String) {
        #expect(!Redactor().metadata(json).isChanged)
    }

    @Test("Of a repeated key the last value counts, and the bytes are not kept")
    func repeated() {
        let result = Redactor().metadata(#"{"a":1,"b":2,"a":3}"#)
        #expect(result.entries.map(\.key) == ["a", "b"])
        #expect(result.entries.first?.value == Array("3".utf8))
        #expect(result.isChanged)
    }

    @Test("What is no object gives nothing, and its bytes are not kept", arguments: [#""a@b.co""#, "[]", "{", #"{"a":}"#, "{} x", ""])
    func refused(_ json: String) {
        let result = Redactor().metadata(json)
        #expect(result.entries.isEmpty)
        #expect(result.isChanged)
    }
}
