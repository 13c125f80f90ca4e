/// How many redactions were made, per pattern: the values of `sentiero_redactions_total{pattern}`.
public struct RedactionCounts: Sendable, Equatable {
    public var url = 0
    public var jwt = 0
    public var email = 0
    public var longHex = 0
    public var card = 0
    /// All custom patterns together.
    public var custom = 0
    /// URL fields that lost a query, a fragment, a parameter or credentials.
    public var urlField = 0
    /// Texts replaced whole, because redacting them would have exceeded the bound on work.
    public var oversized = 0

    public init() {}

    /// Label value and count, in a fixed order.
    public var byPattern: [(pattern: String, count: Int)] {
        [
            ("url", url), ("jwt", jwt), ("email", email), ("long_hex", longHex), ("card", card), ("custom", custom),
            ("url_field", urlField), ("oversized", oversized),
        ]
    }

    public var total: Int { byPattern.reduce(0) { $0 + $1.count } }

    public static func += (counts: inout Self, other: Self) {
        counts.url += other.url
        counts.jwt += other.jwt
        counts.email += other.email
        counts.longHex += other.longHex
        counts.card += other.card
        counts.custom += other.custom
        counts.urlField += other.urlField
        counts.oversized += other.oversized
    }

    mutating func add(_ count: Int, for pattern: BuiltInPattern) {
        switch pattern {
        case .url: url += count
        case .jwt: jwt += count
        case .email: email += count
        case .longHex: longHex += count
        case .card: card += count
        }
    }
}
