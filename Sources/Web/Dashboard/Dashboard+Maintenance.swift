import Foundation
import Hummingbird
import RedisStore

extension Dashboard {
    func maintenance(_ call: DashboardRequest) async throws -> Response {
        let now = Date().timeIntervalSince1970
        let retention = configuration.retentionPeriod
        let progress = try await purge.progress(project: call.project)
        let total = try await list.count(project: call.project)
        let expired = retention > 0 ? try await purge.count(until: now - Double(retention), project: call.project) : nil
        let held = try await holds.list(project: call.project)
        let figures = try await StoreFigures.read(redis: redis, keys: keys, reading: pressure.reading)
        let news = try await erasures.news(project: call.project)
        var (frame, finish) = try await frame(call, title: "Maintenance", section: .maintenance, script: "page")
        frame.token = finish.token
        let view = MaintenanceView(
            frame: frame, tabs: PageTab.maintenance(call.urls, isAudit: false), sessions: Format.count(total, "session"),
            purgeBeforeURL: call.urls.purgeBefore, purgeExpiredURL: call.urls.purgeExpired, progressURL: call.urls.purgeProgress,
            eraseURL: call.urls.erase, today: String(Format.time(now).iso.prefix(10)),
            retention: retention > 0 ? Format.period(retention) : nil, retentionSeconds: retention,
            expired: expired.map { Format.count($0, "session") },
            running: progress.flatMap { progress in
                progress.state == .running
                    ? MaintenanceView.Progress(done: Format.count(progress.done), doneCount: progress.done, total: max(progress.total, 1)) : nil
            },
            erasing: news.flatMap { status in
                status.state == .running
                    ? MaintenanceView.Erasing(progressURL: call.urls.erasureProgress(status.id), text: Format.count(status.sessions, "session")) : nil
            },
            receipt: news.flatMap { $0.state == .running ? nil : MaintenanceView.Receipt($0) },
            userKey: configuration.userKey.isEmpty ? nil : configuration.userKey,
            held: held.map {
                .init(
                    id: $0.session, shortID: String($0.session.prefix(8)), url: call.urls.session($0.session),
                    releaseURL: call.urls.release($0.session), reason: $0.hold.reason, since: Format.time($0.hold.since))
            },
            hasHeld: !held.isEmpty, storage: figures.storage(sessions: total, held: held.count), ingest: figures.ingest,
            privacy: configuration.privacyFigures)
        return finish(DashboardReply.page(try templates.render("maintenance", view)))
    }

    /// The audit log, newest first. Looking at it is audited, too.
    func auditLog(_ call: DashboardRequest) async throws -> Response {
        let address = AuditAddress(call.query)
        let page = try await AuditReader(client: redis, schema: keys).page(address.filter(project: call.project), before: address.before, limit: 50)
        let chain = address.checks ? try await checkAudit() : nil
        let (frame, finish) = try await frame(call, title: "Audit log", section: .maintenance, script: "page")
        let retention = configuration.auditRetention
        let view = AuditView(
            frame: frame, tabs: PageTab.maintenance(call.urls, isAudit: true), formURL: call.urls.audit(),
            checkURL: call.urls.audit(address.parameters() + [("check", "1")]), clearURL: call.urls.audit(),
            actions: AuditAction.allCases.map { .init(value: $0.rawValue, text: AuditView.words($0.rawValue), isChosen: $0 == address.action) },
            results: AuditResult.allCases.map { .init(value: $0.rawValue, text: $0.rawValue, isChosen: $0 == address.result) },
            actor: address.actor ?? "", since: address.range.sinceText ?? "", until: address.range.untilText ?? "",
            retention: retention > 0 ? "for \(Format.period(retention))" : "for ever",
            rows: page.entries.map { .init($0, project: call.project, urls: call.urls) }, hasRows: !page.entries.isEmpty,
            isFiltered: address.isFiltered || address.before != nil, newestURL: address.before == nil ? nil : call.urls.audit(address.parameters()),
            olderURL: page.next.map { call.urls.audit(address.parameters(before: $0)) }, hasPager: address.before != nil || page.next != nil,
            isCut: page.isCut, chain: chain.map { .init($0) })
        await record(call, .viewAudit)
        return finish(DashboardReply.page(try templates.render("audit", view)))
    }

    /// By Redis' clock, which gave the lines their ids.
    private func checkAudit() async throws -> [AuditChain.Report] {
        let time = try await redis.send(RedisCommand("TIME", isIdempotent: true)).array?.first?.int
        let nowMs = time.map { Int64($0) * 1000 } ?? Int64(Date().timeIntervalSince1970 * 1000)
        return try await AuditChain(client: redis, schema: keys, retentionSeconds: configuration.auditRetention).check(nowMs: nowMs)
    }

    func toMaintenance(_ call: DashboardRequest, _ notice: String) async -> Response {
        var response = DashboardReply.redirect(call.urls.maintenance)
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }
}
