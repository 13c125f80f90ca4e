import Hummingbird
import RedisStore

extension Dashboard {
    /// What servers reported of a session.
    /// - Parameters:
    ///   - windows: of its recording.
    ///   - shown: the one that is shown; nil without a recording.
    func serverActivity(
        _ call: DashboardRequest, session: String, windows: [WindowRow] = [], shown: WindowRow? = nil
    ) async throws -> ServerActivity {
        let occurrences = try await problems.occurrences(ofSession: session, project: call.project, limit: ServerActivity.mostRead)
        let events = try await serverEvents.ofSession(session, project: call.project, limit: ServerActivity.most)
        return try ServerActivity(occurrences: occurrences, events: events, session: session, windows: windows, shown: shown, urls: call.urls)
    }

    /// A session without a recording: what servers say of it, when they do.
    /// - Returns: nil when nothing is known of it.
    func reports(_ call: DashboardRequest, session: String) async throws -> Response? {
        let activity = try await serverActivity(call, session: session)
        guard activity.hasRows else { return nil }
        var (frame, finish) = try await frame(call, title: "Session \(session.prefix(8))", section: .sessions, script: "page")
        frame.token = finish.token
        let retention = configuration.retentionPeriod
        let kept = retention > 0 ? " Recordings are kept for \(Format.period(retention)), so it may also be gone already." : ""
        let view = ReportsView(
            frame: frame, id: session, shortID: String(session.prefix(8)), backURL: call.urls.sessions(),
            detail: "Servers reported what is below, and named this session. If it started only now, its recording may still be on its way.\(kept)",
            activity: activity)
        await record(call, .viewSession, session: session)
        return finish(DashboardReply.page(try templates.render("reports", view)))
    }
}
