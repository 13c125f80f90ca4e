import Foundation

/// What an alert tells of a problem. Everything in it is redacted.
public struct AlertIssue: Sendable, Equatable {
    public var fingerprint: String
    public var title: String
    public var exceptionClass: String
    public var message: String
    public var origin: ProblemOrigin
    /// `open`, `resolved` or `ignored`.
    public var status: String
    public var count: Int
    public var users: Int
    /// Seconds since 1970.
    public var firstSeen: Double
    public var lastSeen: Double
    public var release: String?
    /// Where it happened; the newest occurrence's where that is known.
    public var environments: Set<String>

    public init(
        fingerprint: String, title: String, exceptionClass: String = "", message: String = "", origin: ProblemOrigin, status: String = "open",
        count: Int = 1, users: Int = 0, firstSeen: Double, lastSeen: Double, release: String? = nil, environments: Set<String> = []
    ) {
        self.fingerprint = fingerprint
        self.title = title
        self.exceptionClass = exceptionClass
        self.message = message
        self.origin = origin
        self.status = status
        self.count = count
        self.users = users
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.release = release
        self.environments = environments
    }
}

/// One alert as it is delivered: the same facts by webhook and by mail.
public struct AlertMessage: Sendable, Equatable {
    /// Of the rule; `test` for a channel's test.
    public enum Kind: Sendable, Equatable {
        case issue(AlertRule.Occasion)
        case test

        /// `type` of the webhook.
        public var type: String {
            switch self {
            case .issue(let occasion): "issue.\(occasion.rawValue)"
            case .test: "test"
            }
        }

        var words: String {
            switch self {
            case .issue(.new): "New issue"
            case .issue(.regression): "Regression"
            case .issue(.spike): "Spike"
            case .test: "Test"
            }
        }
    }

    public var kind: Kind
    /// ms since 1970.
    public var atMs: Int64
    public var project: String
    public var ruleID: String
    public var ruleName: String
    public var issue: AlertIssue
    public var issueURL: String
    public var replayURL: String?

    public init(
        kind: Kind, atMs: Int64, project: String, ruleID: String, ruleName: String, issue: AlertIssue, issueURL: String, replayURL: String? = nil
    ) {
        self.kind = kind
        self.atMs = atMs
        self.project = project
        self.ruleID = ruleID
        self.ruleName = ruleName
        self.issue = issue
        self.issueURL = issueURL
        self.replayURL = replayURL
    }

    /// The JSON a webhook gets (spec 06 section 7).
    /// - Parameter delivery: its id, the same on every attempt.
    public func webhookBody(delivery: String) -> String {
        var json = JSONObjectText()
        json.add("version", raw: "1")
        json.add("id", delivery)
        json.add("type", kind.type)
        json.add("occurred_at", Self.rfc3339(Double(atMs) / 1000))
        json.add("project", project)
        var rule = JSONObjectText()
        rule.add("id", ruleID)
        rule.add("name", ruleName)
        json.add("rule", raw: rule.text)
        var about = JSONObjectText()
        about.add("fingerprint", issue.fingerprint)
        about.add("title", issue.title)
        about.add("origin", issue.origin.rawValue)
        about.add("status", issue.status)
        about.add("count", raw: "\(issue.count)")
        about.add("users", raw: "\(issue.users)")
        about.add("first_seen", Self.rfc3339(issue.firstSeen))
        about.add("last_seen", Self.rfc3339(issue.lastSeen))
        about.add("release", issue.release)
        about.add("url", issueURL)
        json.add("issue", raw: about.text)
        var replay = JSONObjectText()
        replay.add("url", replayURL)
        json.add("replay", raw: replayURL == nil ? "null" : replay.text)
        return json.text
    }

    /// One line.
    public var subject: String { "[Sentiero] \(kind.words) in \(project): \(Self.line(issue.title))" }

    /// The first line, without what could pass for more than text: a title is what a sender of errors chose.
    private static func line(_ text: String) -> String {
        let first = text.split(whereSeparator: \.isNewline).first ?? ""
        return String(String.UnicodeScalarView(first.unicodeScalars.filter { !isDeceptive($0) }).prefix(200))
    }

    /// Control characters, and those that turn the direction of writing.
    private static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The mail's text; lines end with a line feed.
    public var mailText: String {
        var lines = [Self.line(issue.title), ""]
        // Quoted, so that no line of it can pass for one of ours.
        if !issue.message.isEmpty, issue.message != issue.title {
            lines += issue.message.split(whereSeparator: \.isNewline).map { "> " + Self.line(String($0)) } + [""]
        }
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { lines.append("\(name): \(value)") }
        }
        add("What", kind.words)
        add("Rule", ruleName)
        add("Project", project)
        add("Origin", issue.origin.rawValue)
        add("Status", issue.status)
        add("Occurrences", "\(issue.count)")
        add("Users", "\(issue.users)")
        add("First seen", Self.rfc3339(issue.firstSeen))
        add("Last seen", Self.rfc3339(issue.lastSeen))
        add("Release", issue.release)
        add("Environment", issue.environments.sorted().joined(separator: ", "))
        add("Issue", issueURL)
        add("Replay", replayURL)
        return lines.joined(separator: "\n") + "\n"
    }

    /// `2026-06-13T14:13:05Z`
    static func rfc3339(_ seconds: Double) -> String {
        let bounded = seconds.isFinite ? min(max(seconds, 0), 253_402_300_799) : 0
        return Date(timeIntervalSince1970: bounded.rounded(.down)).formatted(.iso8601)
    }
}

/// A JSON object written member by member.
private struct JSONObjectText {
    private var members: [String] = []

    mutating func add(_ name: String, _ value: String?) { add(name, raw: value.map(Self.quoted) ?? "null") }
    mutating func add(_ name: String, raw: String) { members.append("\"\(name)\":\(raw)") }
    var text: String { "{" + members.joined(separator: ",") + "}" }

    private static func quoted(_ text: String) -> String {
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        JSONText.encode(bytes.span, into: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
