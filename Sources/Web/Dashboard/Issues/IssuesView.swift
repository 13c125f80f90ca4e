import Ingest
import RedisStore

/// What the template of the issue list shows.
struct IssuesView: Sendable {
    struct Row: Sendable {
        let fingerprint: String
        let link: String
        let statusURL: String
        let exceptionClass: String?
        let message: String
        let isNew: Bool
        let regressed: String?
        let origin: String
        /// The most frequent browser, and how many others.
        let browser: String?
        let trend: TrendLine
        let count: String
        let countLabel: String
        let sessions: String
        let sessionsLabel: String
        let badge: StatusBadge
        let firstSeen: Format.Time
        let lastSeen: Format.Time
        let buttons: [StatusButton]
    }

    let frame: Frame
    let tabs: [PageTab]
    let action: String
    let bulkURL: String
    let source: String?
    let search: String
    let since: String
    let until: String
    let perPage: Int
    let statuses: [SessionsView.Choice]
    let sorts: [SessionsView.Choice]
    /// Empty when no issue told one.
    let environments: [SessionsView.Choice]
    let releases: [SessionsView.Choice]
    let chips: [SessionsView.Chip]
    let clearURL: String
    /// What a form posts so that the answer leads back to this view.
    let back: [SessionsView.Hidden]
    let bulkButtons: [StatusButton]
    let rows: [Row]
    let hasRows: Bool
    let summary: String?
    let countColumn: SessionsView.Column
    let firstColumn: SessionsView.Column
    let lastColumn: SessionsView.Column
    let previousURL: String?
    let nextURL: String?
    let pageNumber: Int
    let hasPager: Bool
    let isEmpty: Bool
    let isUnmatched: Bool
    /// Of a page behind the last one: the first.
    let firstPageURL: String?
    let emptyHeading: String
    /// The other tab, when that one has something to show.
    let sibling: PageTab.Sibling?
    let installURL: String
}

extension IssuesView {
    /// - Parameter others: how many issues the other origin has.
    init(
        frame: Frame, address: IssuesAddress, result: ProblemPage, names: ProblemNames, others: Int, browsers: [String: [FacetValue]],
        trends: [String: [TrendPoint]], urls: DashboardURLs
    ) {
        func link(_ change: (inout IssuesAddress) -> Void) -> String {
            var changed = address
            change(&changed)
            return urls.issues(changed.parameters())
        }
        func column(_ text: String, _ sort: ProblemQuery.Sort) -> SessionsView.Column {
            .init(text: text, url: link { $0.sort = sort }, isSorted: address.sort == sort)
        }
        self.frame = frame
        tabs = [(nil, "All"), (.server, "Server"), (.browser, "Browser")].map { (origin: ProblemOrigin?, title) in
            PageTab(title: title, url: link { $0.origin = origin }, isCurrent: address.origin == origin)
        }
        action = urls.issues()
        bulkURL = urls.issuesStatus
        source = IssuesAddress.source(address.origin)
        search = address.search ?? ""
        since = address.range.sinceText ?? ""
        until = address.range.untilText ?? ""
        perPage = address.perPage
        statuses = ProblemStatus.allCases.map {
            .init(value: $0.rawValue, text: AuditView.words($0.rawValue), isChosen: $0 == address.status)
        }
        sorts = [(ProblemQuery.Sort.lastSeen, "Last seen"), (.firstSeen, "First seen"), (.count, "Count")].map {
            .init(value: $0.0.rawValue, text: $0.1, isChosen: $0.0 == address.sort)
        }
        environments = Self.choices(names.environments, chosen: address.environment)
        releases = Self.choices(names.releases, chosen: address.release)
        chips = Self.chips(address, urls)
        clearURL = urls.issues(IssuesAddress.source(address.origin).map { [("source", $0)] } ?? [])
        back = address.carried.map(SessionsView.Hidden.init)
        bulkButtons = StatusButton.all()
        rows = result.problems.map {
            Row(
                $0, list: address, browsers: browsers[$0.fingerprint] ?? [], trend: TrendLine(trends[$0.fingerprint] ?? []), urls: urls)
        }
        hasRows = !result.problems.isEmpty
        countColumn = column("Count", .count)
        firstColumn = column("First seen", .firstSeen)
        lastColumn = column("Last seen", .lastSeen)
        pageNumber = address.page
        previousURL = address.page > 1 ? urls.issues(address.parameters(page: address.page - 1)) : nil
        nextURL = result.hasNext ? urls.issues(address.parameters(page: address.page + 1)) : nil
        hasPager = previousURL != nil || nextURL != nil
        isEmpty = result.problems.isEmpty && !address.isFiltered && address.page == 1
        firstPageURL = result.problems.isEmpty && result.total > 0 ? urls.issues(address.parameters()) : nil
        isUnmatched = result.problems.isEmpty && !isEmpty && firstPageURL == nil
        let first = (address.page - 1) * address.perPage + 1
        summary =
            result.problems.isEmpty
            ? nil : "\(Format.count(first))–\(Format.count(first + rows.count - 1)) of \(Format.count(max(result.total, first + rows.count - 1)))"
        emptyHeading =
            switch address.origin {
            case .server: "No server exception yet"
            case .browser: "No browser error yet"
            case nil: "No issue yet"
            }
        sibling = address.origin.flatMap { origin in
            others == 0
                ? nil
                : PageTab.Sibling(text: "There \(others == 1 ? "is" : "are") \(origin.other.noun(others))", url: link { $0.origin = origin.other })
        }
        installURL = urls.install
    }

    /// A name that was asked for stays there to be seen, even when no issue has it any more.
    private static func choices(_ names: [String], chosen: String?) -> [SessionsView.Choice] {
        let all = chosen.map { names.contains($0) ? names : [$0] + names } ?? names
        return all.map { .init(value: $0, text: $0, isChosen: $0 == chosen) }
    }

    private static func chips(_ address: IssuesAddress, _ urls: DashboardURLs) -> [SessionsView.Chip] {
        let all: [(String, String?)] = [
            ("search", address.search.map { "“\($0)”" }), ("status", address.status.map { AuditView.words($0.rawValue) }),
            ("since", address.range.sinceText.map { "From \($0)" }), ("until", address.range.untilText.map { "To \($0)" }),
            ("environment", address.environment), ("release", address.release.map { "Release \($0)" }),
        ]
        return all.compactMap { name, text in
            text.map { .init(text: $0, removeURL: urls.issues(address.parameters(without: [name]))) }
        }
    }
}

extension IssuesView.Row {
    init(_ problem: Problem, list: IssuesAddress, browsers: [FacetValue], trend: TrendLine, urls: DashboardURLs) {
        fingerprint = problem.fingerprint
        link = urls.issue(problem.fingerprint, list: list.carried)
        statusURL = urls.issueStatus(problem.fingerprint)
        exceptionClass = problem.shownClass
        message = problem.headline
        isNew = list.range.since.map { problem.firstSeen >= $0 } ?? false
        regressed = problem.regressedAt.map { at in
            "Came back \(Format.time(at).text)" + (problem.regressedRelease.map { " in release \($0)" } ?? "")
        }
        origin = problem.origin.title
        browser = browsers.first.map { $0.value + (browsers.count > 1 ? " +\(browsers.count - 1)" : "") }
        self.trend = trend
        count = Format.count(problem.count)
        countLabel = problem.count == 1 ? "time" : "times"
        sessions = Format.count(problem.sessions)
        sessionsLabel = problem.sessions == 1 ? "session" : "sessions"
        badge = StatusBadge(problem.status)
        firstSeen = Format.time(problem.firstSeen)
        lastSeen = Format.time(problem.lastSeen)
        buttons = StatusButton.all(but: problem.status)
    }
}
