import Ingest

/// What one shard knows of a problem (docs/errors.md, `problem:<fp>`).
struct ProblemPart: Sendable {
    static let fields = [
        "origin", "class", "title", "message", "group", "platform", "release", "count", "sessions", "first_seen", "last_seen", "first_received",
        "received", "regressed_at", "regressed_release", "title_session", "message_session",
    ]

    private let values: [String: String]
    let count: Int
    let sessions: Int
    /// s since 1970, as senders said.
    let firstSeen: Double
    let lastSeen: Double
    /// µs since 1970, by this shard's clock.
    let firstReceived: Double
    let received: Double

    /// - Parameter reply: of HMGET of `fields`; nil when there is no such part.
    init?(_ reply: RedisValue?) {
        guard let found = reply?.array, found.count == Self.fields.count else { return nil }
        var values: [String: String] = [:]
        for (name, value) in zip(Self.fields, found) { values[name] = value.string }
        guard let received = values["received"].flatMap(Double.init) else { return nil }
        func number(_ name: String) -> Double? { values[name].flatMap(Double.init) }
        self.values = values
        self.received = received
        count = values["count"].flatMap { Int($0) } ?? 0
        sessions = max(0, values["sessions"].flatMap { Int($0) } ?? 0)
        lastSeen = number("last_seen") ?? received / 1_000_000
        firstSeen = number("first_seen") ?? lastSeen
        firstReceived = number("first_received") ?? received
    }

    var origin: ProblemOrigin { values["origin"].flatMap(ProblemOrigin.init(rawValue:)) ?? .server }
    /// nil when it is empty, too: an erasure takes texts that came from its session.
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
    var regressedAt: Double? { values["regressed_at"].flatMap(Double.init) }
}

extension Problem {
    /// All parts as one; nil without any.
    /// - Parameter shards: of the installation.
    init?(_ fingerprint: String, parts: [ProblemPart], decision: ProblemDecision? = nil, shards: Int = 1, nowMs: Int64 = 0) {
        guard let newest = parts.max(by: { $0.received < $1.received }) else { return nil }
        let latest = parts.sorted { $0.received > $1.received }
        let earliest = parts.sorted { $0.firstReceived < $1.firstReceived }
        func newestText(_ name: String) -> String? { latest.lazy.compactMap { $0.text(name) }.first }
        let exceptionClass = newestText("class") ?? ""
        self.init(
            fingerprint: fingerprint, origin: newest.origin, exceptionClass: exceptionClass,
            title: earliest.lazy.compactMap { $0.text("title") }.first ?? (exceptionClass.isEmpty ? "Unknown error" : exceptionClass),
            message: newestText("message") ?? "", count: parts.reduce(0) { $0 + $1.count }, sessions: parts.reduce(0) { $0 + $1.sessions },
            firstSeen: parts.lazy.map(\.firstSeen).min() ?? 0, lastSeen: parts.lazy.map(\.lastSeen).max() ?? 0)
        platform = newestText("platform")
        // A late report of an old release is not the newest.
        release = parts.sorted { $0.lastSeen > $1.lastSeen }.lazy.compactMap { $0.text("release") }.first
        group = newestText("group")
        textSessions = Set(parts.flatMap { [$0.text("title_session"), $0.text("message_session")] }.compactMap { $0 })
        if let decision, decision.isAbout(parts, shards: shards) { decision.apply(to: &self, parts: parts, nowMs: nowMs) }
    }
}
