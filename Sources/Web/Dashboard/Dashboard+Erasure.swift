import Foundation
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    /// Without `confirm` a page that shows what would go and asks; with it the erasure starts.
    func erase(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        let request: ErasureRequest
        do { request = try ErasureRequest(form: form) } catch let refusal as ErasureRequest.Refusal {
            return await toMaintenance(call, "Nothing was erased: \(refusal.message)")
        }
        if case .user = request.selection, configuration.userKey.isEmpty {
            return await toMaintenance(call, "Nothing was erased: sessions are not indexed by user (SENTIERO_USER_KEY).")
        }
        guard form["confirm"] == "1" else { return try await askToErase(call, form, request.selection) }
        guard let status = try await startErasure(call, request.selection, patience: 800) else {
            return await toMaintenance(call, "Nothing was erased: another erasure is still running.")
        }
        // The page tells the receipt itself, once.
        return status.state == .running
            ? await toMaintenance(call, "The erasure goes on in the background.") : DashboardReply.redirect(call.urls.maintenance)
    }

    /// Starts an erasure that leaves audit entries when it begins, and when it ends: of named sessions one each, all with the receipt.
    func startErasure(_ call: DashboardRequest, _ selection: ErasureSelection, patience: Int) async throws -> ErasureStatus? {
        let targets = selection.targets(userKey: configuration.userKey)
        return try await erasures.start(selection, project: call.project, patience: patience) {
            for target in targets { await record(call, selection.action, target: target, detail: [("state", .text("begun"))]) }
        } ended: { status in
            for target in targets {
                await record(
                    call, selection.action, target: target, result: status.receipt?.isComplete == true ? .ok : .failed,
                    detail: status.receipt?.auditDetail ?? [("sessions", .integer(status.sessions))])
            }
        }
    }

    private func askToErase(_ call: DashboardRequest, _ form: QueryString, _ selection: ErasureSelection) async throws -> Response {
        let receipt = try await erasures.preview(selection, project: call.project)
        var frame = frame(
            title: "Erase", section: .maintenance, script: "page", urls: call.urls, cookies: call.cookies, project: call.project)
        frame.token = form["csrf_token"]
        let fields = ["by", "sessions", "user", "since", "until"].compactMap { name in
            form[name].map { SessionsView.Hidden(name: name, value: $0) }
        }
        return DashboardReply.page(
            try templates.render("erase", EraseView(frame: frame, selection: selection, receipt: receipt, fields: fields, urls: call.urls)))
    }

    /// Where the project's erasure stands, for the page that waits for it.
    func erasureProgress(_ call: DashboardRequest, id: String) async throws -> Response {
        guard let status = try await erasures.status(id, project: call.project) else { throw DashboardFailure.noErasure }
        return DashboardReply.json(Array(try JSONEncoder().encode(status)))
    }

    func hold(_ call: DashboardRequest, _ form: QueryString, session: String) async throws -> Response {
        do throws(LegalHoldError) {
            let isThere = try await holds.hold(project: call.project, session: session, reason: form["reason"] ?? "")
            guard isThere else { return await back(call, form, session, "There is no such session, so it cannot be held.") }
        } catch {
            if case .redis(let error) = error { throw error }
            return await back(call, form, session, "\(error.description)")
        }
        await record(call, .holdSession, target: "session:" + session, detail: [("reason", .text(form["reason"] ?? ""))])
        return await back(call, form, session, "This session is now under legal hold: it does not expire, and nothing deletes it.")
    }

    func release(_ call: DashboardRequest, _ form: QueryString, session: String) async throws -> Response {
        let release: HoldRelease
        do throws(LegalHoldError) { release = try await holds.release(project: call.project, session: session) } catch {
            if case .redis(let error) = error { throw error }
            throw DashboardFailure.invalidID
        }
        switch release {
        case .absent: return await back(call, form, session, "There is no such session.")
        case .notHeld: return await back(call, form, session, "That session was not held.")
        case .released(let expires):
            await record(call, .releaseSession, session: session)
            let kept = expires.map { " It expires on \(Format.time(Double($0) / 1000).exact)." } ?? ""
            return await back(call, form, session, "The legal hold has ended.\(kept)")
        }
    }

    /// To where the form stood: the maintenance page or a replay.
    private func back(_ call: DashboardRequest, _ form: QueryString, _ session: String, _ notice: String) async -> Response {
        guard let window = form["window"], Identifier.isValid(window) else { return await toMaintenance(call, notice) }
        var response = DashboardReply.redirect(call.urls.window(session, window))
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }
}
