import Foundation
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    func delete(_ call: DashboardRequest, _ form: QueryString, session: String) async throws -> Response {
        if form["ask"] == "1" {
            return try ask(
                call, form, heading: "Delete this recording?", button: "Delete recording", action: call.urls.deleteSession(session), ids: [])
        }
        let existed = try await remove([session], call) > 0
        if existed { record(call, .deleteSession, session: session) }
        return await back(call, form, existed ? "1 recording deleted." : "That recording was already gone.")
    }

    func delete(_ call: DashboardRequest, _ form: QueryString, session: String, window: String) async throws -> Response {
        if form["ask"] == "1" {
            return try ask(
                call, form, heading: "Delete this tab of the recording?", button: "Delete tab", action: call.urls.deleteWindow(session, window),
                ids: [])
        }
        let existed = try await removal.removeWindow(window, session: session, project: call.project) != .absent
        if existed { record(call, .deleteSession, session: session, window: window) }
        let left = try await store.find(session, project: call.project).windows
        guard let newest = left.last else { return await back(call, form, existed ? "1 recording deleted." : "That recording was already gone.") }
        var response = DashboardReply.redirect(call.urls.window(session, newest.id))
        await flash.set(existed ? "1 tab deleted." : "That tab was already gone.", on: &response, path: cookiePath)
        return response
    }

    /// Ids that are none are skipped; the answer leads back to the list as it was filtered.
    func bulkDelete(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        let ids = form.list("session_ids").filter { Identifier.isValid($0) }
        if form["ask"] == "1", !ids.isEmpty {
            let what = Format.count(ids.count, "recording")
            return try ask(call, form, heading: "Delete \(what)?", button: "Delete \(what)", action: call.urls.bulkDelete, ids: ids)
        }
        var deleted = 0
        for id in ids where try await remove([id], call) > 0 {
            deleted += 1
            record(call, .deleteSession, session: id)
        }
        return await back(call, form, "\(Format.count(deleted, "recording")) deleted.")
    }

    /// - Returns: how many there were.
    private func remove(_ sessions: [String], _ call: DashboardRequest) async throws -> Int {
        try await removal.remove(sessions, project: call.project, reason: .deleted).sessions
    }

    func purgeBefore(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        guard let day = form.text("date"), let start = TimeRange.day(day) else {
            return await toMaintenance(call, "Nothing was deleted: choose a date.")
        }
        guard form["confirm"] == "1" else { return await toMaintenance(call, "Nothing was deleted: tick the box to confirm.") }
        record(call, .eraseWhere, dataset: day)
        return try await startPurge(call, until: start + 86_399.999)
    }

    func purgeExpired(_ call: DashboardRequest) async throws -> Response {
        guard configuration.retentionPeriod > 0 else {
            return await toMaintenance(call, "Nothing was deleted: no retention period is set, so data is kept for ever.")
        }
        let until = Date().timeIntervalSince1970 - Double(configuration.retentionPeriod)
        record(call, .purge, dataset: Format.time(until).iso)
        return try await startPurge(call, until: until)
    }

    /// Where a purge stands, for the page that waits for it.
    func purgeProgress(_ call: DashboardRequest) async throws -> Response {
        struct Answer: Encodable {
            let state: String
            let done: Int
            let total: Int
        }
        let progress = try await purge.progress(project: call.project)
        return DashboardReply.json(
            Array(try JSONEncoder().encode(Answer(state: progress?.state.rawValue ?? "idle", done: progress?.done ?? 0, total: progress?.total ?? 0)))
        )
    }

    private func startPurge(_ call: DashboardRequest, until: Double) async throws -> Response {
        guard let progress = try await purge.start(until: until, project: call.project) else {
            return await toMaintenance(call, "Another purge is still running.")
        }
        let notice =
            switch progress.state {
            case .running: "The purge goes on in the background."
            case .done: "\(Format.count(progress.done, "recording")) deleted."
            case .failed: "The purge stopped after \(Format.count(progress.done, "recording")): Redis could not be reached. Start it again."
            }
        return await toMaintenance(call, notice)
    }

    private func toMaintenance(_ call: DashboardRequest, _ notice: String) async -> Response {
        var response = DashboardReply.redirect(call.urls.maintenance)
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }

    /// To the list, filtered as the form says. The values are read by the same rules as a query, so nothing else gets into the address.
    private func back(_ call: DashboardRequest, _ form: QueryString, _ notice: String) async -> Response {
        let address = SessionsAddress(form)
        var response = DashboardReply.redirect(call.urls.sessions(address.parameters(page: address.page, resume: address.resume)))
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }

    /// Without script there is no dialog, so a page asks.
    private func ask(
        _ call: DashboardRequest, _ form: QueryString, heading: String, button: String, action: String, ids: [String]
    ) throws -> Response {
        let address = SessionsAddress(form)
        let kept = address.parameters(page: address.page, resume: address.resume)
        var fields = kept.map { SessionsView.Hidden(name: $0.0, value: $0.1) }
        fields += ids.map { SessionsView.Hidden(name: "session_ids[]", value: $0) }
        var frame = frame(title: heading, section: .sessions, script: "page", urls: call.urls, cookies: call.cookies, project: call.project)
        frame.token = form["csrf_token"]
        let view = ConfirmView(
            frame: frame, heading: heading, detail: "All events are removed at once. This cannot be undone.", action: action, button: button,
            cancelURL: call.urls.sessions(kept), fields: fields)
        return DashboardReply.page(try templates.render("confirm", view))
    }
}
