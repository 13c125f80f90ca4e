import Foundation
import Testing

@testable import Ingest

/// What the error events of a batch add to problems (docs/errors.md).
@Suite("Problems of a batch") struct ChunkProblemsTests {
    private static let receivedMs: Int64 = 1_700_000_000_000
    private static let origin = ChunkOrigin(project: "app", browser: "Firefox", device: "Mobile")

    private static func chunk(_ events: [String], origin: ChunkOrigin? = origin) throws -> PreparedChunk {
        let body = Array(ChunkMakerTests.body(events: events.joined(separator: ",")).utf8)
        let result = ChunkMakerTests.maker.chunk(body, encoding: .identity, expectedBytes: body.count, receivedMs: receivedMs, origin: origin)
        guard case .chunk(let chunk) = result else { throw ChunkMakerTests.Unmade() }
        return chunk
    }

    private static func error(_ members: String, at offset: Int64 = 0) -> String {
        #"{"type":5,"data":{"tag":"error","payload":{\#(members)}},"timestamp":\#(receivedMs + offset)}"#
    }

    private static func document(_ draft: OccurrenceDraft) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(draft.document)) as? [String: Any])
    }

    @Test func errorsOfOneKindAreOneProblem() throws {
        let chunk = try Self.chunk([
            #"{"type":4,"data":{"href":"https://shop.test/cart?a=1","width":1,"height":1},"timestamp":\#(Self.receivedMs)}"#,
            Self.error(#""message":"E: no 1","release":"v1","lineno":3"#, at: -61_000),
            #"{"type":4,"data":{"href":"https://shop.test/pay","width":1,"height":1},"timestamp":\#(Self.receivedMs)}"#,
            Self.error(#""message":"F: other""#), Self.error(#""message":"E: no 2","release":"v2","count":4,"handled":false"#, at: 5),
            #"{"type":5,"data":{"tag":"click","payload":{"message":"E: no 3"}},"timestamp":\#(Self.receivedMs)}"#,
        ])
        #expect(chunk.hasError && chunk.problems.count == 2 && chunk.unlinkedErrors == 0)
        let problem = chunk.problems[0]
        #expect(problem.fingerprint == FingerprintRules.digest("app\nbrowser\nE\nE: no #\n"))
        #expect(problem.origin == .browser && problem.exceptionClass == "E" && problem.message == "E: no 2" && problem.count == 5)
        #expect(problem.group == Self.sha1OfKey && problem.release == "v2" && problem.platform == "javascript")
        #expect(problem.firstMs == Self.receivedMs - 61_000 && problem.lastMs == Self.receivedMs + 5)
        #expect(
            problem.facets == [
                ProblemFacet(dimension: "browser", value: "Firefox", count: 5), ProblemFacet(dimension: "device", value: "Mobile", count: 5),
                ProblemFacet(dimension: "page", value: "/cart", count: 1), ProblemFacet(dimension: "page", value: "/pay", count: 4),
                ProblemFacet(dimension: "release", value: "v1", count: 1), ProblemFacet(dimension: "release", value: "v2", count: 4),
            ])
        #expect(
            problem.buckets == [
                ProblemBucket(name: "d20231114", count: 5), ProblemBucket(name: "h2023111422", count: 5),
                ProblemBucket(name: "m202311142212", count: 1), ProblemBucket(name: "m202311142213", count: 4),
            ])
        let first = try Self.document(problem.occurrences[0])
        #expect(first["page"] as? String == "/cart" && first["line"] as? Int == 3 && first["browser"] as? String == "Firefox")
        let second = try Self.document(problem.occurrences[1])
        #expect(second["message"] as? String == "E: no 2" && second["handled"] as? Bool == false && second["page"] as? String == "/pay")
    }

    /// `printf 'E: no #' | sha1sum`
    private static let sha1OfKey = "94a5fbe53072080b4b2e8db8863dd130061b9fb7"

    @Test func theNewestTwentyAreKept() throws {
        let chunk = try Self.chunk((0..<50).map { Self.error(#""message":"m""#, at: Int64(($0 * 7) % 50)) })
        let problem = try #require(chunk.problems.first)
        #expect(problem.count == 50 && problem.occurrences.map(\.atMs) == (30..<50).map { Self.receivedMs + $0 })
    }

    @Test func furtherProblemsAreCounted() throws {
        let errors = (0..<150).map { number in
            Self.error(#""message":"\#(String(UnicodeScalar(UInt8(97 + number % 26))))\#(String(repeating: "x", count: number / 26 + 1))""#)
        }
        let chunk = try Self.chunk(errors + errors)
        #expect(chunk.problems.count == 100 && chunk.problems.allSatisfy { $0.count == 2 } && chunk.unlinkedErrors == 100)
    }

    @Test("What is stored is what counts: nothing that redaction removed")
    func redacted() throws {
        let chunk = try Self.chunk([
            Self.error(
                #""message":"no alice@example.com","stack":"at f (https://shop.test/a.js?token=1:1:1)","url":"https://shop.test/u/alice@example.com?token=1""#
            )
        ])
        let problem = try #require(chunk.problems.first)
        #expect(problem.message == "no [redacted]" && problem.facets.contains(ProblemFacet(dimension: "page", value: "/u/[redacted]", count: 1)))
        #expect(!String(decoding: problem.occurrences[0].document, as: UTF8.self).contains("alice"))
        #expect(!String(decoding: problem.occurrences[0].document, as: UTF8.self).contains("token"))
    }

    @Test("Without an origin there are no problems, and no other event is one")
    func none() throws {
        #expect(try Self.chunk([Self.error(#""message":"m""#)], origin: nil).problems.isEmpty)
        #expect(try Self.chunk([#"{"type":3,"data":{"tag":"error","payload":{}},"timestamp":1}"#]).problems.isEmpty)
    }

    @Test("A filter's events count as they are after it")
    func filtered() throws {
        let body = Array(ChunkMakerTests.body(events: Self.error(#""message":"m""#)).utf8)
        guard
            case .redacted(let batch) = ChunkMakerTests.maker.redact(
                body, encoding: .identity, expectedBytes: body.count, receivedMs: Self.receivedMs),
            case .chunk(let chunk) = ChunkMakerTests.maker.chunk(
                of: batch, replacingEventsBy: [Array(Self.error(#""message":"other""#).utf8)], origin: Self.origin)
        else { throw ChunkMakerTests.Unmade() }
        #expect(chunk.problems.map(\.message) == ["other"])
    }

    @Test("A batch full of large errors stays small")
    func bounds() throws {
        let stack = String(repeating: #"    at f (https://shop.test/a.js:1:2)\n"#, count: 300)
        let errors = (0..<400).map { Self.error(#""message":"\#(String(UnicodeScalar(UInt8(97 + $0 % 20))))","stack":"\#(stack)""#, at: Int64($0)) }
        let chunk = try Self.chunk(errors)
        #expect(chunk.problems.count == 20 && chunk.problems.allSatisfy { $0.count == 20 && !$0.occurrences.isEmpty })
        let documents = chunk.problems.flatMap(\.occurrences)
        #expect(documents.allSatisfy { $0.document.count <= 16_384 } && documents.reduce(0) { $0 + $1.document.count } <= 2_097_152)
        #expect(chunk.problems.allSatisfy { $0.occurrences.map(\.atMs) == $0.occurrences.map(\.atMs).sorted() })
    }
}
