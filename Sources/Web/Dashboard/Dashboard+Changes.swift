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
        return await back(call, form, Self.notice(try await remove(session, call)))
    }

    func delete(_ call: DashboardRequest, _ form: QueryString, session: String, window: String) async throws -> Response {
        if form["ask"] == "1" {
            return try ask(
                call, form, heading: "Delete this tab of the recording?", button: "Delete tab", action: call.urls.deleteWindow(session, window),
                ids: [])
        }
        let removal: WindowRemoval
        do { removal = try await self.removal.removeWindow(window, session: session, project: call.project) } catch {
            await record(call, .deleteSession, session: session, window: window, result: .failed)
            throw error
        }
        let existed = removal == .window || removal == .session
        if existed { await record(call, .deleteSession, session: session, window: window) }
        let left = try await store.find(session, project: call.project).windows
        guard let newest = left.last else { return await back(call, form, existed ? "1 recording deleted." : "That recording was already gone.") }
        var response = DashboardReply.redirect(call.urls.window(session, newest.id))
        let notice = removal == .held ? Self.notice(.held) : existed ? "1 tab deleted." : "That tab was already gone."
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }

    /// Ids that are none are skipped; the answer leads back to the list as it was filtered.
    func bulkDelete(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        let ids = form.list("session_ids").filter { Identifier.isValid($0) }
        if form["ask"] == "1", !ids.isEmpty {
            let what = Format.count(ids.count, "recording")
            return try ask(call, form, heading: "Delete \(what)?", button: "Delete \(what)", action: call.urls.bulkDelete, ids: ids)
        }
        var (deleted, held) = (0, 0)
        for id in ids {
            switch try await remove(id, call) {
            case .deleted: deleted += 1
            case .held: held += 1
            case .absent: break
            }
        }
        let kept = held > 0 ? " \(Format.count(held, "recording")) under legal hold stayed." : ""
        return await back(call, form, "\(Format.count(deleted, "recording")) deleted.\(kept)")
    }

    /// What became of a recording that was to go.
    private enum Deletion { case deleted, absent, held }

    private static func notice(_ deletion: Deletion) -> String {
        switch deletion {
        case .deleted: "1 recording deleted."
        case .absent: "That recording was already gone."
        case .held: "Nothing was deleted: that recording is under legal hold."
        }
    }

    private func remove(_ session: String, _ call: DashboardRequest) async throws -> Deletion {
        let counts: RemovalCounts
        do { counts = try await removal.remove([session], project: call.project, reason: .deleted) } catch {
            await record(call, .deleteSession, session: session, result: .failed)
            throw error
        }
        guard counts.sessions > 0 else { return counts.held > 0 ? .held : .absent }
        await record(call, .deleteSession, session: session)
        return .deleted
    }

    func purgeBefore(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        guard let day = form.text("date"), let start = TimeRange.day(day) else {
            return await toMaintenance(call, "Nothing was deleted: choose a date.")
        }
        if form["preview"] == "1" { return try await previewPurge(call, form, day: day, until: start + 86_399.999) }
        guard form["confirm"] == "1" else { return await toMaintenance(call, "Nothing was deleted: tick the box to confirm.") }
        return try await startPurge(call, .eraseWhere, target: "range:..\(day)", until: start + 86_399.999)
    }

    /// How many would go, and the button that does it.
    private func previewPurge(_ call: DashboardRequest, _ form: QueryString, day: String, until: Double) async throws -> Response {
        let count = try await purge.count(until: until, project: call.project)
        var frame = frame(
            title: "Delete old sessions", section: .maintenance, script: "page", urls: call.urls, cookies: call.cookies, project: call.project)
        frame.token = form["csrf_token"]
        let what = Format.count(count, "session")
        let view = ConfirmView(
            frame: frame, heading: "Delete \(what)?",
            detail: "About \(what) last active on or before \(day) (UTC). Those under legal hold stay. This cannot be undone.",
            action: call.urls.purgeBefore, button: "Delete sessions", cancelURL: call.urls.maintenance,
            fields: [.init(name: "date", value: day), .init(name: "confirm", value: "1")])
        return DashboardReply.page(try templates.render("confirm", view))
    }

    func purgeExpired(_ call: DashboardRequest) async throws -> Response {
        guard configuration.retentionPeriod > 0 else {
            return await toMaintenance(call, "Nothing was deleted: no retention period is set, so data is kept for ever.")
        }
        let now = Date().timeIntervalSince1970
        let until = now - Double(configuration.retentionPeriod)
        // 0 keeps errors for ever.
        let errorsUntil = configuration.retentionErrors.map { $0 > 0 ? now - Double($0) : 0 }
        return try await startPurge(call, .purge, target: "range:..\(Format.time(until).iso)", until: until, errorsUntil: errorsUntil)
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

    private func startPurge(_ call: DashboardRequest, _ action: AuditAction, target: String, until: Double, errorsUntil: Double? = nil) async throws
        -> Response
    {
        // Noted when it ended, with what it took.
        let progress = try await purge.start(until: until, errorsUntil: errorsUntil, project: call.project) { counts, isDone in
            await record(
                call, action, target: target, result: isDone ? .ok : .failed,
                detail: [
                    ("sessions", .integer(counts.sessions)), ("keys", .integer(counts.keys)), ("problems", .integer(counts.problems)),
                    ("occurrences", .integer(counts.occurrences)), ("server_events", .integer(counts.serverEvents)), ("held", .integer(counts.held)),
                ])
        }
        guard let progress else {
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
