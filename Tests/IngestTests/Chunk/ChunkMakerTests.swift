import Foundation
import Testing

@testable import Ingest

@Suite struct ChunkMakerTests {
    static let maker = ChunkMaker(limits: EnvelopeLimits(), redactor: Redactor())

    static func gzip(_ text: String) -> [UInt8] { Array(text.utf8).withUnsafeBytes { Gzip.deflate($0) } }

    static func body(events: String, extra: String = "") -> String {
        #"{"sessionId":"s","windowId":"w","batchId":"b1","sequence":0,"recorder":"r"\#(extra),"events":[\#(events)]}"#
    }

    static func make(_ text: String) throws -> (chunk: PreparedChunk, received: [UInt8]) {
        let received = gzip(text)
        guard case .chunk(let chunk) = maker.chunk(received, encoding: .gzip, expectedBytes: text.utf8.count, receivedMs: 5_000) else {
            throw Unmade()
        }
        return (chunk, received)
    }

    struct Unmade: Error {}

    static func stored(_ chunk: PreparedChunk) throws -> [String: Any] {
        let text = try chunk.body.withUnsafeBytes { try Gzip.inflate($0, limit: 1 << 20) }
        return try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    }

    static func events(_ chunk: PreparedChunk) throws -> [[String: Any]] {
        try #require(try stored(chunk)["events"] as? [[String: Any]])
    }

    @Test func whatNeedsNothingKeepsTheBrowsersBytes() throws {
        let (chunk, received) = try Self.make(Self.body(events: #"{"type":3,"data":{"source":1},"timestamp":1000}"#))
        #expect(chunk.body == received)
        #expect(chunk.eventCount == 1)
    }

    @Test(
        "bytes that could hide something are written anew",
        arguments: [
            (#"{"type":3,"timestamp":1000}"#, #","secret":"alice@example.com""#),
            (#"{"type":3,"data":{},"timestamp":1000,"secret":"alice@example.com"}"#, ""),
            (#"{"type":3,"data":{},"timestamp":1000,"alice@example.com":1}"#, ""),
            (#"{"type":"3","data":{"secret":"alice@example.com"},"timestamp":1000}"#, ""),
            (#"{"data":{"secret":"alice@example.com"},"timestamp":1000}"#, ""),
            (#"{"type":3,"timestamp":1000}"#, #","batchId":"b2""#),
            (#"{"type":5,"data":{"tag":"t","payload":{"mail":"alice@example.com"}},"timestamp":1000}"#, ""),
            (#"{"type":3,"timestamp":1000}"#, #","metadata":{"mail":"alice@example.com"}"#),
            (#"{"type":3,"timestamp":1000}"#, #","metadata":{"url":"https://shop.test/?token=alice@example.com"}"#),
        ])
    func writtenAnew(event: String, extra: String) throws {
        let (chunk, received) = try Self.make(Self.body(events: event, extra: extra))
        #expect(chunk.body != received)
        let text = try chunk.body.withUnsafeBytes { String(decoding: try Gzip.inflate($0, limit: 1 << 20), as: UTF8.self) }
        #expect(!text.contains("alice"))
        #expect(text.hasPrefix(#"{"events":["#))
    }

    @Test func bytesAfterTheMemberAreNotKept() throws {
        let text = Self.body(events: #"{"type":3,"timestamp":1000}"#)
        let received = Self.gzip(text) + Array("alice@example.com".utf8)
        guard case .chunk(let chunk) = Self.maker.chunk(received, encoding: .gzip, expectedBytes: text.utf8.count, receivedMs: 0) else {
            throw Unmade()
        }
        #expect(chunk.body != received)
        #expect(try Self.events(chunk).count == 1)
    }

    @Test func aHeaderWithANameIsNotKept() throws {
        let text = Self.body(events: #"{"type":3,"timestamp":1000}"#)
        let plain = Self.gzip(text)
        // FLG = FNAME: a name, ended by a zero byte, follows the ten bytes of the header.
        let received = plain[..<3] + [8] + plain[4..<10] + Array("alice@example.com".utf8) + [0] + plain[10...]
        guard case .chunk(let chunk) = Self.maker.chunk(Array(received), encoding: .gzip, expectedBytes: text.utf8.count, receivedMs: 0)
        else { throw Unmade() }
        #expect(!String(decoding: chunk.body, as: UTF8.self).contains("alice"))
        #expect(try Self.events(chunk).count == 1)
    }

    @Test func plainBodiesAreCompressed() throws {
        let text = Self.body(events: #"{"type":3,"timestamp":1000}"#)
        guard case .chunk(let chunk) = Self.maker.chunk(Array(text.utf8), encoding: .identity, expectedBytes: 0, receivedMs: 0) else {
            throw Unmade()
        }
        #expect(try Self.events(chunk).count == 1)
    }

    @Test("01-16 timestamps that are strings are stored as numbers")
    func stringTimestamps() throws {
        let (chunk, _) = try Self.make(
            Self.body(
                events:
                    #"{"type":3,"timestamp":"1000.5"},{"timestamp":2000,"type":3},{"type":5,"data":{"tag":"x","payload":{"m":"a@b.co"}},"timestamp":" 0x1A "}"#
            ))
        let events = try Self.events(chunk)
        #expect(events.map { $0["timestamp"] as? Double } == [1000.5, 2000, 26])
        #expect(chunk.firstMs == 26)
        #expect(chunk.lastMs == 2000)
    }

    @Test("01-18 an event without a timestamp takes that of the event before it, else when the batch was received")
    func missingTimestamps() throws {
        let (chunk, received) = try Self.make(Self.body(events: #"{"type":3},{"type":3,"timestamp":9000},{"type":3}"#))
        #expect(chunk.firstMs == 5_000)
        #expect(chunk.lastMs == 9_000)
        #expect(chunk.body == received)
    }

    @Test func factsOfThePage() throws {
        let (chunk, _) = try Self.make(
            Self.body(
                events:
                    #"{"type":4,"data":{"href":"https://shop.test/a?token=1","width":800,"height":600},"timestamp":1},{"type":2,"data":{"node":{}},"timestamp":2},{"type":4,"data":{"width":1024,"href":"https://shop.test/b","height":768},"timestamp":3},{"type":5,"data":{"tag":"error","payload":{"message":"x"}},"timestamp":4}"#
            ))
        #expect(chunk.page.firstURL == "https://shop.test/a")
        #expect(chunk.page.lastURL == "https://shop.test/b")
        #expect(chunk.page.viewport == "1024x768")
        #expect(chunk.hasFullSnapshot)
        #expect(chunk.hasError)
        #expect(chunk.redactions.total == 1)
    }

    @Test func anotherTagIsNoError() throws {
        let (chunk, _) = try Self.make(
            Self.body(events: #"{"type":5,"data":{"tag":"errors","payload":{}},"timestamp":4},{"type":3,"data":{"tag":"error"},"timestamp":5}"#))
        #expect(!chunk.hasError)
        #expect(!chunk.hasFullSnapshot)
    }

    @Test(
        "what the edge should have refused ends with a reason",
        arguments: [("{}", "invalid_id"), ("[", "invalid_json"), (#"{"sessionId":"s","windowId":"w","events":[]}"#, "invalid_events")])
    func unreadable(text: String, reason: String) {
        guard case .unreadable(let found) = Self.maker.chunk(Self.gzip(text), encoding: .gzip, expectedBytes: 0, receivedMs: 0) else {
            Issue.record("made a chunk")
            return
        }
        #expect(found == reason)
    }

    @Test func corruptBodiesAreUnreadable() {
        guard case .unreadable(let reason) = Self.maker.chunk([0x1F, 0x8B, 1, 2], encoding: .gzip, expectedBytes: 0, receivedMs: 0) else {
            Issue.record("made a chunk")
            return
        }
        #expect(reason == "invalid_gzip")
    }

    static func redacted(_ text: String) throws -> RedactedBatch {
        guard case .redacted(let batch) = maker.redact(gzip(text), encoding: .gzip, expectedBytes: text.utf8.count, receivedMs: 5_000) else {
            throw Unmade()
        }
        return batch
    }

    @Test func otherEventsAreScannedAndRedactedLikeTheFirst() throws {
        let batch = try Self.redacted(
            Self.body(
                events: #"{"type":3,"timestamp":1000},{"type":5,"data":{"tag":"x","payload":"a@b.co"},"timestamp":2000}"#,
                extra: #","metadata":{"plan":"pro","mail":"a@b.co"}"#))
        let others = [
            #"{"type":4,"data":{"href":"https://shop.test/?token=1","width":1,"height":2},"timestamp":"3000"}"#,
            #"{"type":5,"data":{"tag":"error","payload":{"message":"of a@b.co"}},"timestamp":4000.5}"#, #"{"type":2,"timestamp":2500}"#,
        ]
        guard case .chunk(let chunk) = Self.maker.chunk(of: batch, replacingEventsBy: others.map { Array($0.utf8) }) else { throw Unmade() }
        let events = try Self.events(chunk)
        #expect(events.map { $0["type"] as? Int } == [4, 5, 2])
        #expect(events[0]["timestamp"] as? Double == 3000)
        #expect((chunk.firstMs, chunk.lastMs, chunk.eventCount) == (2500, 4000, 3))
        #expect(chunk.page.lastURL == "https://shop.test/")
        #expect(chunk.hasError && chunk.hasFullSnapshot)
        #expect(chunk.redactions.email == 3)
        #expect(chunk.metadata.map(\.key) == ["plan", "mail"])
        let text = try chunk.body.withUnsafeBytes { String(decoding: try Gzip.inflate($0, limit: 1 << 20), as: UTF8.self) }
        #expect(!text.contains("a@b.co") && !text.contains("token"))
    }

    @Test func noOtherEventsLeaveNothing() throws {
        let batch = try Self.redacted(Self.body(events: #"{"type":5,"data":{"tag":"x","payload":"a@b.co"},"timestamp":1}"#))
        guard case .filtered(let redactions) = Self.maker.chunk(of: batch, replacingEventsBy: []) else { throw Unmade() }
        #expect(redactions.email == 1)
    }
}
