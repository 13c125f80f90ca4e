public import Ingest

/// One alert on its way to one channel.
public struct AlertDelivery: Sendable, Equatable, Identifiable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case queued, retrying, delivered, failed
    }

    /// Whom deliveries go to.
    public struct Receiver: Sendable, Hashable {
        public var project: String
        public var channel: String

        /// Of what is due. Neither a project nor an id holds a space.
        func member(_ id: String) -> String { "\(project) \(id) \(channel)" }
    }

    public let id: String
    public let project: String
    /// `issue.new`, …, `test`.
    public var type: String
    public var rule: String
    public var ruleName: String
    public var channel: String
    public var channelName: String
    public var fingerprint: String
    public var title: String
    /// What a webhook gets; empty for mail.
    public var body: String
    /// What a mail says; empty for webhooks.
    public var subject: String
    public var text: String
    /// Sessions it tells of: what erases one of them takes all it tells.
    public var sessions: [String]

    public var state: State = .queued
    public var attempts = 0
    /// What came back last, or why nothing did.
    public var answer = ""
    /// When it was made, ms since 1970.
    public var atMs: Int64 = 0
    /// nil when there is no next attempt.
    public var nextMs: Int64?

    /// - Parameters:
    ///   - notice: what led to it; with rule, issue and channel it makes the id.
    ///   - sessions: whose words and replay the message holds.
    public init(_ message: AlertMessage, to channel: AlertChannel, notice: String, sessions: some Collection<String> = []) {
        id = AlertDeliveryID.make(rule: message.ruleID, fingerprint: message.issue.fingerprint, notice: notice, channel: channel.id)
        project = message.project
        type = message.kind.type
        rule = message.ruleID
        ruleName = message.ruleName
        self.channel = channel.id
        channelName = channel.name
        fingerprint = message.issue.fingerprint
        title = message.issue.title
        let isWebhook = channel.kind == .webhook
        body = isWebhook ? message.webhookBody(delivery: id) : ""
        subject = isWebhook ? "" : message.subject
        text = isWebhook ? "" : message.mailText
        self.sessions = sessions.sorted()
    }

    /// Of a channel, made by its button.
    public var isTest: Bool { type == AlertMessage.Kind.test.type }
    public var receiver: Receiver { Receiver(project: project, channel: channel) }
    var member: String { receiver.member(id) }

    var fields: [(String, String)] {
        [
            ("type", type), ("rule", rule), ("rule_name", ruleName), ("channel", channel), ("channel_name", channelName),
            ("fingerprint", fingerprint),
            ("title", title), ("body", body), ("subject", subject), ("text", text), ("sessions", sessions.joined(separator: " ")),
        ]
    }

    /// nil when it has expired.
    init?(_ id: String, project: String, _ fields: [String: String]) {
        guard let state = fields["state"].flatMap(State.init(rawValue:)), let type = fields["type"] else { return nil }
        func text(_ name: String) -> String { fields[name] ?? "" }
        self.id = id
        self.project = project
        self.type = type
        self.state = state
        (rule, ruleName, channel, channelName) = (text("rule"), text("rule_name"), text("channel"), text("channel_name"))
        (fingerprint, title, body, subject, self.text) = (text("fingerprint"), text("title"), text("body"), text("subject"), text("text"))
        sessions = text("sessions").split(separator: " ").map(String.init)
        attempts = fields["attempts"].flatMap { Int($0) } ?? 0
        answer = text("answer")
        atMs = fields["at"].flatMap { Int64($0) } ?? 0
        nextMs = fields["next"].flatMap { Int64($0) }
    }
}

/// A delivery somebody holds until a deadline.
public struct TakenDelivery: Sendable {
    public let delivery: AlertDelivery
    let deadline: String
}
