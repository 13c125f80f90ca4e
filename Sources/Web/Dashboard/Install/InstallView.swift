/// What the template of the Install page shows.
struct InstallView: Sendable {
    struct Check: Sendable {
        let name: String
        let title: String
        let hint: String
        let isOn: Bool
    }

    struct Choice: Sendable {
        let value: String
        let title: String
        let hint: String
        let isOn: Bool
    }

    struct Directive: Sendable {
        let name: String
        let value: String
    }

    let frame: Frame
    let action: String
    let forms: [Choice]
    let captures: [Check]
    let console: [Choice]
    let maskings: [Choice]
    let needsConsent: Bool
    let respectsGPC: Bool
    /// Percentages as text.
    let sample: String
    let errorSample: String
    let seconds: Int
    let version: String
    let variants: [Check]
    /// nil when the configuration says it.
    let address: String?
    let problems: [String]

    let tag: String
    let lines: Int
    let policy: [Directive]
    let hasNonce: Bool
    let hasIntegrity: Bool
    /// nil when consent is not asked for.
    let banner: String?
    let page: String
    let notes: [String]
    let facts: [ReplayView.Fact]

    let arrival: ArrivalView
    let checkURL: String
    let sessionsURL: String
}

/// The newest batches, as the page and its script say it.
struct ArrivalView: Sendable {
    struct Entry: Sendable, Encodable {
        let time: String
        let text: String
        /// Milliseconds since 1970.
        let at: Int64
        /// nil: the browser told none.
        let origin: String?
        /// Why it was refused.
        let reason: String?

        var when: Format.Time { Format.time(Double(at) / 1000) }
    }

    let accepted: Entry?
    /// Only when newer than what was accepted.
    let refused: Entry?

    init(accepted: Arrival?, refused: Arrival?) {
        self.accepted = accepted.map { Entry($0) }
        self.refused = refused.flatMap { $0.milliseconds > accepted?.milliseconds ?? 0 ? Entry($0) : nil }
    }
}

extension ArrivalView.Entry {
    init(_ arrival: Arrival) {
        let when = Format.time(Double(arrival.milliseconds) / 1000)
        time = when.iso
        text = when.text
        at = arrival.milliseconds
        origin = arrival.origin
        reason = arrival.status < 400 ? nil : Self.reason(arrival.status)
    }

    /// What an operator can do about an answer of the events lane (spec 01 section 1.3).
    private static func reason(_ status: Int) -> String {
        switch status {
        case 400: "The batch was malformed (400): something between the page and this server changed it, or it is no recorder."
        case 401: "The project key was missing or unknown (401): copy the tag of the right project."
        case 403: "The page's origin is not listed (403): add it to SENTIERO_CORS_ORIGINS and restart the server."
        case 405: "It was no POST (405): a redirect on the way, most likely."
        case 413: "The batch was too large (413): raise SENTIERO_MAX_BODY_BYTES, if pages really are that big."
        case 503: "The server took nothing (503): Redis is away or full. See the maintenance page and sentiero doctor."
        default: "The server answered \(status)."
        }
    }
}
