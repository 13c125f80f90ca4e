import Ingest
import Testing

@Suite("Order of checks (spec 01, 1.3)")
struct EnvelopeOrderTests {
    /// A way for each check to fail, in the order in which they count.
    static let failures: [(EnvelopeRejection, String)] = [
        (.sessionID, "session"), (.windowID, "window"), (.events, "events"), (.tooManyEvents(max: 2), "count"),
        (.timestamp, "timestamp"), (.batchID, "batch"), (.sequence, "sequence"),
    ]

    static func body(failing names: Set<String>) -> String {
        var events = [#"{"timestamp":\#(names.contains("timestamp") ? "null" : "1")}"#]
        if names.contains("count") { events += ["{}", "{}"] }
        if names.contains("events") { events.append("7") }
        return Verdict.body(
            session: names.contains("session") ? "5" : #""s""#, window: names.contains("window") ? #""w w""# : #""w""#,
            events: "[\(events.joined(separator: ","))]",
            more: #","batchId":\#(names.contains("batch") ? #""""# : #""b""#),"sequence":\#(names.contains("sequence") ? "-1" : "0")"#)
    }

    @Test("the first failing check is reported, of every pair", arguments: 0..<7, 0..<7)
    func pairs(first: Int, second: Int) {
        let names = Set([Self.failures[first].1, Self.failures[second].1])
        let limits = EnvelopeLimits(maxEventsPerRequest: 2)
        #expect(Verdict.of(Self.body(failing: names), limits: limits).rejection == Self.failures[min(first, second)].0)
        #expect(Verdict.of(Self.body(failing: []), limits: limits).rejection == nil)
    }

    @Test("a syntax error at the very end comes before any field")
    func syntaxFirst() {
        let broken = Self.body(failing: ["session", "events"]).dropLast() + ",}"
        #expect(Verdict.of(String(broken)).rejection == .invalidJSON)
    }

    @Test("too large comes before a syntax error, as received and inflated")
    func sizeFirst() {
        let limits = EnvelopeLimits(maxBodyBytes: 10_000, maxInflatedBytes: 20_000)
        let broken = [UInt8](repeating: UInt8(ascii: "!"), count: 20_001)
        #expect(Verdict.edge(broken, limits: limits).rejection == .bodyTooLarge)
        #expect(Verdict.edge(broken, limits: limits, piece: 100).rejection == .bodyTooLarge)
        #expect(Verdict.edge(Verdict.gzip(broken), limits: limits).rejection == .bodyTooLarge)
        #expect(Verdict.edge(Verdict.gzip(Array(broken.dropLast())), limits: limits).rejection == .invalidJSON)
    }

    @Test("a gzip failure comes before a syntax error, and too large as received before both")
    func gzipBeforeSyntax() {
        var body = Verdict.gzip("not json")
        body[body.count - 5] ^= 1
        #expect(Verdict.edge(body).rejection == .invalidGzip)
        body += [UInt8](repeating: 0, count: 100)
        #expect(Verdict.edge(body, limits: EnvelopeLimits(maxBodyBytes: 60)).rejection == .bodyTooLarge)
        #expect(Verdict.edge(body, limits: EnvelopeLimits(maxBodyBytes: 60), piece: 1).rejection == .bodyTooLarge)
    }

    @Test("status and text of each rejection")
    func texts() {
        let expected: [(EnvelopeRejection, Int, String)] = [
            (.bodyTooLarge, 413, "request body too large"),
            (.invalidGzip, 400, "invalid gzip encoding"),
            (.invalidJSON, 400, "invalid JSON body"),
            (.sessionID, 400, "sessionId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (.windowID, 400, "windowId must be 1-128 alphanumeric, hyphen, or underscore characters"),
            (.events, 400, "events must be a non-empty array of objects"),
            (.tooManyEvents(max: 100), 400, "too many events (max 100)"),
            (.timestamp, 400, "invalid timestamp value"),
            (.batchID, 400, "batchId must be 1-64 alphanumeric, hyphen, or underscore characters"),
            (.sequence, 400, "sequence must be a non-negative integer"),
        ]
        for (rejection, status, message) in expected {
            #expect(rejection.status == status)
            #expect(rejection.message == message)
        }
    }
}
