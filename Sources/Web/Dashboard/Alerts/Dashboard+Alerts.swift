import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    /// Deliveries the page shows.
    private static let shownDeliveries = 50
    /// How long a test's form waits for the worker, ms.
    private static let testPatience = 3_000

    private var alertBook: AlertBook {
        AlertBook(redis: redis, keys: keys, secrets: AlertSecrets(masters: services.encryption?.vault.masters))
    }

    /// Rules, channels and what became of alerts; with `rule` or `channel` in the address that one's form.
    func alerts(_ call: DashboardRequest) async throws -> Response {
        let book = try await alertBook.contents(project: call.project)
        let rule = call.query["rule"].flatMap { id in book.rules.first { $0.id == id } }
        let channel = call.query["channel"].flatMap(book.channel)
        let ruleForm = AlertRuleForm(rule, isNew: rule == nil, channels: book.channels)
        let channelForms = AlertChannel.Kind.allCases.map { kind in
            channel?.kind == kind ? AlertChannelForm(kind, channel, isNew: false) : AlertChannelForm(kind)
        }
        return try await alertsPage(call, book, ruleForm, channelForms)
    }

    func changeAlerts(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        let book = try await alertBook.contents(project: call.project)
        switch form["do"] {
        case "save-rule": return try await saveRule(call, form, book)
        case "save-channel": return try await saveChannel(call, form, book)
        case "delete-rule": return try await deleteRule(call, form["id"] ?? "", book)
        case "delete-channel": return try await deleteChannel(call, form["id"] ?? "", book)
        case "test-channel": return try await testChannel(call, form["id"] ?? "", book)
        default: return await toAlerts(call, "Nothing was changed.")
        }
    }

    private func saveRule(_ call: DashboardRequest, _ form: QueryString, _ book: AlertBook.Contents) async throws -> Response {
        let existing = form["id"].flatMap { id in book.rules.first { $0.id == id } }
        if form["id"] != nil, existing == nil { return await toAlerts(call, "That rule was deleted meanwhile.") }
        let rule = AlertRule(id: existing?.id ?? AlertBook.newID(), form: form)
        var faults = rule.faults(channels: Set(book.channels.map(\.id)))
        if existing == nil, book.rules.count >= AlertBook.most { faults.append(AlertFault("name", "There are \(AlertBook.most) rules already.")) }
        guard faults.isEmpty else {
            let ruleForm = AlertRuleForm(rule, isNew: existing == nil, channels: book.channels, faults: faults)
            return try await alertsPage(call, book, ruleForm, AlertChannel.Kind.allCases.map { AlertChannelForm($0) }, status: .unprocessableContent)
        }
        try await alertBook.save(rule, project: call.project)
        await recordAlerts(call, "alert-rule:" + rule.id, existing == nil ? "created" : "changed", name: rule.name)
        return await toAlerts(call, "The rule “\(rule.name)” is saved. Workers know it within 5 seconds.")
    }

    private func saveChannel(_ call: DashboardRequest, _ form: QueryString, _ book: AlertBook.Contents) async throws -> Response {
        guard let kind = form["kind"].flatMap(AlertChannel.Kind.init(rawValue:)) else { return await toAlerts(call, "Nothing was changed.") }
        let existing = form["id"].flatMap(book.channel)
        if form["id"] != nil, existing?.kind != kind { return await toAlerts(call, "That channel was deleted meanwhile.") }
        let channel = AlertChannel(id: existing?.id ?? AlertBook.newID(), kind: kind, form: form, existing: existing)
        var faults = channel.faults(allowsPrivate: configuration.alertAllowPrivate)
        if existing == nil, book.channels.count >= AlertBook.most {
            faults.append(AlertFault("name", "There are \(AlertBook.most) channels already."))
        }
        guard faults.isEmpty else {
            let forms = AlertChannel.Kind.allCases.map { other in
                other == kind ? AlertChannelForm(kind, channel, isNew: existing == nil, faults: faults) : AlertChannelForm(other)
            }
            return try await alertsPage(
                call, book, AlertRuleForm(nil, isNew: true, channels: book.channels), forms, status: .unprocessableContent)
        }
        try await alertBook.save(channel, project: call.project)
        await recordAlerts(call, "alert-channel:" + channel.id, existing == nil ? "created" : "changed", name: channel.name)
        return await toAlerts(call, "The channel “\(channel.name)” is saved. Test it, to see whether alerts arrive.")
    }

    private func deleteRule(_ call: DashboardRequest, _ id: String, _ book: AlertBook.Contents) async throws -> Response {
        guard let rule = book.rules.first(where: { $0.id == id }), try await alertBook.deleteRule(id, project: call.project) else {
            return await toAlerts(call, "That rule was already gone.")
        }
        await recordAlerts(call, "alert-rule:" + id, "deleted", name: rule.name)
        return await toAlerts(call, "The rule “\(rule.name)” is deleted.")
    }

    private func deleteChannel(_ call: DashboardRequest, _ id: String, _ book: AlertBook.Contents) async throws -> Response {
        guard let channel = book.channel(id), try await alertBook.deleteChannel(id, project: call.project) else {
            return await toAlerts(call, "That channel was already gone.")
        }
        await recordAlerts(call, "alert-channel:" + id, "deleted", name: channel.name)
        return await toAlerts(call, "The channel “\(channel.name)” is deleted, and taken out of the rules that named it.")
    }

    /// Queues a delivery like any other, and waits a moment for what becomes of it.
    private func testChannel(_ call: DashboardRequest, _ id: String, _ book: AlertBook.Contents) async throws -> Response {
        guard let channel = book.channel(id) else { return await toAlerts(call, "That channel was deleted meanwhile.") }
        let deliveries = try AlertDeliveries(redis: redis, keys: keys)
        let now = Date().timeIntervalSince1970
        let message = AlertMessage(
            kind: .test, atMs: Int64(now * 1000), project: call.project, ruleID: "test", ruleName: "Test",
            issue: AlertIssue(
                fingerprint: String(repeating: "0", count: 40), title: "Test of the channel \(channel.name)", origin: .server, firstSeen: now,
                lastSeen: now),
            issueURL: configuration.publicURL + call.urls.alerts())
        let delivery = AlertDelivery(message, to: channel, notice: "test-" + AlertBook.newID())
        try await deliveries.add(delivery)
        await recordAlerts(call, "alert-channel:" + id, "tested", name: channel.name)
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(Self.testPatience)
        var result = delivery
        while result.state == .queued, clock.now < end {
            try await Task.sleep(for: .milliseconds(100))
            result = try await deliveries.find(delivery.id, project: call.project) ?? result
        }
        switch result.state {
        case .queued: return await toAlerts(call, "The test is on its way. Reload in a moment; when it stays queued, no worker is running.")
        case .delivered: return await toAlerts(call, "The test was delivered: \(result.answer)")
        case .retrying, .failed: return await toAlerts(call, "The test was not delivered: \(result.answer)")
        }
    }

    private func alertsPage(
        _ call: DashboardRequest, _ book: AlertBook.Contents, _ ruleForm: AlertRuleForm, _ channelForms: [AlertChannelForm],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let log = try await AlertDeliveries(redis: redis, keys: keys).log(project: call.project, limit: Self.shownDeliveries)
        var (frame, finish) = try await frame(call, title: "Alerts", section: .alerts, script: "page")
        frame.token = finish.token
        let view = AlertsView(
            frame: frame, book: book, log: log, ruleForm: ruleForm, channelForms: channelForms, lacksAddress: configuration.publicURL.isEmpty,
            urls: call.urls)
        return finish(DashboardReply.page(try templates.render("alerts", view), status: status))
    }

    private func recordAlerts(_ call: DashboardRequest, _ target: String, _ change: String, name: String) async {
        await record(call, .updateAlerts, target: target, detail: [("change", .text(change)), ("name", .text(name))])
    }

    private func toAlerts(_ call: DashboardRequest, _ notice: String) async -> Response {
        var response = DashboardReply.redirect(call.urls.alerts())
        await flash.set(notice, on: &response, path: cookiePath)
        return response
    }
}
