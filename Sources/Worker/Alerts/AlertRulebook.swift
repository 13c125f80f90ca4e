import Ingest
import RedisStore

/// Rules and channels, remembered for a few seconds.
actor AlertRulebook {
    static let seconds = 5

    private let book: AlertBook
    private var known: [String: (contents: AlertBook.Contents, until: ContinuousClock.Instant)] = [:]

    init(book: AlertBook) { self.book = book }

    func contents(project: String) async throws(RedisError) -> AlertBook.Contents {
        let now = ContinuousClock.now
        known = known.filter { $0.value.until > now }
        if let entry = known[project], entry.until > now { return entry.contents }
        let contents = try await book.contents(project: project)
        known[project] = (contents, now + .seconds(Self.seconds))
        return contents
    }

    /// A channel as it is now: one that was made or changed a moment ago must not count as deleted.
    func channel(_ id: String, project: String) async throws(RedisError) -> AlertChannel? {
        known[project] = nil
        return try await contents(project: project).channel(id)
    }
}
