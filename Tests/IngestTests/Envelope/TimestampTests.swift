import Ingest
import Testing

@Suite("Timestamps (spec 01, 1.3)")
struct TimestampTests {
    static func body(_ json: String) -> String { Verdict.body(events: #"[{"timestamp":1},{"type":3,"timestamp":\#(json),"data":{}}]"#) }

    static let numbers: [(String, Double)] = [
        ("2000", 2000), ("0", 0), ("-5", -5), ("-0", 0), ("1000.5", 1000.5), ("1e3", 1000), ("1E+3", 1000), ("25e-1", 2.5),
        ("1795248584071", 1_795_248_584_071), ("1795248584071.25", 1_795_248_584_071.25), ("123456789012345678", 1.23456789012345678e17),
        ("12345678901234567890", 1.234567890123456789e19), ("1e308", 1e308), ("1e-400", 0),
        ("1" + String(repeating: "0", count: 308), 1e308), ("0." + String(repeating: "0", count: 500) + "1", 0),
    ]

    static let strings: [(String, Double)] = [
        ("1000.5", 1000.5), ("2000", 2000), ("-5", -5), ("+5", 5), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000), ("1E-1", 0.1), ("1.5e+2", 150),
        ("0x1A", 26), ("0X1a", 26), ("-0x10", -16), ("0x1.8", 1.5), ("0x1p4", 16), ("1_000", 1000), ("1_0.2_5", 10.25), ("1e1_0", 1e10),
        (" 5 ", 5), (#"\t\n 7\r\n"#, 7), (#"\u0031\u0030"#, 10), ("007", 7), ("1e-400", 0), ("1795248584071.125", 1_795_248_584_071.125),
    ]

    @Test("01-16 numbers", arguments: numbers)
    func number(json: String, value: Double) {
        let batch = Verdict.worker(Array(Self.body(json).utf8)).value
        #expect(Verdict.of(Self.body(json)).rejection == nil)
        #expect(batch?.events[1].timestamp == value)
        #expect(batch?.hasStringTimestamps == false)
    }

    @Test("01-16 strings", arguments: strings)
    func string(text: String, value: Double) {
        let body = Self.body(#""\#(text)""#)
        let batch = Verdict.worker(Array(body.utf8)).value
        #expect(Verdict.of(body).rejection == nil)
        #expect(batch?.events[1].timestamp == value)
        #expect(batch?.events[1].timestampIsString == true)
        #expect(batch?.hasStringTimestamps == true)
    }

    static let invalid = [
        #""Infinity""#, #""-Infinity""#, #""NaN""#, "1e400", "-1e400", "null", "true", "false", #""""#, "[]", "{}", "[1]", #"{"a":1}"#,
        #""abc""#, #""1.""#, #""1,5""#, #""1e400""#, #""1.e5""#, #"".""#, #""+""#, #""-""#, #"" ""#, #""1 2""#, #""1_""#, #""_1""#,
        #""1__0""#, #""1_.5""#, #""1._5""#, #""1e""#, #""1e_5""#, #""1_e5""#, #""e5""#, #""0x""#, #""0xg""#, #""0x.8""#, #""0x1.""#,
        #""0x1p""#, #""- 5""#, #""--5""#, #""+-5""#, #""5\u0000""#, #""inf""#, #""nan""#, #""0b11""#, #""5\u00a0""#, #""５""#, #""1.5.2""#,
        "1" + String(repeating: "0", count: 400),
    ]

    @Test("01-17 everything else rejects the whole batch", arguments: invalid)
    func rejected(json: String) {
        #expect(Verdict.of(Self.body(json)).rejection == .timestamp)
    }

    @Test("01-18 an absent timestamp stays absent")
    func absent() {
        let batch = Verdict.worker(Array(Verdict.body(events: #"[{"type":3},{"data":{"timestamp":null}}]"#).utf8)).value
        #expect(batch?.events.map(\.timestamp) == [nil, nil])
        #expect(batch?.events.map(\.timestampIsString) == [false, false])
    }

    @Test("a text longer than any number is rejected, whole or in pieces")
    func tooLong() {
        let zeros = String(repeating: "0", count: 5000)
        #expect(Verdict.of(Self.body("0.\(zeros)1")).rejection == .timestamp)
        #expect(Verdict.of(Self.body(#""\#(zeros)1""#)).rejection == .timestamp)
    }
}
