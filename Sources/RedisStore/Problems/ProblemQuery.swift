public import Ingest

/// Which problems a list shows (spec 03 section 1.4, spec 02 section 2.14).
public struct ProblemQuery: Sendable, Equatable {
    public enum Sort: String, Sendable, CaseIterable {
        case lastSeen = "last_seen"
        case firstSeen = "first_seen"
        case count
    }

    /// nil: both.
    public var origin: ProblemOrigin?
    public var status: ProblemStatus?
    /// Case-insensitive, in title or class.
    public var search: String?
    /// Seconds since 1970, inclusive, on `lastSeen`.
    public var since: Double?
    public var until: Double?
    public var environment: String?
    public var release: String?
    /// Descending.
    public var sort = Sort.lastSeen
    /// From 1.
    public var page = 1
    public var perPage = 50

    public init() {}
}

/// One page of a list.
public struct ProblemPage: Sendable, Equatable {
    public var problems: [Problem]
    public var hasNext: Bool
    /// All that match.
    public var total: Int

    public init(problems: [Problem] = [], hasNext: Bool = false, total: Int = 0) {
        self.problems = problems
        self.hasNext = hasNext
        self.total = total
    }
}
