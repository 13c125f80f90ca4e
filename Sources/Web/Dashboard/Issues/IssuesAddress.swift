import Ingest
import RedisStore

/// The issue list's query as the address gives it, and the way back into an address (spec 03 section 1.4).
struct IssuesAddress: Sendable, Equatable {
    /// nil: of servers and browsers.
    var origin: ProblemOrigin?
    var status: ProblemStatus?
    var search: String?
    var sort: ProblemQuery.Sort
    var range: TimeRange
    var environment: String?
    var release: String?
    var page: Int
    var perPage: Int

    /// Of these parameters in a form, where `status` and `until` are what an issue gets.
    static let prefix = "list_"
    static let defaultPerPage = 50
    static let maxPerPage = 200
    /// Protects the offset arithmetic.
    static let maxPage = 10_000

    init(_ query: QueryString) {
        origin = query["source"].flatMap(Self.origin)
        status = query["status"].flatMap(ProblemStatus.init)
        search = query.text("search")
        // The original's list of browser errors calls it so.
        sort = query["sort_by"].flatMap { $0 == "recency" ? .lastSeen : ProblemQuery.Sort(rawValue: $0) } ?? .lastSeen
        range = TimeRange(query)
        environment = query.text("environment")
        release = query.text("release")
        page = query.number("page", default: 1, in: 1...Self.maxPage)
        perPage = query.number("per_page", default: Self.defaultPerPage, in: 1...Self.maxPerPage)
    }

    private static func origin(_ source: String) -> ProblemOrigin? {
        switch source {
        case "server": .server
        case "client", "browser": .browser
        default: nil
        }
    }

    /// What the parameter `source` says.
    static func source(_ origin: ProblemOrigin?) -> String? {
        switch origin {
        case .server: "server"
        case .browser: "client"
        case nil: nil
        }
    }

    var query: ProblemQuery {
        var query = ProblemQuery()
        query.origin = origin
        query.status = status
        query.search = search
        query.since = range.since
        query.until = range.until
        query.environment = environment
        query.release = release
        query.sort = sort
        query.page = page
        query.perPage = perPage
        return query
    }

    /// The view of the list that a link or form of an issue's page carries along.
    init(carriedBy query: QueryString) { self.init(query.below(Self.prefix)) }

    /// What carries this view along; nothing for the list as it opens.
    var carried: [(String, String)] { parameters(page: page).map { (Self.prefix + $0.0, $0.1) } }

    /// Whether something but the tab narrows the list.
    var isFiltered: Bool {
        status != nil || search != nil || range.since != nil || range.until != nil || environment != nil || release != nil
    }

    /// What a link to this view carries; defaults are left out.
    /// - Parameter without: names left out, for the link that removes a filter.
    func parameters(page: Int? = nil, without: Set<String> = []) -> [(String, String)] {
        let all: [(String, String?)] = [
            ("source", Self.source(origin)), ("status", status?.rawValue), ("search", search), ("since", range.sinceText),
            ("until", range.untilText), ("environment", environment), ("release", release),
            ("sort_by", sort == .lastSeen ? nil : sort.rawValue), ("per_page", perPage == Self.defaultPerPage ? nil : String(perPage)),
            ("page", page.flatMap { $0 > 1 ? String($0) : nil }),
        ]
        return all.compactMap { name, value in without.contains(name) ? nil : value.map { (name, $0) } }
    }
}
