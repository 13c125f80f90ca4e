import RedisStore

/// The list's query as the address gives it, and the way back into an address (spec 03 section 1.4).
struct SessionsAddress: Sendable, Equatable {
    var search: String?
    var sort: SessionQuery.Sort
    var range: TimeRange
    var hasErrors: Bool
    var page: Int
    var perPage: Int
    var resume: ListPosition?

    static let defaultPerPage = 20
    static let maxPerPage = 100
    /// Protects the offset arithmetic.
    static let maxPage = 10_000

    init(_ query: QueryString) {
        search = query.text("search")
        sort = query["sort_by"].flatMap(SessionQuery.Sort.init) ?? .updatedAt
        range = TimeRange(query)
        hasErrors = query["has_errors"] == "true"
        page = query.number("page", default: 1, in: 1...Self.maxPage)
        perPage = query.number("per_page", default: Self.defaultPerPage, in: 1...Self.maxPerPage)
        resume = query["from"].flatMap(ListPosition.init(text:))
    }

    var query: SessionQuery {
        SessionQuery(
            search: search, sort: sort, since: range.since, until: range.until, hasErrors: hasErrors, page: page, perPage: perPage, resume: resume)
    }

    var isFiltered: Bool { search != nil || range.since != nil || range.until != nil || hasErrors }

    /// What a link to this view carries; defaults are left out.
    /// - Parameter without: names left out, for the link that removes a filter.
    func parameters(page: Int? = nil, resume: ListPosition? = nil, without: Set<String> = []) -> [(String, String)] {
        var result: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value, !without.contains(name) { result.append((name, value)) }
        }
        add("search", search)
        add("since", range.sinceText)
        add("until", range.untilText)
        add("sort_by", sort == .updatedAt ? nil : sort.rawValue)
        add("has_errors", hasErrors ? "true" : nil)
        add("per_page", perPage == Self.defaultPerPage ? nil : String(perPage))
        add("from", resume?.text)
        add("page", page.flatMap { $0 > 1 ? String($0) : nil })
        return result
    }
}

/// What the template of the sessions index shows.
struct SessionsView: Sendable {
    struct Row: Sendable {
        let id: String
        let shortID: String
        let url: String
        let deleteURL: String
        let page: String
        let pageURL: String?
        let hasErrors: Bool
        let browser: String
        let device: String?
        let country: String?
        let windows: String
        let windowsLabel: String
        let events: String
        let eventsLabel: String
        let duration: String
        let updated: Format.Time
    }

    struct Chip: Sendable {
        let text: String
        let removeURL: String
    }

    struct Choice: Sendable {
        let value: String
        let text: String
        let isChosen: Bool
    }

    struct Column: Sendable {
        let text: String
        let url: String
        let isSorted: Bool
    }

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    let frame: Frame
    let action: String
    let bulkURL: String
    let search: String
    let since: String
    let until: String
    let perPage: Int
    let sorts: [Choice]
    let hasErrors: Bool
    let chips: [Chip]
    let clearURL: String
    /// What a form posts so that the answer leads back to this view.
    let back: [Hidden]
    let rows: [Row]
    let hasRows: Bool
    let summary: String?
    let eventColumn: Column
    let updatedColumn: Column
    let createdColumn: Column
    let previousURL: String?
    let nextURL: String?
    let pageNumber: Int
    let hasPager: Bool
    /// A bounded search that did not see everything.
    let searched: String?
    let continueURL: String?
    let isEmpty: Bool
    let isUnmatched: Bool
    let snippet: String
    let countURL: String
    let installURL: String
}

extension SessionsView {
    init(frame: Frame, address: SessionsAddress, result: SessionPage, urls: DashboardURLs, snippet: String) {
        func link(_ change: (inout SessionsAddress) -> Void) -> String {
            var changed = address
            change(&changed)
            return urls.sessions(changed.parameters())
        }
        func column(_ text: String, _ sort: SessionQuery.Sort) -> Column {
            Column(text: text, url: link { $0.sort = sort }, isSorted: address.sort == sort)
        }
        self.frame = frame
        action = urls.sessions()
        bulkURL = urls.bulkDelete
        search = address.search ?? ""
        since = address.range.sinceText ?? ""
        until = address.range.untilText ?? ""
        perPage = address.perPage
        hasErrors = address.hasErrors
        sorts = [(SessionQuery.Sort.updatedAt, "Last activity"), (.createdAt, "Created"), (.eventCount, "Event count")].map {
            Choice(value: $0.0.rawValue, text: $0.1, isChosen: $0.0 == address.sort)
        }
        var chips: [Chip] = []
        func chip(_ text: String, _ name: String) {
            chips.append(Chip(text: text, removeURL: urls.sessions(address.parameters(without: [name]))))
        }
        if let search = address.search { chip("“\(search)”", "search") }
        if let since = address.range.sinceText { chip("From \(since)", "since") }
        if let until = address.range.untilText { chip("To \(until)", "until") }
        if address.hasErrors { chip("Has errors", "has_errors") }
        self.chips = chips
        clearURL = urls.sessions()
        back = address.parameters(page: address.page, resume: address.resume).map { Hidden(name: $0.0, value: $0.1) }
        rows = result.rows.map { Row($0, urls: urls) }
        hasRows = !result.rows.isEmpty
        eventColumn = column("Events", .eventCount)
        updatedColumn = column("Last activity", .updatedAt)
        createdColumn = column("Created", .createdAt)
        pageNumber = address.page
        previousURL = address.page > 1 ? urls.sessions(address.parameters(page: address.page - 1, resume: address.resume)) : nil
        nextURL = result.hasNext ? urls.sessions(address.parameters(page: address.page + 1, resume: address.resume)) : nil
        hasPager = previousURL != nil || nextURL != nil
        searched = result.searched.map { "Searched the newest \(Format.count($0, "session"))\(address.resume == nil ? "" : " of this part")." }
        continueURL = result.resume.map { urls.sessions(address.parameters(resume: $0)) }
        isEmpty = result.rows.isEmpty && !address.isFiltered && address.page == 1
        isUnmatched = result.rows.isEmpty && !isEmpty
        let first = (address.page - 1) * address.perPage + 1
        summary =
            result.rows.isEmpty
            ? nil
            : "\(Format.count(first))–\(Format.count(first + result.rows.count - 1))"
                + (result.total.map { " of \(Format.count(max($0, first + result.rows.count - 1)))" } ?? "")
        self.snippet = snippet
        countURL = urls.sessionCount
        installURL = urls.install
    }
}

extension SessionsView.Row {
    init(_ row: SessionRow, urls: DashboardURLs) {
        id = row.id
        shortID = String(row.id.prefix(8))
        url = urls.session(row.id)
        deleteURL = urls.deleteSession(row.id)
        pageURL = row.url
        page = row.url.map(Self.path) ?? "—"
        hasErrors = row.hasErrors
        browser = row.browser ?? "Unknown browser"
        device = row.device == "Desktop" ? nil : row.device
        country = row.place["country"]
        windows = Format.count(row.windowCount)
        windowsLabel = row.windowCount == 1 ? "tab" : "tabs"
        events = Format.count(row.eventCount)
        eventsLabel = row.eventCount == 1 ? "event" : "events"
        duration = Format.duration(row.duration)
        updated = Format.time(row.updatedAt)
    }

    /// The path of an address, without scheme, host, query and fragment.
    static func path(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
    }
}
