import Foundation
import Hummingbird
import RedisStore

extension Dashboard {
    /// The sessions index.
    func sessions(_ call: DashboardRequest) async throws -> Response {
        let address = SessionsAddress(call.query)
        let result = try await list.page(address.query, project: call.project)
        let snippet = try ScriptTag(project: call.project, configuration: configuration).html()
        var (frame, finish) = try await frame(call, title: "Sessions", section: .sessions, script: "sessions_index")
        frame.token = finish.token
        let view = SessionsView(frame: frame, address: address, result: result, urls: call.urls, snippet: snippet)
        await record(call, .listSessions)
        return finish(DashboardReply.page(try templates.render("sessions", view)))
    }

    /// How many sessions there are: what the empty page waits for.
    func sessionCount(_ call: DashboardRequest) async throws -> Response {
        struct Count: Encodable { let count: Int }
        return DashboardReply.json(Array(try JSONEncoder().encode(Count(count: try await list.count(project: call.project)))))
    }

    /// To the window that was open at the moment `t` of the address when that is a time, else to the one with the newest event; `t` goes along.
    func redirect(_ call: DashboardRequest, session: String) async throws -> Response {
        let finding = try await store.find(session, project: call.project)
        guard finding.row != nil else { return try await unrecorded(call, finding, session: session) }
        guard let window = finding.windows.open(atLink: call.query["t"].flatMap(Double.init)) ?? finding.windows.last else {
            throw DashboardFailure(
                status: .notFound, message: "No windows found", detail: "Nothing of this session is stored any more.", link: allSessions(call))
        }
        let parameters = call.query.pairs.filter { $0.0 != "project" && $0.0 != "_method" }
        return DashboardReply.redirect(call.urls.window(session, window.id, parameters))
    }

    /// The replay of one window.
    func replay(_ call: DashboardRequest, session: String, window: String) async throws -> Response {
        let finding = try await store.find(session, project: call.project)
        guard let row = finding.row else { return try await unrecorded(call, finding, session: session) }
        guard let current = finding.windows.first(where: { $0.id == window }) else {
            throw DashboardFailure(
                status: .notFound, message: "Window not found", detail: "This session has no such tab; it may have been deleted on its own.",
                link: .init(url: call.urls.session(session), text: "Open the session"))
        }
        let activity = try await serverActivity(call, session: session, windows: finding.windows, shown: current)
        var (frame, finish) = try await frame(call, title: "Session \(session.prefix(8))", section: .sessions, script: "dashboard")
        frame.token = finish.token
        let view = try ReplayView(
            frame: frame, row: row, windows: finding.windows, window: current, activity: activity, urls: call.urls,
            pageSize: configuration.maxEventsPerPage,
            assetOrigins: configuration.replayAssetOrigins, now: Date().timeIntervalSince1970, player: (assetURL("player"), assetURL("player-style")))
        await record(call, .viewSession, session: session, window: window)
        return finish(DashboardReply.page(try templates.render("replay", view), policy: .replay(assetOrigins: configuration.replayAssetOrigins)))
    }

    /// What there is of a session without a recording; after a removal nothing is looked for.
    private func unrecorded(_ call: DashboardRequest, _ finding: SessionStore.Finding, session: String) async throws -> Response {
        if finding.tombstone == nil, let page = try await reports(call, session: session) { return page }
        throw gone(call, finding)
    }

    /// Why there is nothing: a tombstone tells, retention is the likely cause otherwise.
    private func gone(_ call: DashboardRequest, _ finding: SessionStore.Finding) -> DashboardFailure {
        guard let tombstone = finding.tombstone else {
            let retention = configuration.retentionPeriod
            let kept = retention > 0 ? " Recordings are kept for \(Format.period(retention)), so it may have expired." : ""
            return DashboardFailure(
                status: .notFound, message: "Session not found",
                detail: "There is no session with this id.\(kept) If it started only now, its first events may still be on their way.",
                link: allSessions(call))
        }
        let when = tombstone.at.map { " on \(Format.time($0).text)" } ?? ""
        let detail =
            switch tombstone.reason {
            case .erased: "Its recording was erased\(when), on request of the person recorded or of an operator."
            case .deleted: "Its recording was deleted\(when) in the dashboard."
            case .purged: "Its recording was removed\(when) by a purge of old sessions."
            }
        return DashboardFailure(status: .gone, message: "Session \(tombstone.reason.rawValue)", detail: detail, link: allSessions(call))
    }

    private func allSessions(_ call: DashboardRequest) -> DashboardFailure.Link { .init(url: call.urls.sessions(), text: "All sessions") }
}
