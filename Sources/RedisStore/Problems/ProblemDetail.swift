/// A problem with what its page shows beside it.
public struct ProblemDetail: Sendable, Equatable {
    public var problem: Problem
    public var trend: ProblemTrend
    /// By dimension (`browser`, `device`, `page`, `release`, `environment`), the most frequent value first; dimensions without a value are left out.
    public var facets: [String: [FacetValue]]
    /// At most 50, the newest first.
    public var sessions: [AffectedSession]

    public init(problem: Problem, trend: ProblemTrend = ProblemTrend(), facets: [String: [FacetValue]] = [:], sessions: [AffectedSession] = []) {
        self.problem = problem
        self.trend = trend
        self.facets = facets
        self.sessions = sessions
    }
}

/// How many of a problem's occurrences had one value of a dimension.
public struct FacetValue: Sendable, Hashable {
    public var value: String
    public var count: Int
    /// Of a release: s since 1970.
    public var firstSeen: Double?

    public init(value: String, count: Int, firstSeen: Double? = nil) {
        self.value = value
        self.count = count
        self.firstSeen = firstSeen
    }
}

/// A session a problem happened in.
public struct AffectedSession: Sendable, Hashable {
    public var session: String
    /// The window it last happened in, as far as that occurrence is kept and told it.
    public var window: String?
    /// When it last happened there, as its sender said, s since 1970; else when that arrived.
    public var at: Double

    public init(session: String, window: String? = nil, at: Double) {
        self.session = session
        self.window = window
        self.at = at
    }
}

/// Names the problems of a project were seen with, the newest first.
public struct ProblemNames: Sendable, Hashable {
    public var environments: [String]
    public var releases: [String]

    public init(environments: [String] = [], releases: [String] = []) {
        self.environments = environments
        self.releases = releases
    }
}

/// Occurrences, newest first.
public struct OccurrencePage: Sendable, Equatable {
    public var occurrences: [Occurrence]
    /// What `before` takes to go on; nil: these are the last.
    public var next: String?

    public init(occurrences: [Occurrence] = [], next: String? = nil) {
        self.occurrences = occurrences
        self.next = next
    }
}
