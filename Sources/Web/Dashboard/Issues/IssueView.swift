import Ingest
import RedisStore

/// What the template of an issue's page shows.
struct IssueView: Sendable {
    struct Figure: Sendable {
        let name: String
        let value: String
    }

    struct Facet: Sendable {
        let heading: String
        let values: [Value]
        /// `4 more values`
        let more: String?

        struct Value: Sendable {
            let value: String
            let count: String
            /// Of a release. Its own name: the template would find the issue's where this is nil.
            let since: Format.Time?
        }
    }

    struct Session: Sendable {
        let id: String
        let shortID: String
        /// nil when the session is gone.
        let momentURL: String?
        let at: Format.Time
        let duration: String?
        let browser: String?
    }

    struct Occurrence: Sendable {
        let id: String
        let at: Format.Time
        let pills: [String]
        let message: String?
        let page: String?
        /// Where a browser's error was thrown.
        let source: String?
        let session: Session?
        let stack: IssueStack?
        let hasStack: Bool
        let context: [IssueContext.Entry]
        let hasContext: Bool
        /// Nobody here has the key.
        let isSealed: Bool
        /// The newest one is open.
        let isOpen: Bool
    }

    let frame: Frame
    let heading: String
    let exceptionClass: String?
    let origin: String
    let badge: StatusBadge
    let count: String
    let regressed: String?
    let project: String
    let fingerprint: String
    let firstSeen: Format.Time
    let lastSeen: Format.Time
    let resolvedAt: Format.Time?
    let regressedAt: Format.Time?
    let regressedRelease: String?
    let ignoredUntil: String?
    let sessionsCount: String
    let users: String?
    let platform: String?
    let release: String?
    let statusURL: String
    let buttons: [StatusButton]
    /// Tomorrow: ignoring until a day needs one that is to come.
    let tomorrow: String
    let figures: [Figure]
    let charts: [TrendChart]
    let facets: [Facet]
    let hasFacets: Bool
    let affected: [Session]
    let hasAffected: Bool
    let affectedNote: String?
    let occurrences: [Occurrence]
    let hasOccurrences: Bool
    /// Of the newest occurrence that has a recording.
    let newestReplayURL: String?
    let newestURL: String?
    let olderURL: String?
    let hasPager: Bool
    /// Below the last ones: what became of the others.
    let leftOut: String?
    let listURL: String
    let back: [SessionsView.Hidden]
}

extension IssueView {
    /// What an occurrence's page has beside the problem itself.
    struct Material: Sendable {
        let detail: ProblemDetail
        let page: OccurrencePage
        /// By occurrence.
        let frames: [String: [IssueFrame]]
        /// By session.
        let findings: [String: SessionStore.Finding]
        let before: String?
        let project: String
        /// The list it was found in.
        let list: IssuesAddress
        let nowMs: Int64
    }

    /// Values shown of one dimension.
    static let mostValues = 8
    /// Dimensions in the order of the page.
    private static let dimensions = ["page", "environment", "browser", "device", "release"]

    init(frame: Frame, _ material: Material, urls: DashboardURLs) {
        let (detail, nowMs) = (material.detail, material.nowMs)
        let problem = detail.problem
        self.frame = frame
        heading = problem.headline
        exceptionClass = problem.shownClass
        origin = problem.origin.title
        badge = StatusBadge(problem.status)
        count = Format.count(problem.count, "occurrence")
        regressed = problem.regressedAt == nil ? nil : "regressed"
        project = material.project
        fingerprint = problem.fingerprint
        firstSeen = Format.time(problem.firstSeen)
        lastSeen = Format.time(problem.lastSeen)
        resolvedAt = problem.resolvedAt.map(Format.time)
        regressedAt = problem.regressedAt.map(Format.time)
        regressedRelease = problem.regressedRelease
        ignoredUntil = Self.until(problem)
        sessionsCount = Format.count(problem.sessions)
        users = problem.users > 0 ? Format.count(problem.users) : nil
        platform = problem.platform
        release = problem.release
        statusURL = urls.issueStatus(problem.fingerprint)
        buttons = StatusButton.all(but: problem.status)
        tomorrow = String(Format.time(Double(nowMs) / 1000 + 86_400).iso.prefix(10))
        figures = [("24 hours", 24), ("7 days", 7 * 24), ("30 days", 30 * 24)].map {
            Figure(name: $0.0, value: Format.count(detail.trend.count(lastHours: $0.1, nowMs: nowMs)))
        }
        charts = [TrendChart(detail.trend.hours, unit: .hour), TrendChart(detail.trend.days, unit: .day)]
        facets = Self.dimensions.compactMap { name in
            detail.facets[name].flatMap { $0.isEmpty ? nil : Facet(name, $0, origin: problem.origin) }
        }
        hasFacets = !facets.isEmpty
        func session(_ id: String, window: String?, atMs: Int64) -> Session {
            Session(id, window: window, atMs: atMs, finding: material.findings[id], urls: urls)
        }
        affected = detail.sessions.map { session($0.session, window: $0.window, atMs: Int64($0.at * 1000)) }
        hasAffected = !affected.isEmpty
        affectedNote = problem.sessions > affected.count ? "the newest \(affected.count) of \(Format.count(problem.sessions))" : nil
        occurrences = material.page.occurrences.enumerated().map { index, occurrence in
            Occurrence(
                occurrence, frames: material.frames[occurrence.id] ?? [],
                session: occurrence.session.map { session($0, window: occurrence.window, atMs: occurrence.atMs) }, isOpen: index == 0)
        }
        hasOccurrences = !occurrences.isEmpty
        newestReplayURL = occurrences.lazy.compactMap { $0.session?.momentURL }.first
        let list = material.list.carried
        newestURL = material.before == nil ? nil : urls.issue(problem.fingerprint, list: list)
        olderURL = material.page.next.map { urls.occurrences(problem.fingerprint, before: $0, list: list) + "#occurrences" }
        hasPager = newestURL != nil || olderURL != nil
        listURL = urls.issues(material.list.parameters(page: material.list.page))
        back = list.map(SessionsView.Hidden.init)
        let isAll = material.before == nil && problem.count <= occurrences.count
        leftOut = hasOccurrences && olderURL == nil && !isAll ? "These are the last that are kept; older ones are counted above." : nil
    }

    private static func until(_ problem: Problem) -> String? {
        guard problem.status == .ignored else { return nil }
        let count = problem.ignoredUntilCount.map { "\(Format.count($0, "more occurrence"))" }
        let time = problem.ignoredUntil.map { Format.time($0).text }
        return [count, time].compactMap(\.self).joined(separator: " or ").nonEmpty
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension IssueView.Facet {
    init(_ dimension: String, _ all: [FacetValue], origin: ProblemOrigin) {
        heading =
            switch dimension {
            case "page": origin == .server ? "Request paths" : "Pages"
            case "environment": "Environments"
            case "browser": "Browsers"
            case "device": "Devices"
            default: "Releases"
            }
        values = all.prefix(IssueView.mostValues).map {
            Value(value: $0.value, count: Format.count($0.count), since: $0.firstSeen.map(Format.time))
        }
        let rest = all.count - values.count
        more = rest > 0 ? Format.count(rest, "more value") : nil
    }
}

extension IssueView.Session {
    /// - Parameter finding: nil or without a row when the session is gone.
    init(_ id: String, window: String?, atMs: Int64, finding: SessionStore.Finding?, urls: DashboardURLs) {
        self.id = id
        shortID = String(id.prefix(8))
        at = Format.time(Double(atMs) / 1000)
        guard let finding, let row = finding.row, !finding.windows.isEmpty else {
            (momentURL, duration, browser) = (nil, nil, nil)
            return
        }
        // A tab that was deleted on its own must not be where the link leads.
        let known = window.flatMap { window in finding.windows.contains { $0.id == window } ? window : nil }
        momentURL = urls.moment(id, window: known, atMs: atMs)
        duration = Format.duration(row.duration)
        browser = row.browser
    }
}

extension IssueView.Occurrence {
    init(_ occurrence: RedisStore.Occurrence, frames: [IssueFrame], session: IssueView.Session?, isOpen: Bool) {
        let document = occurrence.document
        id = occurrence.id
        at = Format.time(Double(occurrence.atMs) / 1000)
        pills = [
            document?.environment, document?.release.map { "Release \($0)" }, document?.browser, document?.device,
            document?.handled.map { $0 ? "caught" : "not caught" },
        ].compactMap(\.self)
        message = document.map { $0.message.isEmpty ? "No message" : $0.message }
        page = document?.page
        source = document?.source.map { IssueFrame.place($0, document?.line, document?.column) }
        self.session = session
        let lines = document?.backtrace ?? []
        stack = lines.isEmpty ? nil : IssueStack(frames, raw: lines)
        hasStack = stack != nil
        context = document?.context.map { IssueContext(json: $0).entries } ?? []
        hasContext = !context.isEmpty
        isSealed = document == nil
        self.isOpen = isOpen
    }
}
