public import Ingest

/// Custom events of recordings, the newest first: a bounded walk over the newest sessions (spec 02 section 2.15).
///
/// Recordings are the only place they are kept: nothing has to be erased twice.
public struct CustomEventScan: Sendable {
    /// One custom event of a recording.
    public struct Found: Sendable, Equatable {
        public let session: String
        public let window: String
        /// ms since 1970, by the browser's clock.
        public let atMs: Double
        /// Since the window began, ms.
        public let offsetMs: Double
        public let event: CustomEvent
    }

    public struct Result: Sendable, Equatable {
        /// Newest first.
        public var found: [Found] = []
        /// There may be more: a bound ended the walk.
        public var isCapped = false
        public var sessions = 0
    }

    private let list: SessionList
    private let store: SessionStore
    private let events: EventReader
    private let maxSessions: Int

    /// - Parameter maxSessions: sessions one walk may read.
    public init(list: SessionList, store: SessionStore, events: EventReader, maxSessions: Int = 200) {
        self.list = list
        self.store = store
        self.events = events
        self.maxSessions = maxSessions
    }

    /// - Parameters:
    ///   - since, until: seconds since 1970, inclusive, of the event.
    ///   - limit: events.
    ///   - showsInternal: also the recorder's own, whose tags begin with two underscores.
    public func newest(_ limit: Int, since: Double?, until: Double?, showsInternal: Bool, project: String) async throws(RedisError) -> Result {
        var result = Result()
        var page = 1
        // A session updated after `until` may hold older events; one last updated before `since` holds none.
        walk: while true {
            let sessions = try await list.page(SessionQuery(since: since, page: page, perPage: 50), project: project)
            for row in sessions.rows {
                guard result.sessions < maxSessions else {
                    result.isCapped = true
                    break walk
                }
                // Sessions come by their newest batch: nothing newer than what is held can follow.
                if result.found.count >= limit, let oldest = result.found.last?.atMs, row.updatedAt * 1000 < oldest { break walk }
                result.sessions += 1
                result.found += try await events(of: row, since: since, until: until, project: project)
                    .filter { showsInternal || !$0.event.tag.hasPrefix("__") }
                result.found.sort { $0.atMs > $1.atMs }
                if result.found.count > limit {
                    result.isCapped = true
                    result.found.removeLast(result.found.count - limit)
                }
            }
            guard sessions.hasNext else { break }
            page += 1
        }
        return result
    }

    private func events(of row: SessionRow, since: Double?, until: Double?, project: String) async throws(RedisError) -> [Found] {
        let finding = try await store.find(row.id, project: project)
        var found: [Found] = []
        for window in finding.windows {
            let index = try await store.chunkIndex(session: row.id, window: window.id, project: project)
            let start = index.entries.map(\.start).min() ?? 0
            var range = EventRange()
            while true {
                let page = try await events.page(range, limit: 5_000, session: row.id, window: window.id, project: project)
                for stored in page.events {
                    let at = stored.position.timestamp
                    if let since, at < since * 1000 { continue }
                    if let until, at > until * 1000 { continue }
                    guard let event = stored.json.withUnsafeBytes({ CustomEvent($0) }), event.tag != "error" else { continue }
                    found.append(Found(session: row.id, window: window.id, atMs: at, offsetMs: max(0, at - start), event: event))
                }
                guard let next = page.next else { break }
                range.after = next
            }
        }
        return found
    }
}
