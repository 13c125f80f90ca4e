import Foundation
import Hummingbird
import Ingest
import RedisStore

/// `/api/v1/issues` (docs/api.md).
extension Dashboard {
    /// Filters as of the page; `limit` and `cursor` page.
    func issuesByAPI(_ call: DashboardRequest) async throws -> Response {
        var address = IssuesAddress(call.query)
        address.perPage = call.query.number("limit", default: IssuesAddress.defaultPerPage, in: 1...IssuesAddress.maxPerPage)
        if let cursor = call.query["cursor"], !cursor.isEmpty {
            guard let page = Int(cursor), (1...IssuesAddress.maxPage).contains(page) else { throw DashboardFailure.badAPI("bad cursor") }
            address.page = page
        }
        let result = try await problems.page(address.query, project: call.project, nowMs: nowMs)
        await record(call, .listProblems)
        let next = result.hasNext && address.page < IssuesAddress.maxPage ? String(address.page + 1) : nil
        return try issueAnswer(IssueList(data: result.problems.map { IssueSummary($0, urls: call.urls) }, nextCursor: next))
    }

    /// One issue with its newest occurrences; `limit` and `cursor` page through those.
    func issueByAPI(_ call: DashboardRequest, _ fingerprint: String) async throws -> Response {
        let nowMs = nowMs
        guard let detail = try await problems.find(fingerprint, project: call.project, nowMs: nowMs) else { throw DashboardFailure.noIssue }
        let limit = call.query.number("limit", default: 50, in: 1...100)
        let page = try await problems.occurrences(fingerprint, project: call.project, before: call.query.text("cursor"), limit: limit)
        await recordView(call, detail.problem)
        let frames = await frames(of: page.occurrences, project: call.project)
        return try issueAnswer(IssueDocument(detail, page, frames: frames, nowMs: nowMs, urls: call.urls))
    }

    private func issueAnswer(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return DashboardReply.json(Array(try encoder.encode(value)))
    }
}

private struct IssueList: Encodable {
    let data: [IssueSummary]
    let nextCursor: String?

    enum CodingKeys: String, CodingKey { case data, nextCursor }

    /// The cursor is there in every answer, null at the end.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(data, forKey: .data)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

/// An issue as programs read it; times are ISO 8601, what is not known is left out.
private struct IssueSummary: Encodable {
    let fingerprint: String
    let origin: String
    let exceptionClass: String
    let title: String
    let message: String
    let status: String
    let count: Int
    let sessions: Int
    let users: Int
    let firstSeen: String
    let lastSeen: String
    let resolvedAt: String?
    let regressedAt: String?
    let regressedRelease: String?
    let ignoredUntilCount: Int?
    let ignoredUntil: String?
    let platform: String?
    let release: String?
    let group: String?
    let url: String

    init(_ problem: Problem, urls: DashboardURLs) {
        fingerprint = problem.fingerprint
        origin = problem.origin.rawValue
        exceptionClass = problem.exceptionClass
        title = problem.title
        message = problem.message
        status = problem.status.rawValue
        count = problem.count
        sessions = problem.sessions
        users = problem.users
        firstSeen = Format.time(problem.firstSeen).iso
        lastSeen = Format.time(problem.lastSeen).iso
        resolvedAt = problem.resolvedAt.map { Format.time($0).iso }
        regressedAt = problem.regressedAt.map { Format.time($0).iso }
        regressedRelease = problem.regressedRelease
        ignoredUntilCount = problem.ignoredUntilCount
        ignoredUntil = problem.ignoredUntil.map { Format.time($0).iso }
        platform = problem.platform
        release = problem.release
        group = problem.group
        url = urls.issue(problem.fingerprint)
    }
}

private struct IssueDocument: Encodable {
    let issue: IssueSummary
    let trend: Trend
    let facets: [String: [Facet]]
    let sessions: [Session]
    let occurrences: [Entry]
    let nextCursor: String?

    struct Trend: Encodable {
        let day: Int
        let week: Int
        let month: Int
        let hours: [Point]
        let days: [Point]
    }

    struct Point: Encodable {
        let start: String
        let count: Int

        init(_ point: TrendPoint) {
            start = Format.time(Double(point.startMs) / 1000).iso
            count = point.count
        }
    }

    struct Facet: Encodable {
        let value: String
        let count: Int
        let firstSeen: String?
    }

    struct Session: Encodable {
        let session: String
        let window: String?
        let at: String
    }

    /// A frame as it was written, where a source map tells; else as it was reported.
    struct Frame: Encodable {
        let function: String?
        let place: String?
        let isApplication: Bool
        let reported: String?
        let context: [Line]?

        struct Line: Encodable {
            let number: Int
            let text: String
            let isHit: Bool
        }

        init(_ frame: IssueFrame) {
            (function, place, isApplication, reported) = (frame.function, frame.place, frame.isApplication, frame.reported)
            context = frame.hasContext ? frame.context.map { Line(number: $0.number, text: $0.text, isHit: $0.isHit) } : nil
        }
    }

    /// An occurrence: where and when, and what it tells.
    struct Entry: Encodable {
        let id: String
        /// Ms since 1970, which is what `t` of a replay's address takes.
        let at: Int64
        let session: String?
        let window: String?
        let exceptionClass: String?
        let message: String?
        let backtrace: [String]?
        let frames: [Frame]?
        let platform: String?
        let release: String?
        let environment: String?
        let browser: String?
        let device: String?
        let page: String?
        let source: String?
        let line: Int?
        let column: Int?
        let handled: Bool?
        let context: String?

        init(_ occurrence: Occurrence, frames: [IssueFrame]?) {
            let document = occurrence.document
            id = occurrence.id
            at = occurrence.atMs
            session = occurrence.session
            window = occurrence.window
            exceptionClass = document?.exceptionClass
            message = document?.message
            backtrace = document?.backtrace
            self.frames = frames?.map(Frame.init)
            platform = document?.platform
            release = document?.release
            environment = document?.environment
            browser = document?.browser
            device = document?.device
            page = document?.page
            source = document?.source
            line = document?.line
            column = document?.column
            handled = document?.handled
            context = document?.context
        }
    }

    /// - Parameter frames: by occurrence.
    init(_ detail: ProblemDetail, _ page: OccurrencePage, frames: [String: [IssueFrame]], nowMs: Int64, urls: DashboardURLs) {
        issue = IssueSummary(detail.problem, urls: urls)
        func count(_ hours: Int) -> Int { detail.trend.count(lastHours: hours, nowMs: nowMs) }
        trend = Trend(
            day: count(24), week: count(7 * 24), month: count(30 * 24), hours: detail.trend.hours.map(Point.init),
            days: detail.trend.days.map(Point.init))
        facets = detail.facets.mapValues { values in
            values.map { Facet(value: $0.value, count: $0.count, firstSeen: $0.firstSeen.map { Format.time($0).iso }) }
        }
        sessions = detail.sessions.map { Session(session: $0.session, window: $0.window, at: Format.time($0.at).iso) }
        occurrences = page.occurrences.map { Entry($0, frames: frames[$0.id]) }
        nextCursor = page.next
    }

    enum CodingKeys: String, CodingKey { case issue, trend, facets, sessions, occurrences, nextCursor }

    /// The cursor is there in every answer, null at the end.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(issue, forKey: .issue)
        try container.encode(trend, forKey: .trend)
        try container.encode(facets, forKey: .facets)
        try container.encode(sessions, forKey: .sessions)
        try container.encode(occurrences, forKey: .occurrences)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}
