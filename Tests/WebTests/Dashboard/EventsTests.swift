import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The events API (spec 03 section 1.5).
@Suite struct EventsTests {
    private struct Envelope: Decodable {
        struct Event: Decodable, Equatable {
            struct Data: Decodable, Equatable {
                struct Payload: Decodable, Equatable { let n: Int }
                let tag: String
                let payload: Payload
            }
            let timestamp: Double?
            let data: Data
        }
        let events: [Event]
        let next_cursor: String?
        let total: Int
        let newest_chunk: String?
    }

    private static let path = "/api/sessions/s1/windows/w1/events"

    private static func envelope(_ response: LiveResponse) throws -> Envelope { try JSONDecoder().decode(Envelope.self, from: Data(response.bytes)) }

    /// Follows the cursor to its end.
    private static func all(_ visitor: Visitor, _ parameters: String = "") async throws -> (events: [Envelope.Event], pages: Int) {
        var events: [Envelope.Event] = []
        var cursor: String? = ""
        var pages = 0
        while let current = cursor {
            let page = try envelope(try await visitor.get("\(path)?cursor=\(current)\(parameters)"))
            events += page.events
            pages += 1
            cursor = page.next_cursor
        }
        return (events, pages)
    }

    @Test("03-C60 the original's bare array, with after and the page size")
    func bare() async throws {
        try await LiveServer.dashboard {
            $0.maxEventsPerPage = 3
        } _: { server, visitor async throws in
            try await server.record(RecordedBatch("s1", events: RecordedBatch.events([1000, 1001, 1002, 1003, 1004])))
            func stamps(_ query: String) async throws -> [Double] {
                let response = try await visitor.get(Self.path + query)
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                return try JSONDecoder().decode([Envelope.Event].self, from: Data(response.bytes)).compactMap(\.timestamp)
            }
            #expect(try await stamps("") == [1000, 1001, 1002])
            #expect(try await stamps("?after=1001") == [1002, 1003, 1004])
            #expect(try await stamps("?after=1001&limit=1") == [1002])
            #expect(try await stamps("?after=1004") == [])
            #expect(try await stamps("?limit=99999") == [1000, 1001, 1002])
        }
    }

    @Test("03-C61 2500 events come completely at a page size of 500")
    func complete() async throws {
        try await LiveServer.dashboard {
            $0.maxEventsPerPage = 500
        } _: { server, visitor async throws in
            try await server.record((0..<25).map { RecordedBatch("s1", events: RecordedBatch.events(Array(($0 * 100)..<($0 * 100 + 100)))) })
            let (events, pages) = try await Self.all(visitor)
            #expect(events.compactMap(\.timestamp) == (0..<2500).map(Double.init))
            #expect(pages == 5)
        }
    }

    @Test("03-C62 ten events of one timestamp over a page's edge all come, in order")
    func ties() async throws {
        try await LiveServer.dashboard {
            $0.maxEventsPerPage = 4
        } _: { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1, 2, 5, 5, 5, 5, 5, 5, 5])),
                RecordedBatch("s1", events: RecordedBatch.events([5, 5, 5, 7], tag: "late")))
            let (events, _) = try await Self.all(visitor)
            #expect(events.compactMap(\.timestamp) == [1, 2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 7])
            #expect(events.map(\.data.payload.n) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3])
        }
    }

    @Test("a chunk that arrives late finds its place, whatever the page size", arguments: [1, 2, 3, 100])
    func late(limit: Int) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([30, 31, 32])), RecordedBatch("s1", events: RecordedBatch.events([10, 20, 31, 40])),
                RecordedBatch("s1", events: RecordedBatch.events([5, 50])))
            let (events, _) = try await Self.all(visitor, "&limit=\(limit)")
            #expect(events.compactMap(\.timestamp) == [5, 10, 20, 30, 31, 31, 32, 40, 50])
        }
    }

    @Test("an event without a timestamp follows the one stored before it")
    func missing() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let bare = #"{"type":5,"data":{"tag":"bare","payload":{"n":7}}}"#
            var events = RecordedBatch.events([10, 20, 30])
            events.insert(bare, at: 2)
            try await server.record(RecordedBatch("s1", events: events))
            let (all, _) = try await Self.all(visitor, "&limit=1")
            #expect(all.map(\.data.payload.n) == [0, 1, 7, 2])
        }
    }

    @Test("a window can be read in parts, in any order")
    func parts() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1, 2, 3])),
                RecordedBatch("s1", events: RecordedBatch.events([3, 4, 5])) { $0.isFull = true },
                RecordedBatch("s1", events: RecordedBatch.events([6])))
            struct Index: Decodable {
                struct Entry: Decodable { let id: String; let start: Double; let end: Double; let full: Bool; let cursor: String; let events: Int }
                let chunks: [Entry]
                let total: Int
                let newest: String?
            }
            let index = try JSONDecoder().decode(Index.self, from: Data(try await visitor.get("/api/sessions/s1/windows/w1/chunks").bytes))
            #expect(index.chunks.map(\.full) == [false, true, false])
            #expect(index.total == 7)
            #expect(index.newest == index.chunks.last?.id)
            let later = try Self.envelope(try await visitor.get("\(Self.path)?cursor=\(index.chunks[1].cursor)"))
            let earlier = try Self.envelope(try await visitor.get("\(Self.path)?cursor=&until=\(index.chunks[1].cursor)"))
            #expect((earlier.events + later.events).compactMap(\.timestamp) == [1, 2, 3, 3, 4, 5, 6])
            #expect(earlier.events.count == 3)
            #expect(earlier.next_cursor == nil)
            let arrived = try Self.envelope(try await visitor.get("\(Self.path)?since_chunk=\(index.chunks[1].id)"))
            #expect(arrived.events.compactMap(\.timestamp) == [6])
        }
    }

    @Test(
        "bad cursors are refused",
        arguments: ["cursor=x", "cursor=%20", "cursor=&until=nonsense", "since_chunk=1", "cursor=MSAxLTAgLTI", "cursor=aW5mIDEtMCAw"])
    func bad(query: String) async throws {
        try await LiveServer.dashboard { _, visitor async throws in
            #expect(try await visitor.get("\(Self.path)?\(query)").status == .badRequest)
        }
    }

    @Test("events come as stored, byte for byte, compressed when the client takes it")
    func bytes() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let event = #"{"timestamp":5,"type":3, "data" : {"s":"\u003c\"}],\\","n":1e400,"deep":[[{"a":[]}]]}}"#
            let body = Array(#" {"sessionId":"s1", "events" : [ \#(event) , {"type":4,"timestamp":6} ] , "metadata":{"events":[1]}} "#.utf8)
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([5, 6])) { $0.body = body.withUnsafeBytes { Gzip.deflate($0) } })
            let plain = try await visitor.get(Self.path)
            #expect(plain.text == "[\(event),{\"type\":4,\"timestamp\":6}]")
            try await server.record(RecordedBatch("s2", events: (0..<200).map { _ in event }))
            let packed = try await visitor.get("/api/sessions/s2/windows/w1/events", [.acceptEncoding: "gzip"])
            #expect(packed.headers[.contentEncoding] == "gzip")
            #expect(packed.bytes.count < 2000)
        }
    }

    @Test("a chunk that cannot be read is left out and counted")
    func damaged() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(
                RecordedBatch("s1", events: RecordedBatch.events([1])),
                RecordedBatch("s1", events: RecordedBatch.events([2])) { $0.body = [1, 2, 3] })
            let response = try await visitor.get("\(Self.path)?cursor=")
            #expect(response.status == .ok)
            #expect(response.text.contains(#""unreadable_chunks":1"#))
        }
    }
}
