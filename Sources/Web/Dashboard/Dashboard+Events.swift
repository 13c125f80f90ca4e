import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    /// The events of a window (spec 03 section 1.5): an envelope when `cursor` or `since_chunk` is there, else the original's bare array.
    func events(_ call: DashboardRequest, session: String, window: String) async throws -> Response {
        let most = max(1, configuration.maxEventsPerPage)
        let limit = call.query.number("limit", default: most, in: 1...most)
        if let text = call.query["since_chunk"] {
            guard let chunk = text.isEmpty ? ChunkID(milliseconds: 0, sequence: 0) : ChunkID(text) else { throw badCursor }
            let page = try readable(try await events.arrived(after: chunk, session: session, window: window, project: call.project))
            // A live view asks again and again: what it is shown counts.
            if !page.events.isEmpty { await record(call, .viewSession, session: session, window: window) }
            return reply(call, envelope(page))
        }
        var range = EventRange()
        guard let cursor = call.query["cursor"] else {
            range.afterTimestamp = call.query["after"].flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
            return reply(call, array(try await seen(range, limit: limit, call, session, window).events))
        }
        if !cursor.isEmpty {
            guard let position = EventPosition(cursor: cursor) else { throw badCursor }
            range.after = position
        }
        if let until = call.query["until"], !until.isEmpty {
            guard let position = EventPosition(cursor: until) else { throw badCursor }
            range.before = position
        }
        return reply(call, envelope(try await seen(range, limit: limit, call, session, window)))
    }

    /// A page of events, audited unless there is no such window.
    private func seen(
        _ range: EventRange, limit: Int, _ call: DashboardRequest, _ session: String, _ window: String
    ) async throws -> EventPage {
        let page = try readable(try await events.page(range, limit: limit, session: session, window: window, project: call.project))
        if page.total > 0 { await record(call, .viewSession, session: session, window: window) }
        return page
    }

    /// A page of which nothing can be decrypted is an error, or it would look like a recording without events.
    private func readable(_ page: EventPage) throws -> EventPage {
        guard page.events.isEmpty, let fault = page.keyFault else { return page }
        throw DashboardFailure(status: .gone, message: "this recording cannot be decrypted: \(fault)", isJSON: true)
    }

    /// What a seek is planned with: the chunks by start, each with a cursor that begins at it.
    func chunks(_ call: DashboardRequest, session: String, window: String) async throws -> Response {
        struct Entry: Encodable {
            let id: String
            let events: Int
            let start: Double
            let end: Double
            let full: Bool
            let cursor: String
        }
        struct Index: Encodable {
            let chunks: [Entry]
            let total: Int
            let newest: String?
        }
        let index = try await store.chunkIndex(session: session, window: window, project: call.project)
        let entries = index.entries.map {
            Entry(
                id: "\($0.id)", events: $0.events, start: $0.start, end: $0.end, full: $0.isFull, cursor: EventPosition(before: $0).cursor)
        }
        return reply(call, Array(try JSONEncoder().encode(Index(chunks: entries, total: index.total, newest: index.newest?.description))))
    }

    private var badCursor: DashboardFailure { DashboardFailure(status: .badRequest, message: "invalid cursor", isJSON: true) }

    private func array(_ events: [StoredEvent]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(events.reduce(2) { $0 + $1.json.count + 1 })
        bytes.append(UInt8(ascii: "["))
        for (index, event) in events.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += event.json
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private func envelope(_ page: EventPage) -> [UInt8] {
        var bytes = Array(#"{"events":"#.utf8)
        bytes += array(page.events)
        bytes += Array(#","next_cursor":"#.utf8)
        bytes += Array((page.next.map { "\"\($0.cursor)\"" } ?? "null").utf8)
        bytes += Array(#","total":\#(page.total),"newest_chunk":"#.utf8)
        bytes += Array((page.newest.map { "\"\($0)\"" } ?? "null").utf8)
        bytes += Array(#","unreadable_chunks":\#(page.unreadable),"locked_chunks":\#(page.locked)}"#.utf8)
        return bytes
    }

    /// Recordings shrink to a tenth, and viewers are often far away.
    private func reply(_ call: DashboardRequest, _ bytes: [UInt8]) -> Response {
        let accepts = call.headers[values: .acceptEncoding].joined(separator: ",").lowercased()
        guard bytes.count > 1024, accepts.contains("gzip"), !accepts.contains("gzip;q=0") || accepts.contains("gzip;q=0.") else {
            return DashboardReply.json(bytes)
        }
        var response = DashboardReply.json(bytes.withUnsafeBytes { Gzip.deflate($0, level: 1) })
        response.headers[.contentEncoding] = "gzip"
        response.headers[.vary] = "Accept-Encoding"
        return response
    }
}
