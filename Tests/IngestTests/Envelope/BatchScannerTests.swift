import Ingest
import Testing

@Suite("What the worker knows of a batch")
struct BatchScannerTests {
    static func scan(_ text: String) throws -> ScannedBatch { try Verdict.worker(Array(text.utf8)).get() }

    static func text(_ range: Range<Int>?, of body: String) -> String? {
        range.map { String(decoding: Array(body.utf8)[$0], as: UTF8.self) }
    }

    @Test("bytes of events, data, tag and metadata")
    func ranges() throws {
        let body = #"""
            { "metadata" : {"a":{"b":[1]}} , "sessionId":"s","windowId":"w", "events" : [ {"type":4,"data":{"href":"x"},"timestamp":1} ,
            {"data":{"tag":"error","payload":{"tag":"no","data":1}},"type":5} , {"type":3,"data":{"source":0,"adds":[{"source":9}]}},{"data":"text"} ] }
            """#
        let batch = try Self.scan(body)
        let events = batch.events
        #expect(
            events.map { Self.text($0.range, of: body) } == [
                #"{"type":4,"data":{"href":"x"},"timestamp":1}"#, #"{"data":{"tag":"error","payload":{"tag":"no","data":1}},"type":5}"#,
                #"{"type":3,"data":{"source":0,"adds":[{"source":9}]}}"#, #"{"data":"text"}"#,
            ])
        #expect(
            events.map { Self.text($0.dataRange, of: body) } == [
                #"{"href":"x"}"#, #"{"tag":"error","payload":{"tag":"no","data":1}}"#, #"{"source":0,"adds":[{"source":9}]}"#, #""text""#,
            ])
        #expect(events.map { Self.text($0.tagRange, of: body) } == [nil, #""error""#, nil, nil])
        #expect(events.map(\.type) == [4, 5, 3, nil])
        #expect(events.map(\.source) == [nil, nil, 0, nil])
        #expect(events.map(\.timestamp) == [1, nil, nil, nil])
        #expect(Self.text(batch.metadataRange, of: body) == #"{"a":{"b":[1]}}"#)
        #expect(batch.isPlain)
    }

    static let types: [(String, Int?)] = [
        ("2", 2), ("2.0", 2), ("20e-1", 2), ("0.2e1", 2), ("-0", 0), ("2.5", nil), (#""2""#, nil), ("null", nil), ("[2]", nil), ("1e99", nil),
        ("-7", -7), ("4294967298", nil), ("2.\(String(repeating: "0", count: 6000))", 2),
    ]

    @Test("a type is a number with an integral value, however written", arguments: types)
    func type(json: String, expected: Int?) throws {
        let event = try Self.scan(Verdict.body(events: #"[{"type":\#(json)}]"#)).events[0]
        #expect(event.type == expected)
        #expect(event.isFullSnapshot == (expected == 2))
    }

    @Test("facts of another type of event are not reported")
    func otherTypes() throws {
        let events = try Self.scan(Verdict.body(events: #"[{"type":5,"data":{"source":1,"tag":7}},{"type":3,"data":{"source":"1","tag":"t"}}]"#))
            .events
        #expect(events.map(\.source) == [nil, nil])
        #expect(events.map(\.tagRange) == [nil, nil])
    }

    @Test("the last of two equal keys counts, and is marked")
    func duplicates() throws {
        let body = Verdict.body(
            events: #"[{"type":3,"type":5,"data":{"tag":"a"},"data":{"tag":"b","tag":"c"},"timestamp":1},{"type":5,"data":{"tag":"a"},"data":[]}]"#)
        let batch = try Self.scan(body)
        #expect(batch.events.map(\.type) == [5, 5])
        #expect(batch.events.map { Self.text($0.tagRange, of: body) } == [#""c""#, nil])
        #expect(batch.events.map { Self.text($0.dataRange, of: body) } == [#"{"tag":"b","tag":"c"}"#, "[]"])
        #expect(batch.events.map(\.hasDuplicateKeys) == [true, true])
        #expect(!batch.isPlain)
    }

    static let marks: [(String, unknown: Bool, duplicate: Bool, string: Bool)] = [
        (Verdict.body(), false, false, false),
        (Verdict.body(more: #","metadata":{"a":1},"batchId":"b","sequence":0,"recorder":"r""#), false, false, false),
        (Verdict.body(more: #","extra":1"#), true, false, false),
        (Verdict.body(more: #","metadata":"alice@example.com""#), true, false, false),
        (Verdict.body(more: #","metadata":["alice@example.com"]"#), true, false, false),
        (Verdict.body(more: #","recorder":"alice@example.com""#), true, false, false),
        (Verdict.body(more: #","recorder":{"note":"alice@example.com"}"#), true, false, false),
        (Verdict.body(more: #","Events":[]"#), true, false, false),
        (Verdict.body(more: #","windowId":"w1""#), false, true, false),
        (Verdict.body(more: #","window\u0049d":"w1""#), false, true, false),
        (Verdict.body(events: #"[{"type":3,"typ\u0065":3}]"#), false, true, false),
        (Verdict.body(events: #"[{"x":1,"y":2,"x":3}]"#), false, true, false),
        (Verdict.body(events: #"[{"data":{"averylongkeyname1":1,"averylongkeyname2":2}}]"#), false, false, false),
        (Verdict.body(events: #"[{"data":{"href":1,"href":2}}]"#), false, true, false),
        (Verdict.body(events: #"[{"data":{"a":1}},{"data":{"a":1}},{"a":{"b":1}}]"#), false, false, false),
        (Verdict.body(events: #"[{"timestamp":"5"}]"#), false, false, true),
        (Verdict.body(events: #"[{"timestamp":"5","timestamp":5}]"#), false, true, false),
        (Verdict.body(events: #"[{"timestamp":"5"}]"#, more: #","events":[{"timestamp":5}]"#), false, true, false),
    ]

    @Test("what forbids keeping the browser's bytes", arguments: marks)
    func plain(mark: (String, unknown: Bool, duplicate: Bool, string: Bool)) throws {
        let batch = try Self.scan(mark.0)
        #expect(batch.hasUnknownFields == mark.unknown)
        #expect(batch.hasDuplicateKeys == mark.duplicate)
        #expect(batch.hasStringTimestamps == mark.string)
        #expect(batch.isPlain == !(mark.unknown || mark.duplicate || mark.string))
    }

    @Test("an event with more keys than are compared counts as having duplicates")
    func manyKeys() throws {
        let object = { (count: Int) in "{\((0..<count).map { "\"k\($0)\":0" }.joined(separator: ","))}" }
        #expect(try Self.scan(Verdict.body(events: "[\(object(64))]")).events[0].hasDuplicateKeys == false)
        #expect(try Self.scan(Verdict.body(events: "[\(object(65))]")).events[0].hasDuplicateKeys)
    }

    @Test("only the events of the last `events` are reported")
    func lastEvents() throws {
        let body = Verdict.body(events: #"[{"a":1},{"a":2}]"#, more: #","events":[{"b":3}]"#)
        let batch = try Self.scan(body)
        #expect(batch.events.map { Self.text($0.range, of: body) } == [#"{"b":3}"#])
        #expect(batch.envelope.eventCount == 1)
    }

    @Test("a body over the limit")
    func tooLarge() {
        let limits = EnvelopeLimits(maxBodyBytes: 10, maxInflatedBytes: 20)
        #expect(Verdict.worker(Array(Verdict.body().utf8), limits: limits).rejection == .bodyTooLarge)
    }
}
