/// One row of the session list (docs/keys.md, "Session row"), as `HGETALL` gives it.
public struct SessionRow: Sendable, Equatable, Identifiable {
    public let id: String
    /// Seconds since 1970: first batch received, newest batch received.
    public let createdAt: Double
    public let updatedAt: Double
    /// Milliseconds since 1970, by the browser's clock.
    public let firstEventAt: Double?
    public let lastEventAt: Double?
    /// As stored now; what a limit dropped is not in it.
    public let eventCount: Int
    public let windowCount: Int
    public let byteCount: Int
    public let entryURL: String?
    /// The last page.
    public let url: String?
    public let referrer: String?
    public let browser: String?
    public let device: String?
    public let viewport: String?
    public let hasErrors: Bool
    public let recorder: String?
    /// Milliseconds since 1970; nil when kept for ever.
    public let expiresAt: Double?
    /// Chunks dropped by a limit.
    public let trimmedChunks: Int
    /// Batches refused by a limit.
    public let limitedBatches: Int
    /// A legal hold that protects it; nil: none.
    public let hold: SessionHold?
    /// `country`, `city`, `region`, `timezone`.
    public let place: [String: String]
    /// What the site sent along, sorted by key.
    public let metadata: [Metadata]

    /// One `meta:<key>` field.
    public struct Metadata: Sendable, Equatable {
        public let key: String
        /// A JSON text as stored.
        public let json: String

        /// What a person reads: a string without its quotes, anything else as JSON.
        public var text: String { JSONText.string(json) ?? json }
    }

    /// Milliseconds between the first and the last event.
    public var duration: Double? {
        guard let firstEventAt, let lastEventAt else { return nil }
        return max(0, lastEventAt - firstEventAt)
    }

    /// - Parameter fields: the hash. An empty hash is no session.
    public init?(id: String, fields: [String: String]) {
        guard !fields.isEmpty else { return nil }
        func text(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ name: String) -> Double? { fields[name].flatMap(Double.init) }
        func count(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? 0 }
        self.id = id
        createdAt = number("created_at") ?? 0
        updatedAt = number("updated_at") ?? 0
        firstEventAt = number("first_event_at")
        lastEventAt = number("last_event_at")
        eventCount = count("event_count")
        windowCount = count("window_count")
        byteCount = count("byte_count")
        entryURL = text("entry_url")
        url = text("url")
        referrer = text("referrer")
        browser = text("browser")
        device = text("device")
        viewport = text("viewport")
        hasErrors = fields["has_errors"] == "true"
        recorder = text("recorder")
        expiresAt = number("expires_at")
        trimmedChunks = count("trimmed")
        limitedBatches = count("limited")
        hold = text("held").map(SessionHold.init(field:))
        var place: [String: String] = [:]
        for name in ["country", "city", "region", "timezone"] { place[name] = text("geo_\(name)") }
        self.place = place
        metadata = fields.filter { $0.key.hasPrefix("meta:") }
            .map { Metadata(key: String($0.key.dropFirst(5)), json: $0.value) }
            .sorted { $0.key < $1.key }
    }

    /// Every text a search looks at: the id, the addresses and each metadata value (spec 03 section 1.4).
    var searchable: [String] {
        [id, entryURL, url, referrer].compactMap(\.self) + place.values + metadata.map(\.text)
    }
}
