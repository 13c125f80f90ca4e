import Ingest

/// The query of the custom events page as the address gives it, and the way back into an address (spec 03 section 1.4).
struct CustomEventsAddress: Sendable, Equatable {
    enum Source: String, Sendable { case server, browser }

    var source: Source
    var search: String?
    var level: ServerEventLevel?
    var range: TimeRange
    /// Whether what the recorder itself notes is listed, too (spec 02 section 2.16, D15).
    var showsInternal: Bool
    var metricKey: String?
    var page: Int
    var perPage: Int

    static let defaultPerPage = 50
    static let maxPerPage = 200

    init(_ query: QueryString) {
        source = query["source"].flatMap(Source.init) ?? .server
        search = query.text("search")
        level = source == .server ? query["level"].flatMap(ServerEventLevel.init) : nil
        range = TimeRange(query)
        showsInternal = source == .browser && query["internal"] == "1"
        metricKey = query.text("metric_key")
        page = query.number("page", default: 1, in: 1...SessionsAddress.maxPage)
        perPage = query.number("per_page", default: Self.defaultPerPage, in: 1...Self.maxPerPage)
    }

    var isFiltered: Bool { search != nil || level != nil || range.since != nil || range.until != nil }

    /// - Parameters:
    ///   - changes: values that take the place of the page's own; nil leaves a name out.
    func parameters(page: Int? = nil, _ changes: [String: String?] = [:]) -> [(String, String)] {
        let all: [(String, String?)] = [
            ("source", source == .server ? nil : source.rawValue), ("search", search), ("level", level?.rawValue), ("since", range.sinceText),
            ("until", range.untilText), ("metric_key", metricKey), ("internal", showsInternal ? "1" : nil),
            ("per_page", perPage == Self.defaultPerPage ? nil : String(perPage)),
            ("page", page.flatMap { $0 > 1 ? String($0) : nil }),
        ]
        return all.compactMap { name, value in (changes[name] ?? value).map { (name, $0) } }
    }
}
