import Ingest
import RedisStore

/// What the template of the alerts page shows.
struct AlertsView: Sendable {
    struct Row: Sendable {
        let id: String
        let name: String
        let detail: String
        let editURL: String
        /// Of a rule that is off.
        let isOff: Bool
        let isChannel: Bool
    }

    struct Entry: Sendable {
        let time: Format.Time
        let rule: String
        let title: String
        /// nil for a test.
        let url: String?
        let channel: String
        let attempts: String
        let answer: String?
        let state: String
        /// Class of its pill.
        let look: String
        let next: Format.Time?
    }

    let frame: Frame
    let action: String
    let rules: [Row]
    let hasRules: Bool
    let channels: [Row]
    let hasChannels: Bool
    let ruleForm: AlertRuleForm
    let channelForms: [AlertChannelForm]
    let log: [Entry]
    let hasLog: Bool
    let cancelURL: String
    /// Nobody said where this dashboard is reached.
    let lacksAddress: Bool

    init(
        frame: Frame, book: AlertBook.Contents, log: [AlertDelivery], ruleForm: AlertRuleForm, channelForms: [AlertChannelForm],
        lacksAddress: Bool, urls: DashboardURLs
    ) {
        self.frame = frame
        self.lacksAddress = lacksAddress
        action = urls.alerts()
        cancelURL = urls.alerts()
        rules = book.rules.map { rule in
            let names = rule.channels.compactMap { book.channel($0)?.name }
            return Row(
                id: rule.id, name: rule.name,
                detail: rule.summary + (names.isEmpty ? ". It has no channel, so nobody is told." : " → " + names.joined(separator: ", ")),
                editURL: urls.alerts([("rule", rule.id)]), isOff: !rule.enabled, isChannel: false)
        }
        channels = book.channels.map {
            Row(
                id: $0.id, name: $0.name, detail: $0.url ?? ($0.recipients ?? []).joined(separator: ", "), editURL: urls.alerts([("channel", $0.id)]),
                isOff: false, isChannel: true)
        }
        hasRules = !rules.isEmpty
        hasChannels = !channels.isEmpty
        self.ruleForm = ruleForm
        self.channelForms = channelForms
        self.log = log.map { Entry($0, urls: urls) }
        hasLog = !log.isEmpty
    }
}

extension AlertsView.Entry {
    init(_ delivery: AlertDelivery, urls: DashboardURLs) {
        let looks: [AlertDelivery.State: String] = [
            .queued: "pill-info", .retrying: "pill-warning", .delivered: "pill-success", .failed: "pill-danger",
        ]
        self.init(
            time: Format.time(Double(delivery.atMs) / 1000), rule: delivery.ruleName,
            title: delivery.title.isEmpty ? "An issue; what it said was erased" : delivery.title,
            url: delivery.isTest ? nil : urls.issue(delivery.fingerprint), channel: delivery.channelName,
            attempts: Format.count(delivery.attempts, "attempt"), answer: delivery.answer.isEmpty ? nil : delivery.answer,
            state: delivery.state.rawValue,
            look: looks[delivery.state] ?? "",
            next: delivery.state == .retrying ? delivery.nextMs.map { Format.time(Double($0) / 1000) } : nil)
    }
}

extension AlertRule {
    /// `When an issue is new, browsers only, in production`
    var summary: String {
        var parts = [when.sentence]
        if let spike, when == .spike { parts[0] += ": \(Format.count(spike.count, "time")) in \(Format.count(spike.minutes, "minute"))" }
        if let origin = filter.origin { parts.append("\(origin.rawValue) only") }
        if let environment = filter.environment { parts.append("in \(environment)") }
        if let release = filter.release { parts.append("release \(release)") }
        if let text = filter.text { parts.append("with “\(text)”") }
        return parts.joined(separator: ", ")
    }
}
