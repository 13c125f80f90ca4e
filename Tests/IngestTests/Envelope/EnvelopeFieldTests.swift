import Ingest
import Testing

@Suite("Fields of the envelope (spec 01, 1.3)")
struct EnvelopeFieldTests {
    static let long = String(repeating: "a", count: 128)

    @Test("01-1 a valid body")
    func valid() throws {
        let envelope = try Verdict.of(Verdict.body()).get()
        #expect(envelope.sessionID == "s1")
        #expect(envelope.windowID == "w1")
        #expect(envelope.eventCount == 1)
        #expect(envelope.batchID == nil)
        #expect(envelope.sequence == nil)
        #expect(envelope.recorder == nil)
        #expect(envelope.inflatedBytes == Verdict.body().utf8.count)
        #expect(envelope.encoding == .identity)
    }

    @Test("01-9 a root that is not an object", arguments: ["[]", "null", "5", "true", #""text""#, "[{}]", "-0.5e+3", " 7 "])
    func otherRoots(body: String) {
        #expect(Verdict.of(body).rejection?.status == 400)
        #expect(Verdict.of(body).rejection == .sessionID)
    }

    static let invalidIDs = [
        #""""#, "12345", #"["a"]"#, "{}", "null", "true", #""a:b""#, #""a/b""#, #""a b""#, #""a.b""#, #""a\n""#, #""a\u0000""#,
        #""<script>""#, #""\#(long)a""#, #""ü""#, #""a\u00e9""#, #""\ud800""#,
    ]

    @Test("01-10 invalid session ids", arguments: invalidIDs)
    func sessionIDs(id: String) {
        #expect(Verdict.of(Verdict.body(session: id)).rejection == .sessionID)
    }

    @Test("01-10 a missing session id")
    func missingIDs() {
        #expect(Verdict.of(#"{"windowId":"w","events":[{}]}"#).rejection == .sessionID)
        #expect(Verdict.of(#"{"sessionId":"s","events":[{}]}"#).rejection == .windowID)
        #expect(Verdict.of("{}").rejection == .sessionID)
    }

    @Test("01-11 valid session ids", arguments: [long, "2fe2beb1-cf48-4edf-912f-a729b0e65abb", "A_z-09", "-"])
    func goodIDs(id: String) {
        #expect(Verdict.of(Verdict.body(session: #""\#(id)""#)).value?.sessionID == id)
        #expect(Verdict.of(Verdict.body(window: #""\#(id)""#)).value?.windowID == id)
    }

    @Test("01-12 invalid window ids", arguments: invalidIDs + [#""win@bad!id""#])
    func windowIDs(id: String) {
        #expect(Verdict.of(Verdict.body(window: id)).rejection == .windowID)
    }

    @Test("01-13 both ids invalid: the session is named")
    func bothIDs() {
        #expect(Verdict.of(Verdict.body(session: "1", window: "2")).rejection == .sessionID)
    }

    @Test("ids and keys may be written with escapes")
    func escapes() {
        let body = #"{"\u0073essionId":"\u0061b","window\u0049d":"\u0077","\u0065vents":[{"\u0074imestamp":5}]}"#
        #expect(Verdict.of(body).value?.sessionID == "ab")
        #expect(Verdict.of(#"{"sessionId":"s","windowId":"w","events":[{"time\u0073tamp":null}]}"#).rejection == .timestamp)
        let long = String(repeating: #"\u0061"#, count: 128)
        #expect(Verdict.of(Verdict.body(session: #""\#(long)""#)).value?.sessionID == Self.long)
    }

    @Test("of a key that occurs twice the last value counts")
    func duplicates() {
        #expect(Verdict.of(Verdict.body(more: #","sessionId":"s2""#)).value?.sessionID == "s2")
        #expect(Verdict.of(Verdict.body(more: #","sessionId":7"#)).rejection == .sessionID)
        #expect(Verdict.of(Verdict.body(session: "7", more: #","sessionId":"s2""#)).value?.sessionID == "s2")
        #expect(Verdict.of(Verdict.body(more: #","events":[{},{}]"#)).value?.eventCount == 2)
        #expect(Verdict.of(Verdict.body(more: #","events":{}"#)).rejection == .events)
        #expect(Verdict.of(Verdict.body(events: "[1]", more: #","events":[{}]"#)).value?.eventCount == 1)
        #expect(Verdict.of(Verdict.body(events: #"[{"timestamp":null}]"#, more: #","events":[{}]"#)).value?.eventCount == 1)
        #expect(Verdict.of(Verdict.body(events: #"[{"timestamp":null,"timestamp":2}]"#)).rejection == nil)
        #expect(Verdict.of(Verdict.body(events: #"[{"timestamp":2,"timestamp":null}]"#)).rejection == .timestamp)
        #expect(Verdict.of(Verdict.body(more: #","batchId":"","batchId":"b""#)).value?.batchID == "b")
        #expect(Verdict.of(Verdict.body(more: #","sequence":1,"sequence":{}"#)).rejection == .sequence)
        #expect(Verdict.of(Verdict.body(more: #","recorder":"a","recorder":1"#)).value?.recorder == nil)
    }

    @Test(
        "01-14 events that are not a non-empty array of objects",
        arguments: ["[]", #""x""#, "{}", "[null]", "[{},42]", "[[]]", "5", "null", "[{},[{}]]"])
    func badEvents(events: String) {
        #expect(Verdict.of(Verdict.body(events: events)).rejection == .events)
    }

    @Test("01-14 events missing")
    func missingEvents() {
        #expect(Verdict.of(#"{"sessionId":"s","windowId":"w"}"#).rejection == .events)
        #expect(Verdict.of(#"{"sessionId":"s","windowId":"w","metadata":{"events":[{}]}}"#).rejection == .events)
    }

    @Test("01-15 the number of events")
    func counts() {
        let limits = EnvelopeLimits(maxEventsPerRequest: 100)
        let events = { "[\(Array(repeating: "{}", count: $0).joined(separator: ","))]" }
        #expect(Verdict.of(Verdict.body(events: events(200)), limits: limits).rejection == .tooManyEvents(max: 100))
        #expect(Verdict.of(Verdict.body(events: events(100)), limits: limits).value?.eventCount == 100)
        #expect(Verdict.of(Verdict.body(events: events(200))).value?.eventCount == 200)
    }

    @Test("an absolute bound keeps the worker's memory small")
    func ceiling() {
        let events = "[\(String(repeating: "{},", count: EnvelopeLimits.eventCeiling)){}]"
        let limits = EnvelopeLimits(maxBodyBytes: 16_777_216)
        let body = Array(Verdict.body(events: events).utf8)
        #expect(Verdict.edge(body, limits: limits).rejection == .tooManyEvents(max: EnvelopeLimits.eventCeiling))
        #expect(Verdict.worker(body, limits: limits).rejection == .tooManyEvents(max: EnvelopeLimits.eventCeiling))
        #expect(MemoryLayout<EventSpan>.stride <= 48)
    }

    @Test("invalid batch ids", arguments: [#""""#, "5", "null", #""a b""#, #""\#(long.prefix(65))""#, "[]", "{}", "true"])
    func badBatchIDs(id: String) {
        #expect(Verdict.of(Verdict.body(more: #","batchId":\#(id)"#)).rejection == .batchID)
    }

    @Test("valid batch ids", arguments: ["abc-DEF_0189", String(long.prefix(64))])
    func goodBatchIDs(id: String) {
        #expect(Verdict.of(Verdict.body(more: #","batchId":"\#(id)""#)).value?.batchID == id)
    }

    @Test("invalid sequences", arguments: ["-1", "1.0", "1e2", #""1""#, "null", "true", "[]", "{}", "9007199254740992", "99999999999999999999"])
    func badSequences(text: String) {
        #expect(Verdict.of(Verdict.body(more: #","sequence":\#(text)"#)).rejection == .sequence)
    }

    @Test("valid sequences", arguments: [0, 1, 65_536, 9_007_199_254_740_991])
    func goodSequences(number: Int) {
        #expect(Verdict.of(Verdict.body(more: #","sequence":\#(number)"#)).value?.sequence == number)
    }

    @Test("recorder: a version of at most 64 characters, else ignored")
    func recorder() {
        let recorder = { (json: String) in Verdict.of(Verdict.body(more: #","recorder":\#(json)"#)).value?.recorder }
        #expect(recorder(#""1.2.0+abc\/rrweb-1_x""#) == "1.2.0+abc/rrweb-1_x")
        #expect(recorder(#""\#(String(repeating: "v", count: 64))""#)?.count == 64)
        #expect(recorder(#""\#(String(repeating: "v", count: 65))""#) == nil)
        for odd in ["alice@example.com", "a b", "v\u{e9}", ""] { #expect(recorder("\"\(odd)\"") == nil) }
        #expect(recorder("5") == nil)
        #expect(recorder("null") == nil)
        #expect(Verdict.of(Verdict.body(more: #","recorder":{}"#)).rejection == nil)
    }

    @Test("01-26 metadata that is not an object counts as absent, unknown fields are ignored", arguments: ["[]", #""x""#, "5", "null", "[{}]"])
    func metadata(json: String) {
        let body = Array(Verdict.body(more: #","metadata":\#(json),"other":{"sessionId":1}"#).utf8)
        #expect(Verdict.worker(body).value?.metadataRange == nil)
        #expect(Verdict.worker(body).value?.envelope.sessionID == "s1")
    }
}
