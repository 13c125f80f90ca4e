/// Where an error was seen.
public enum ProblemOrigin: String, Sendable, Hashable, CaseIterable {
    case server, browser
}

/// What one batch or one report adds to one problem (docs/errors.md). Everything in it is redacted and bounded.
public struct ProblemDelta: Sendable, Equatable {
    /// Most occurrences of one problem that one batch keeps in full; the others are counted.
    public static let maxOccurrences = 20

    /// 40 lower-case hexadecimal digits.
    public var fingerprint: String
    public var origin: ProblemOrigin
    /// Empty when the browser told none.
    public var exceptionClass: String
    /// `<class>: <message>`, at most 200 characters; a problem keeps its first.
    public var title: String
    /// Of the newest occurrence, at most 4,000 characters.
    public var message: String
    /// The original's id of a browser error: SHA-1 of its message key. nil for servers.
    public var group: String?
    public var platform: String?
    /// Of the newest occurrence that told one.
    public var release: String?
    public var count: Int
    /// Of the occurrences, ms since 1970, as their senders said.
    public var firstMs: Int64
    public var lastMs: Int64
    public var facets: [ProblemFacet]
    /// Occurrences per time: `m<yyyymmddhhmm>`, `h<yyyymmddhh>` and `d<yyyymmdd>`, UTC.
    public var buckets: [ProblemBucket]
    /// The newest, oldest first.
    public var occurrences: [OccurrenceDraft]

    public init(
        fingerprint: String, origin: ProblemOrigin, exceptionClass: String, title: String, message: String, group: String? = nil,
        platform: String? = nil, release: String? = nil, count: Int = 1, firstMs: Int64, lastMs: Int64, facets: [ProblemFacet] = [],
        buckets: [ProblemBucket] = [], occurrences: [OccurrenceDraft] = []
    ) {
        self.fingerprint = fingerprint
        self.origin = origin
        self.exceptionClass = exceptionClass
        self.title = title
        self.message = message
        self.group = group
        self.platform = platform
        self.release = release
        self.count = count
        self.firstMs = firstMs
        self.lastMs = lastMs
        self.facets = facets
        self.buckets = buckets
        self.occurrences = occurrences
    }
}

/// How many of the occurrences had one value of a dimension: `browser`, `device`, `page` (path), `release`, `environment`.
public struct ProblemFacet: Sendable, Hashable {
    public var dimension: String
    /// At most 200 characters.
    public var value: String
    public var count: Int

    public init(dimension: String, value: String, count: Int) {
        self.dimension = dimension
        self.value = value
        self.count = count
    }
}

/// How many of the occurrences fell into one minute, hour or day.
public struct ProblemBucket: Sendable, Hashable {
    public var name: String
    public var count: Int

    public init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

/// One occurrence to keep.
public struct OccurrenceDraft: Sendable, Equatable {
    /// When its sender says it happened, ms since 1970.
    public var atMs: Int64
    /// A JSON object (docs/errors.md, "Occurrence"), at most 64 KiB.
    public var document: [UInt8]

    public init(atMs: Int64, document: [UInt8]) {
        self.atMs = atMs
        self.document = document
    }
}
