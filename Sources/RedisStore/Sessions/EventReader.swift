/// Pages of a window's events in the order of `EventPosition` (spec 03 section 1.5).
public struct EventReader: Sendable {
    private let store: SessionStore
    private let keys: SessionKeys?
    private let byteLimit: Int

    /// - Parameters:
    ///   - keys: opens what is sealed; nil where no encryption key is configured.
    ///   - byteLimit: JSON bytes after which a page ends early; one event always fits.
    public init(store: SessionStore, keys: SessionKeys? = nil, byteLimit: Int = 8 << 20) {
        self.store = store
        self.keys = keys
        self.byteLimit = byteLimit
    }

    /// Reads chunks by their start until nothing unread can come before what the page already holds.
    /// - Parameter limit: most events.
    /// - Throws: `RedisError` when Redis, or that of the keys, cannot be reached.
    public func page(_ range: EventRange, limit: Int, session: String, window: String, project: String) async throws(RedisError) -> EventPage {
        let index = try await store.chunkIndex(session: session, window: window, project: project)
        var page = EventPage()
        page.total = index.total
        page.newest = index.newest
        var opening = ChunkOpening(keys: keys, session: SessionReference(project: project, session: session), window: window)
        let wanted = index.entries.filter(range.mayOverlap)
        var held: [StoredEvent] = []
        var heldBytes = 0
        var next = 0
        while next < wanted.count, !isFull(held, heldBytes, limit, before: wanted[next].start) {
            let group = group(wanted, from: next, events: limit + 1 - min(held.count, limit))
            next += group.count
            let chunks = try await store.chunks(group.map(\.id), session: session, window: window, project: project)
            for chunk in chunks {
                for event in try await opening.events(of: chunk, noting: &page) where range.contains(event.position) {
                    held.append(event)
                    heldBytes += event.json.count
                }
            }
            held.sort { $0.position < $1.position }
        }
        fill(&page, with: held, limit: limit, isLast: next == wanted.count)
        return page
    }

    /// Events of chunks that arrived after one, sorted among themselves: what a page that is open asks for.
    /// - Parameter chunkLimit: most chunks to read.
    public func arrived(
        after id: ChunkID, chunkLimit: Int = 20, session: String, window: String, project: String
    ) async throws(RedisError) -> EventPage {
        let chunks = try await store.chunks(after: id, limit: chunkLimit, session: session, window: window, project: project)
        var page = EventPage()
        page.newest = chunks.last?.id ?? id
        var opening = ChunkOpening(keys: keys, session: SessionReference(project: project, session: session), window: window)
        for chunk in chunks { page.events += try await opening.events(of: chunk, noting: &page) }
        page.events.sort { $0.position < $1.position }
        return page
    }

    /// Whether the page can be cut: enough is held that lies before the next chunk.
    private func isFull(_ held: [StoredEvent], _ bytes: Int, _ limit: Int, before start: Double) -> Bool {
        guard held.count > limit || bytes > byteLimit else { return false }
        var count = 0
        var sum = 0
        for event in held {
            guard event.position.timestamp < start else { return false }
            count += 1
            sum += event.json.count
            if count > limit || sum > byteLimit { return true }
        }
        return false
    }

    /// The next few chunks in one round trip: about as many events as are missing, at most 16 chunks.
    private func group(_ entries: [ChunkIndex.Entry], from first: Int, events: Int) -> ArraySlice<ChunkIndex.Entry> {
        var end = first
        var sum = 0
        while end < entries.count, end - first < 16, sum < events {
            sum += entries[end].events
            end += 1
        }
        return entries[first..<end]
    }

    private func fill(_ page: inout EventPage, with held: [StoredEvent], limit: Int, isLast: Bool) {
        var bytes = 0
        for event in held {
            guard page.events.count < limit, page.events.isEmpty || bytes + event.json.count <= byteLimit else { break }
            page.events.append(event)
            bytes += event.json.count
        }
        page.hasMore = page.events.count < held.count || !isLast
    }
}
