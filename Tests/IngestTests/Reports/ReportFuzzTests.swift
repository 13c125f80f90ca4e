import Foundation
import Testing

@testable import Ingest

/// Whatever comes, the answer is a report or a refusal, and soon.
@Suite("Hostile reports") struct ReportFuzzTests {
    private static let whole =
        #"{"exception_class":"E","message":"a@b.co 203.0.113.42","session_id":"s","window_id":"w","batchId":"b","backtrace":["a.rb:1:in `f'",null,5],"#
        + #""timestamp":1700000000.5,"platform":"ruby","level":"warn","name":"n","payload":{"k":[1,{"x":"\ud83d\ude00"}]},"#
        + #""context":{"release":"v1","request":{"ip":"203.0.113.42","path":"/p"}}}"#

    @Test func truncatedAnywhere() {
        let bytes = Array(Self.whole.utf8)
        for end in 0..<bytes.count {
            let body = Array(bytes[..<end])
            #expect(throws: ReportRejection.invalidJSON) { try ReportReaderTests.reader.error(body, project: "app", receivedMs: 0) }
            #expect(throws: ReportRejection.invalidJSON) { try ReportReaderTests.reader.serverEvent(body, receivedMs: 0) }
        }
    }

    /// Bytes are changed at random: it never traps, and what is accepted is bounded and, as a document, JSON.
    @Test func mutated() throws {
        var random = SplitMix64(seed: 5)
        let spice = Array(#"{}[]":,\u0e-+.1 @n"#.utf8) + [0, 0x80, 0xC3, 0xED, 0xFF]
        var accepted = 0
        for _ in 0..<6000 {
            var bytes = Array(Self.whole.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
                }
            }
            _ = try? ReportReaderTests.reader.serverEvent(bytes, receivedMs: 0)
            guard let report = try? ReportReaderTests.reader.error(bytes, project: "app", receivedMs: ReportReaderTests.receivedMs) else { continue }
            accepted += 1
            #expect(report.fingerprint.count == 40)
            let delta = report.delta()
            #expect(try JSONSerialization.jsonObject(with: Data(delta.occurrences[0].document)) is [String: Any])
        }
        #expect(accepted > 300)
    }

    @Test("10,000 levels, huge numbers and a hundred thousand keys")
    func extremes() throws {
        let deep = String(repeating: "[", count: 10_000) + #""a@b.co""# + String(repeating: "]", count: 10_000)
        #expect(try ReportReaderTests.read(#""context":{"a":\#(deep)}"#).context == Array(#"{"_truncated":true}"#.utf8))
        let shallower = String(repeating: "[", count: 8000) + #""a@b.co 203.0.113.42""# + String(repeating: "]", count: 8000)
        let context = try #require(try ReportReaderTests.read(#""context":{"a":\#(shallower)}"#).context)
        #expect(String(decoding: context, as: UTF8.self).contains(#""[redacted] 203.0.113.0""#))
        #expect(try ReportReaderTests.read(#""backtrace":[\#(deep)]"#).backtrace.count == 1)
        #expect(try ReportReaderTests.read(#""unknown":\#(deep)"#).context == nil)

        let digits = String(repeating: "9", count: 100_000)
        #expect(try ReportReaderTests.read(#""timestamp":\#(digits)"#).atMs == ReportReaderTests.receivedMs)
        #expect(try ReportReaderTests.read(#""timestamp":"\#(digits)""#).atMs == ReportReaderTests.receivedMs)
        #expect(try ReportReaderTests.read(#""backtrace":[\#(digits)]"#).backtrace.first?.count ?? 0 <= 2000)

        let keys = (0..<100_000).map { #""k\#($0)":1"# }.joined(separator: ",")
        let start = ContinuousClock.now
        #expect(try ReportReaderTests.read(keys).context == nil)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("Of a key that occurs twice the last counts, even when that is worse")
    func duplicates() throws {
        let report = try ReportReaderTests.read(
            #""message":"first","mess\u0061ge":"last","session_id":"bad!","session_id":"s","context":{"release":"a"},"context":5,"platform":"go","platform":7"#
        )
        #expect(report.message == "last" && report.sessionID == "s" && report.context == nil && report.release == nil && report.platform == nil)
    }
}
