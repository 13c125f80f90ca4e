/// What the session list is asked for (spec 03 section 1.4).
public struct SessionQuery: Sendable, Equatable {
    /// The order; always descending.
    public enum Sort: String, Sendable, CaseIterable {
        case updatedAt = "updated_at"
        case createdAt = "created_at"
        case eventCount = "event_count"
    }

    /// Case-insensitive substring of the id, an address or a metadata value.
    public var search: String?
    public var sort: Sort
    /// Bounds of `updated_at` in seconds since 1970, both inclusive.
    public var since: Double?
    public var until: Double?
    public var hasErrors: Bool
    /// From 1.
    public var page: Int
    public var perPage: Int
    /// Where an earlier bounded search stopped.
    public var resume: ListPosition?

    public init(
        search: String? = nil, sort: Sort = .updatedAt, since: Double? = nil, until: Double? = nil, hasErrors: Bool = false,
        page: Int = 1, perPage: Int = 20, resume: ListPosition? = nil
    ) {
        self.search = search
        self.sort = sort
        self.since = since
        self.until = until
        self.hasErrors = hasErrors
        self.page = page
        self.perPage = perPage
        self.resume = resume
    }

    /// Whether rows must be read to tell if they match. Otherwise the sorted sets answer alone.
    var readsRows: Bool {
        search != nil || (sort != .updatedAt && (hasErrors || since != nil || until != nil))
    }

    func matches(_ row: SessionRow, _ text: TextSearch?) -> Bool {
        if hasErrors && !row.hasErrors { return false }
        if let since, row.updatedAt < since { return false }
        if let until, row.updatedAt > until { return false }
        return text?.matches(row) ?? true
    }
}

/// A place in a sorted set: score, then member.
public struct ListPosition: Sendable, Equatable {
    public let score: Double
    public let id: String

    public init(score: Double, id: String) {
        self.score = score
        self.id = id
    }

    /// For a link; ids hold no dot.
    public var text: String { "\(id).\(score)" }

    public init?(text: String) {
        guard let dot = text.firstIndex(of: "."), let score = Double(text[text.index(after: dot)...]), score.isFinite else { return nil }
        self.init(score: score, id: String(text[..<dot]))
    }
}

/// One page of the list.
public struct SessionPage: Sendable, Equatable {
    public var rows: [SessionRow]
    public var hasNext: Bool
    /// How many the indexes hold; nil when rows had to be searched.
    public var total: Int?
    /// How many rows a search looked at, and where it may go on; nil when it saw all.
    public var searched: Int?
    public var resume: ListPosition?
}
