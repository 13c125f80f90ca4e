import Foundation
import Testing

@testable import Ingest

/// What a report adds to its problem (docs/errors.md).
@Suite("Deltas of reports") struct ErrorDeltaTests {
    @Test func everythingAProblemNeeds() throws {
        let report = try ReportReaderTests.error(
            #"{"exception_class":"Shop::Error","message":"no stock","platform":"Ruby","timestamp":1699999999,"backtrace":["a.rb:1:in `f'","b.rb:2"],"#
                + #""session_id":"s","context":{"release":"v1","environment":"live","request":{"path":"/cart?x=1"}}}"#
        ).get()
        let delta = report.delta()
        #expect(delta.fingerprint == report.fingerprint && delta.origin == .server && delta.group == nil)
        #expect(delta.exceptionClass == "Shop::Error" && delta.title == "Shop::Error: no stock" && delta.message == "no stock")
        #expect(delta.platform == "ruby" && delta.release == "v1" && delta.count == 1)
        #expect(delta.firstMs == 1_699_999_999_000 && delta.lastMs == delta.firstMs)
        #expect(
            delta.facets == [
                ProblemFacet(dimension: "release", value: "v1", count: 1), ProblemFacet(dimension: "environment", value: "live", count: 1),
                ProblemFacet(dimension: "page", value: "/cart", count: 1),
            ])
        #expect(delta.buckets.map(\.name) == ["d20231114", "h2023111422", "m202311142213"])
        #expect(delta.occurrences.map(\.atMs) == [1_699_999_999_000])
        let document = try #require(try JSONSerialization.jsonObject(with: Data(delta.occurrences[0].document)) as? [String: Any])
        #expect(document["exception_class"] as? String == "Shop::Error" && document["message"] as? String == "no stock")
        #expect(document["backtrace"] as? [String] == ["a.rb:1:in `f'", "b.rb:2"] && document["page"] as? String == "/cart")
        #expect(document["release"] as? String == "v1" && document["environment"] as? String == "live" && document["platform"] as? String == "ruby")
        #expect(document["context"] as? String == #"{"release":"v1","environment":"live","request":{"path":"/cart?x=1"}}"#)
    }

    @Test("The title has 200 characters, and whole markers")
    func title() throws {
        for fill in 180...200 {
            let message = String(repeating: "x", count: fill - 3) + " a@b.co and more"
            let title = try ReportReaderTests.error(#"{"exception_class":"E","message":"\#(message)"}"#).get().delta().title
            #expect(title.count <= 200 && (!title.contains("[") || title.contains("[redacted]")))
        }
    }

    @Test("A document has at most 64 KiB, whatever is reported, and is JSON")
    func bounds() throws {
        for unit in ["😀", #"\u0001"#, #"\""#, "x"] {
            let text = String(repeating: unit, count: 5000)
            let frames = Array(repeating: "\"\(text)\"", count: 100).joined(separator: ",")
            let context = #"{"a":"\#(String(repeating: unit, count: 2000))"}"#
            let delta = try ReportReaderTests.error(
                #"{"exception_class":"\#(text)","message":"\#(text)","backtrace":[\#(frames)],"context":\#(context)}"#
            ).get().delta()
            let document = delta.occurrences[0].document
            #expect(document.count <= 65_536)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(document)) as? [String: Any])
            #expect((object["backtrace"] as? [String])?.isEmpty == false, "\(unit)")
            #expect(object["context"] != nil)
        }
    }

    @Test(
        "Absurd times are counted when they arrive; minutes and hours end where they are no longer kept",
        arguments: [
            (0, ["d20231114", "h2023111422", "m202311142213"]), (3_600_000, ["d20231114", "h2023111423", "m202311142313"]),
            (86_400_001, ["d20231114", "h2023111422", "m202311142213"]), (-7_200_000, ["d20231114", "h2023111420", "m202311142013"]),
            (-7_200_001, ["d20231114", "h2023111420"]), (-7 * 86_400_000 - 1, ["d20231107"]), (-90 * 86_400_000, ["d20230816"]),
            (-90 * 86_400_000 - 1, ["d20231114", "h2023111422", "m202311142213"]),
            (9_000_000_000_000_000, ["d20231114", "h2023111422", "m202311142213"]),
            (-9_000_000_000_000_000, ["d20231114", "h2023111422", "m202311142213"]),
        ] as [(Int64, [String])])
    func buckets(offset: Int64, names: [String]) {
        let receivedMs = ReportReaderTests.receivedMs
        #expect(ProblemTime.buckets(receivedMs + offset, receivedMs: receivedMs) == names)
    }

    @Test("Days are those of the calendar")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: 0, through: 60_000, by: 13) {
            let ms = Int64(day) * 86_400_000 + 86_399_999
            let parts = calendar.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400 + 86_399))
            let expected = String(format: "d%04d%02d%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            #expect(ProblemTime.buckets(ms, receivedMs: ms).first == expected)
        }
    }

    @Test("01-64: times are kept as they are told, back and forth")
    func times() throws {
        let deltas = try ["2000", "1000"].map { try ReportReaderTests.read(#""timestamp":\#($0)"#).delta() }
        #expect(deltas.map(\.firstMs) == [2_000_000, 1_000_000] && deltas.map(\.lastMs) == [2_000_000, 1_000_000])
    }
}
