import Foundation
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    /// Occurrences on one page.
    private static let occurrencesPerPage = 50

    /// Ms since 1970.
    var nowMs: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// The list of issues.
    func issues(_ call: DashboardRequest) async throws -> Response {
        let address = IssuesAddress(call.query)
        let result = try await problems.page(address.query, project: call.project, nowMs: nowMs)
        let names = try await problems.names(project: call.project)
        let others = result.problems.isEmpty && !address.isFiltered ? try await count(address.origin?.other, call) : 0
        var (frame, finish) = try await frame(call, title: "Issues", section: .issues, script: "issues")
        frame.token = finish.token
        let browsers = try await problems.browsers(of: result.problems.filter { $0.origin == .browser }.map(\.fingerprint), project: call.project)
        let trends = try await problems.days(TrendLine.days, of: result.problems.map(\.fingerprint), project: call.project, nowMs: nowMs)
        let view = IssuesView(
            frame: frame, address: address, result: result, names: names, others: others, browsers: browsers, trends: trends, urls: call.urls)
        await record(call, .listProblems)
        return finish(DashboardReply.page(try templates.render("issues", view)))
    }

    private func count(_ origin: ProblemOrigin?, _ call: DashboardRequest) async throws -> Int {
        guard let origin else { return 0 }
        var query = ProblemQuery()
        query.origin = origin
        query.perPage = 1
        return try await problems.page(query, project: call.project, nowMs: nowMs).total
    }

    /// One issue.
    func issue(_ call: DashboardRequest, _ fingerprint: String) async throws -> Response {
        let nowMs = nowMs
        guard let detail = try await problems.find(fingerprint, project: call.project, nowMs: nowMs) else { throw unknownIssue(call) }
        let before = call.query.text("before")
        let page = try await problems.occurrences(fingerprint, project: call.project, before: before, limit: Self.occurrencesPerPage)
        let sessions = Set(page.occurrences.compactMap(\.session) + detail.sessions.map(\.session)).filter { Identifier.isValid($0) }
        let findings = try await store.find(sessions.sorted(), project: call.project)
        var (frame, finish) = try await frame(call, title: detail.problem.headline, section: .issues, script: "issues")
        frame.token = finish.token
        let material = IssueView.Material(
            detail: detail, page: page, frames: await frames(of: page.occurrences, project: call.project), findings: findings, before: before,
            project: call.project, list: IssuesAddress(carriedBy: call.query), nowMs: nowMs)
        let view = IssueView(frame: frame, material, urls: call.urls)
        await recordView(call, detail.problem)
        return finish(DashboardReply.page(try templates.render("issue", view)))
    }

    /// To the newest problem of a group of the original's client errors.
    func issue(_ call: DashboardRequest, group: String) async throws -> Response {
        guard let fingerprint = try await problems.newest(group: group, project: call.project, nowMs: nowMs) else { throw unknownIssue(call) }
        return DashboardReply.redirect(call.urls.issue(fingerprint))
    }

    /// Of one issue; the answer leads to its page or, from the list, back to the list as it was filtered.
    func setStatus(_ call: DashboardRequest, _ form: QueryString, of fingerprint: String) async throws -> Response {
        let status = try StatusForm(form, now: Date().timeIntervalSince1970)
        guard try await set(status, of: [fingerprint], call) > 0 else { throw unknownIssue(call) }
        let isFromList = form["from"] == "list"
        let address = IssuesAddress(carriedBy: form)
        var response = DashboardReply.redirect(
            isFromList ? list(call, form) : call.urls.issue(fingerprint, list: address.carried), status: .seeOther)
        await flash.set("Issue \(status.words).", on: &response, path: cookiePath)
        return response
    }

    /// Ids that are none are skipped.
    func setStatuses(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        let status = try StatusForm(form, now: Date().timeIntervalSince1970)
        let fingerprints = form.list("fingerprints").filter { Identifier.isValid($0) }
        let changed = try await set(status, of: Array(Set(fingerprints)).sorted(), call)
        var response = DashboardReply.redirect(list(call, form), status: .seeOther)
        await flash.set(
            fingerprints.isEmpty ? "Nothing was changed: tick the issues first." : "\(Format.count(changed, "issue")) \(status.words).",
            on: &response,
            path: cookiePath)
        return response
    }

    /// - Returns: how many there are.
    private func set(_ status: StatusForm, of fingerprints: [String], _ call: DashboardRequest) async throws -> Int {
        guard !fingerprints.isEmpty else { return 0 }
        let changed = try await problems.set(status.change, of: fingerprints, project: call.project, by: call.user ?? "")
        for fingerprint in changed {
            await record(
                call, .updateProblemStatus, target: "problem:" + fingerprint, detail: [("status", .text(status.change.status.rawValue))])
        }
        return changed.count
    }

    /// The list as the form says. The values are read by the same rules as a query, so nothing else gets into the address.
    private func list(_ call: DashboardRequest, _ form: QueryString) -> String {
        let address = IssuesAddress(carriedBy: form)
        return call.urls.issues(address.parameters(page: address.page))
    }

    func recordView(_ call: DashboardRequest, _ problem: Problem) async {
        await record(call, problem.origin == .server ? .viewProblem : .viewClientError, target: "problem:" + problem.fingerprint)
    }

    private func unknownIssue(_ call: DashboardRequest) -> DashboardFailure {
        DashboardFailure(
            status: .notFound, message: "Issue not found",
            detail: "There is no issue with this id. It may have expired, or made room for newer ones.",
            link: .init(url: call.urls.issues(), text: "All issues"))
    }
}
