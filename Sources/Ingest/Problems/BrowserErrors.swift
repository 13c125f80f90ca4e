/// The errors of one batch of a browser, grouped into what they add to problems.
struct BrowserErrors {
    /// Distinct problems one batch can touch; errors of others are counted.
    static let maxProblems = 100
    /// Values of one problem's facets that one batch can bring.
    private static let maxFacets = 100
    private static let maxDocumentBytes = 16_384
    /// Of one batch, roughly: a page gone wild must not become a commit of many megabytes.
    private static let maxBatchBytes = 2_097_152
    /// Occurrences one batch keeps in full, over all its problems, roughly; each costs Redis several commands.
    private static let maxBatchOccurrences = 200

    private let origin: ChunkOrigin
    private let receivedMs: Int64
    private var tallies: [Tally] = []
    private var places: [String: Int] = [:]
    /// Errors of problems beyond the bound.
    private(set) var unlinked = 0

    init(origin: ChunkOrigin, receivedMs: Int64) {
        self.origin = origin
        self.receivedMs = receivedMs
    }

    /// - Parameters:
    ///   - event: the bytes that are stored.
    ///   - page: the address of the page at that time, when the batch tells it.
    mutating func add(_ event: UnsafeRawBufferPointer, atMs: Int64, page: String?) {
        let error = BrowserError(event)
        let atMs = ProblemTime.bounded(atMs, receivedMs: receivedMs)
        let fingerprint = error.fingerprint(project: origin.project)
        if places[fingerprint] == nil, tallies.count < Self.maxProblems {
            places[fingerprint] = tallies.count
            tallies.append(Tally(fingerprint: fingerprint, error: error, atMs: atMs))
        }
        guard let place = places[fingerprint] else { return unlinked += error.count }
        let path = (error.url ?? page).map { String(decoding: PagePath.of(Array($0.utf8)), as: UTF8.self) }
        let occurrence = Occurrence(
            atMs: atMs, error: error, page: path.flatMap { $0.isEmpty ? nil : MetadataLimits.clamp($0, to: ProblemFacet.maxCharacters) })
        let facets = [("browser", origin.browser), ("device", origin.device), ("page", occurrence.page), ("release", error.release)]
        tallies[place].add(
            occurrence, facets: facets.compactMap { dimension, value in value.map { Facet(dimension: dimension, value: $0) } },
            buckets: ProblemTime.buckets(atMs, receivedMs: receivedMs), maxFacets: Self.maxFacets)
    }

    /// In the order of their first errors.
    func deltas() -> [ProblemDelta] {
        var limit = ProblemDelta.maxOccurrences
        let kept = tallies.map { tally in tally.newest.map { document($0) } }
        let size = { (limit: Int) in kept.reduce(0) { $0 + $1.suffix(limit).reduce(0) { $0 + $1.document.count } } }
        let count = { (limit: Int) in kept.reduce(0) { $0 + min(limit, $1.count) } }
        while limit > 1, size(limit) > Self.maxBatchBytes || count(limit) > Self.maxBatchOccurrences { limit /= 2 }
        return zip(tallies, kept).map { $0.delta($1.suffix(limit)) }
    }

    private func document(_ occurrence: Occurrence) -> OccurrenceDraft {
        let error = occurrence.error
        var writer = OccurrenceWriter(maxBytes: Self.maxDocumentBytes)
        writer.add("exception_class", error.name)
        writer.add("message", error.message)
        writer.add("platform", Tally.platform)
        writer.add("release", error.release)
        writer.add("browser", origin.browser)
        writer.add("device", origin.device)
        writer.add("page", occurrence.page)
        writer.add("source", error.source)
        writer.add("line", error.line)
        writer.add("column", error.column)
        writer.add("handled", error.handled)
        return OccurrenceDraft(atMs: occurrence.atMs, document: writer.finish(backtrace: error.backtrace))
    }
}

private struct Occurrence {
    var atMs: Int64
    var error: BrowserError
    var page: String?
}

private struct Facet: Hashable {
    var dimension: String
    var value: String
}

/// What is known of one problem.
private struct Tally {
    static let platform = "javascript"

    private let fingerprint: String
    private var count = 0
    private var firstMs: Int64 = .max
    private var last: Occurrence
    private var release: (name: String, atMs: Int64)?
    private var facets: [Facet: Int] = [:]
    private var buckets: [String: Int] = [:]
    /// Oldest first; of the same time as they came.
    private(set) var newest: [Occurrence] = []

    init(fingerprint: String, error: BrowserError, atMs: Int64) {
        self.fingerprint = fingerprint
        last = Occurrence(atMs: atMs, error: error)
    }

    mutating func add(_ occurrence: Occurrence, facets added: [Facet], buckets names: [String], maxFacets: Int) {
        let number = occurrence.error.count
        count += number
        firstMs = min(firstMs, occurrence.atMs)
        if occurrence.atMs >= last.atMs { last = occurrence }
        if let name = occurrence.error.release, occurrence.atMs >= release?.atMs ?? .min { release = (name, occurrence.atMs) }
        for facet in added where facets.count < maxFacets || facets[facet] != nil { facets[facet, default: 0] += number }
        for name in names { buckets[name, default: 0] += number }
        let place = newest.lastIndex { $0.atMs <= occurrence.atMs }.map { $0 + 1 } ?? 0
        newest.insert(occurrence, at: place)
        if newest.count > ProblemDelta.maxOccurrences { newest.removeFirst() }
    }

    func delta(_ occurrences: ArraySlice<OccurrenceDraft>) -> ProblemDelta {
        ProblemDelta(
            fingerprint: fingerprint, origin: .browser, exceptionClass: last.error.name, title: last.error.title, message: last.error.message,
            group: last.error.group, platform: Self.platform, release: release?.name, count: count, firstMs: firstMs, lastMs: last.atMs,
            facets: facets.map { ProblemFacet(dimension: $0.dimension, value: $0.value, count: $1) }
                .sorted { ($0.dimension, $0.value) < ($1.dimension, $1.value) },
            buckets: buckets.map(ProblemBucket.init).sorted { $0.name < $1.name }, occurrences: Array(occurrences))
    }
}
