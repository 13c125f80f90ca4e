import Ingest
import RedisStore

/// One labelled field of a form, with what is wrong with it beside it.
struct AlertField: Sendable {
    let id: String
    let label: String
    var type = "text"
    let name: String
    var value = ""
    var max = 200
    var placeholder: String?
    var isRequired = false
    var isWide = true
    var fault: String?
}

/// The form of a rule, as it is or as it was sent.
struct AlertRuleForm: Sendable {
    struct Choice: Sendable {
        let value: String
        let title: String
        let isOn: Bool
    }

    let heading: String
    let isOpen: Bool
    /// nil: a new one.
    let id: String?
    let name: AlertField
    let whens: [Choice]
    let origins: [Choice]
    let filters: [AlertField]
    let spike: [AlertField]
    let channels: [Choice]
    let channelsFault: String?
    let hasChannels: Bool
    let quiet: AlertField
    let isEnabled: Bool

    /// - Parameter rule: nil for an empty form.
    init(_ rule: AlertRule?, isNew: Bool, channels known: [AlertChannel], faults: [AlertFault] = []) {
        func fault(_ field: String) -> String? { faults.first { $0.field == field }?.message }
        heading = isNew ? "Add a rule" : "Change the rule"
        isOpen = !isNew || !faults.isEmpty
        id = isNew ? nil : rule?.id
        name = AlertField(
            id: "rule-name", label: "Name", name: "name", value: rule?.name ?? "", max: 100, placeholder: "New in production", isRequired: true,
            fault: fault("name"))
        whens = AlertRule.Occasion.allCases.map { Choice(value: $0.rawValue, title: $0.sentence, isOn: (rule?.when ?? .new) == $0) }
        origins =
            [Choice(value: "", title: "Browsers and servers", isOn: rule?.filter.origin == nil)]
            + ProblemOrigin.allCases.map { Choice(value: $0.rawValue, title: "Only \($0.rawValue)s", isOn: rule?.filter.origin == $0) }
        filters = [
            AlertField(
                id: "rule-environment", label: "Environment", name: "environment", value: rule?.filter.environment ?? "", placeholder: "any",
                fault: fault("environment")),
            AlertField(
                id: "rule-release", label: "Release", name: "release", value: rule?.filter.release ?? "", placeholder: "any", fault: fault("release")),
            AlertField(
                id: "rule-text", label: "Text in title, class or message", name: "text", value: rule?.filter.text ?? "", placeholder: "any",
                fault: fault("text")),
        ]
        spike = [
            AlertField(
                id: "rule-count", label: "Occurrences", type: "number", name: "count", value: rule?.spike.map { "\($0.count)" } ?? "50",
                isWide: false,
                fault: fault("count")),
            AlertField(
                id: "rule-minutes", label: "In minutes", type: "number", name: "minutes", value: rule?.spike.map { "\($0.minutes)" } ?? "5",
                isWide: false,
                fault: fault("minutes")),
        ]
        channels = known.map { channel in
            Choice(value: channel.id, title: channel.name, isOn: rule?.channels.contains(channel.id) ?? (known.count == 1))
        }
        channelsFault = fault("channels")
        hasChannels = !known.isEmpty
        quiet = AlertField(
            id: "rule-quiet", label: "Quiet about the same issue afterwards, minutes", type: "number", name: "quiet",
            value: "\(rule?.quietMinutes ?? AlertRule.standardQuietMinutes)", isRequired: true, isWide: false, fault: fault("quiet"))
        isEnabled = rule?.enabled ?? true
    }
}

/// The form of a channel. The secret is never among its values.
struct AlertChannelForm: Sendable {
    let heading: String
    let isOpen: Bool
    let id: String?
    let kind: String
    let fields: [AlertField]

    init(_ kind: AlertChannel.Kind, _ channel: AlertChannel? = nil, isNew: Bool = true, faults: [AlertFault] = []) {
        func fault(_ field: String) -> String? { faults.first { $0.field == field }?.message }
        let what = kind == .webhook ? "webhook" : "mail channel"
        heading = isNew ? "Add a \(what)" : "Change the \(what)"
        isOpen = !isNew || !faults.isEmpty
        id = isNew ? nil : channel?.id
        self.kind = kind.rawValue
        var fields = [
            AlertField(
                id: "\(kind)-name", label: "Name", name: "name", value: channel?.name ?? "", max: 100,
                placeholder: kind == .webhook ? "Chat" : "On call", isRequired: true, fault: fault("name"))
        ]
        switch kind {
        case .webhook:
            fields.append(
                AlertField(
                    id: "webhook-url", label: "Address", type: "url", name: "url", value: channel?.url ?? "", max: WebhookURL.longest,
                    placeholder: "https://hooks.example/sentiero", isRequired: true, fault: fault("url")))
            fields.append(
                AlertField(
                    id: "webhook-secret", label: isNew ? "Secret that signs, 16 characters or more" : "New secret; empty keeps the one there is",
                    type: "password", name: "secret", max: 256, isRequired: isNew, fault: fault("secret")))
        case .email:
            fields.append(
                AlertField(
                    id: "email-recipients", label: "Recipients, separated by commas", name: "recipients",
                    value: (channel?.recipients ?? []).joined(separator: ", "), max: 4_000, placeholder: "a@example.com, b@example.com",
                    isRequired: true,
                    fault: fault("recipients")))
        }
        self.fields = fields
    }
}

extension AlertRule.Occasion {
    var sentence: String {
        switch self {
        case .new: "An issue is new"
        case .regression: "A resolved issue comes back"
        case .spike: "An issue happens too often"
        }
    }
}

extension AlertRule {
    /// What a form says; not checked yet.
    init(id: String, form: QueryString) {
        let when = form["when"].flatMap(Occasion.init(rawValue:)) ?? .new
        func number(_ name: String) -> Int { form.text(name).flatMap { Int($0) } ?? 0 }
        self.init(
            id: id, name: form.text("name") ?? "", when: when,
            filter: AlertFilter(
                origin: form["origin"].flatMap(ProblemOrigin.init(rawValue:)), environment: form.text("environment"), release: form.text("release"),
                text: form.text("text")),
            spike: when == .spike ? SpikeCondition(count: number("count"), minutes: number("minutes")) : nil, channels: form.list("channels"),
            quietMinutes: number("quiet"), enabled: form["enabled"] == "1")
    }
}

extension AlertChannel {
    /// What a form says; not checked yet.
    /// - Parameter existing: whose secret stays when none was entered.
    init(id: String, kind: Kind, form: QueryString, existing: AlertChannel?) {
        let name = form.text("name") ?? ""
        switch kind {
        case .webhook:
            let url = (form["url"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let secret = form["secret"] ?? ""
            self.init(id: id, name: name, url: url, secret: secret.isEmpty ? existing?.secret : secret)
            if secret.isEmpty { sealed = existing?.sealed }
        case .email:
            let recipients = (form["recipients"] ?? "").split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init)
            self.init(id: id, name: name, recipients: recipients)
        }
    }
}
