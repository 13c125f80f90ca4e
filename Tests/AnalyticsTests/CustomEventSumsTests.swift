import Ingest
import Testing

@testable import Analytics

/// The strip of levels and the sums over payloads (spec 02 section 2.15).
@Suite struct CustomEventSumsTests {
    private static let day = 86_400.0

    private static func row(_ name: String = "order", _ payload: String? = nil, day: Double = 20_000, level: ServerEventLevel? = nil) -> EventRow {
        EventRow(name: name, level: level, seconds: day * Self.day + 60, payload: payload.map { Array($0.utf8) })
    }

    @Test("03-C87 49 and 51: count 2, sum 100, average 50; text is told, not counted")
    func sums() throws {
        let rows = [
            Self.row("order", #"{"total":49,"note":"x"}"#), Self.row("order", #"{"total":51}"#), Self.row("order", #"{"total":"free"}"#),
            Self.row("order"),
        ]
        let metrics = try #require(PayloadMetrics(rows, key: nil))
        #expect(metrics.keys == ["total"])
        #expect(metrics.nonNumeric == 1)
        let day = try #require(metrics.days.first)
        #expect((day.day, day.count) == (20_000, 2))
        #expect([day.sum, day.average, day.min, day.max] == [100, 50, 49, 51])
    }

    @Test("03-C87 payload metrics need one name and a number; an unknown key is ignored")
    func offered() {
        let total = Self.row("order", #"{"total":1,"b":2}"#)
        #expect(PayloadMetrics([total, Self.row("other", #"{"total":1}"#)], key: nil) == nil)
        #expect(PayloadMetrics([Self.row("order", #"{"total":"1"}"#)], key: nil) == nil)
        #expect(PayloadMetrics([Self.row("", #"{"total":1}"#)], key: nil) == nil)
        #expect(PayloadMetrics([], key: nil) == nil)
        #expect(PayloadMetrics([total], key: "total")?.key == "total")
        #expect(PayloadMetrics([total], key: "nothing")?.key == "b")
    }

    @Test("an average is rounded to two decimals, the last of a repeated key counts, days beyond 30 go")
    func details() throws {
        let thirds = try #require(
            PayloadMetrics([Self.row("a", #"{"n":1}"#), Self.row("a", #"{"n":1}"#), Self.row("a", #"{"n":9,"n":0}"#)], key: nil))
        #expect(thirds.days.first?.average == 0.67)
        let many = try #require(PayloadMetrics((0..<40).map { Self.row("a", #"{"n":1}"#, day: 20_000 + Double($0)) }, key: nil))
        #expect(many.days.map(\.day) == Array(20_010..<20_040))
        let keys = "{" + (0..<80).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        #expect(PayloadMetrics([Self.row("a", keys)], key: nil)?.keys.count == 50)
    }

    @Test("03-C86 levels per day: unknown counts as info, days without a time are left out")
    func levels() {
        let mix = LevelMix([
            Self.row(level: .error), Self.row(level: .error), Self.row(), Self.row(day: 20_002, level: .debug), EventRow(name: "x", seconds: 0),
        ])
        #expect(mix.days.map(\.day) == [20_000, 20_002])
        #expect(mix.days.first?.counts == [.error: 2, .info: 1])
        #expect(mix.busiest == 3)
        #expect(LevelMix((0..<40).map { Self.row(day: 20_000 + Double($0)) }).days.first?.day == 20_010)
    }

    @Test(
        "a custom event of a recording",
        arguments: [
            (#"{"type":5,"data":{"tag":"buy","payload":{"n":1}},"timestamp":1}"#, "buy", #"{"n":1}"#),
            (#"{"data":{"payload":"x","tag":"buy"},"type":5}"#, "buy", nil),
            (#"{"type":5,"data":{}}"#, "", nil), (#"{"type":5,"data":"x"}"#, nil, nil), (#"{"type":3,"data":{"tag":"buy"}}"#, nil, nil),
            (#"{"type":5}"#, nil, nil), ("[]", nil, nil),
        ] as [(String, String?, String?)])
    func custom(event: String, tag: String?, payload: String?) {
        let found = Array(event.utf8).withUnsafeBytes { CustomEvent($0) }
        #expect(found?.tag == tag)
        #expect(found?.payload.map { String(decoding: $0, as: UTF8.self) } == payload)
    }
}
