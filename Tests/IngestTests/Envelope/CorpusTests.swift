import Foundation
import Ingest
import Testing

/// Bodies a real browser sent, recorded on a small shop.
enum Corpus {
    struct Counts: Decodable { var bytes, events, full, custom: Int }

    static let root = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let counts: [String: Counts] =
        (try? JSONDecoder().decode([String: Counts].self, from: Data(contentsOf: root.appending(path: "corpus-counts.json")))) ?? [:]
    static let names = counts.keys.sorted()

    static func body(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: root.appending(path: "corpus/\(name)"))) }
}

@Suite("Recorded bodies")
struct CorpusTests {
    @Test("all are there")
    func complete() {
        #expect(Corpus.names.count == 152)
        #expect(Corpus.counts.values.map(\.events).reduce(0, +) == 3243)
    }

    @Test("edge and worker count the same, and spans are what a JSON parser finds", arguments: Corpus.names)
    func scanned(name: String) throws {
        let counts = try #require(Corpus.counts[name])
        let body = try Corpus.body(name)
        let envelope = try Verdict.edge(body, encoding: "gzip").get()
        #expect(try Verdict.edge(body, piece: 509).get() == envelope)
        #expect(envelope.eventCount == counts.events)
        #expect(envelope.inflatedBytes == counts.bytes)

        let member = try body.withUnsafeBytes { try Gzip.member($0, limit: counts.bytes) }
        #expect(member.consumed == body.count)
        let batch = try Verdict.worker(member.bytes).get()
        #expect(batch.isPlain)
        #expect(batch.events.count == counts.events)
        #expect(batch.events.count { $0.isFullSnapshot } == counts.full)
        #expect(batch.events.count { $0.type == 5 } == counts.custom)
        let decoded = try JSONDecoder().decode(DecodedBatch.self, from: Data(member.bytes))
        #expect(batch.envelope.sessionID == decoded.sessionId)
        #expect(batch.envelope.windowID == decoded.windowId)
        #expect(batch.events.map(\.type) == decoded.events.map(\.type))
        #expect(batch.events.map(\.timestamp) == decoded.events.map(\.timestamp))
        #expect(batch.events.map(\.source) == decoded.events.map { $0.type == 3 ? $0.data.source : nil })
        let tags = batch.events.map { span in
            span.tagRange.map { String(decoding: member.bytes[$0].dropFirst().dropLast(), as: UTF8.self) }
        }
        #expect(tags == decoded.events.map { $0.type == 5 ? $0.data.tag : nil })
        // Recorders write no white space, so the spans must be the whole array but for its commas.
        let joined = batch.events.map { Array(member.bytes[$0.range]) }.joined(separator: [UInt8(ascii: ",")])
        let first = try #require(batch.events.first).range.lowerBound
        let array: [UInt8] = Array(#""events":["#.utf8) + Array(joined) + [UInt8(ascii: "]")]
        #expect(array == Array(member.bytes[(first - 10)..<(first - 10 + array.count)]))
        for span in batch.events {
            let data = try #require(span.dataRange)
            #expect(member.bytes[data.lowerBound] == UInt8(ascii: "{") && member.bytes[data.upperBound - 1] == UInt8(ascii: "}"))
            #expect(member.bytes[..<data.lowerBound].suffix(7) == Array(#""data":"#.utf8)[...])
        }
    }

    /// What another parser finds.
    struct DecodedBatch: Decodable {
        struct Event: Decodable { var type: Int, timestamp: Double?, data: EventData }
        struct EventData: Decodable { var source: Int?, tag: String? }
        var sessionId, windowId: String
        var events: [Event]
    }
}
