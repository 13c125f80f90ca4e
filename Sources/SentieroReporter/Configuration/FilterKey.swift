import Synchronization

/// Names of keys whose values are never sent: `[FILTERED]` takes their place, in contexts and payloads, at any depth.
///
/// A literal is a ``name(_:)``: `configuration.filterKeys = ["iban", .pattern(/^x-internal-/)]`.
public struct FilterKey: Sendable, ExpressibleByStringLiteral {
    enum Rule: Sendable {
        case name(String)
        case wholeKey(String)
        case pattern(KeyPattern)
    }

    let rule: Rule

    /// Keys that are this name or have its words among theirs, whatever the case: `api_key` filters `apiKey`, `API-KEY`, `apikey` and
    /// `stripe_api_key`, `token` filters `accessToken` and `tokens`; neither filters `monkey` or `tokenizer`.
    public static func name(_ name: String) -> FilterKey { FilterKey(rule: .name(name)) }

    /// Keys that are exactly this, whatever the case: `code` leaves `status_code` alone.
    public static func wholeKey(_ key: String) -> FilterKey { FilterKey(rule: .wholeKey(key)) }

    /// Keys in which the expression is found.
    public static func pattern<Output>(_ regex: sending Regex<Output>) -> FilterKey { FilterKey(rule: .pattern(KeyPattern(regex))) }

    public init(stringLiteral name: String) { self = .name(name) }
    private init(rule: Rule) { self.rule = rule }

    /// What is filtered unless ``ReporterConfiguration/defaultFilterKeys`` says otherwise.
    public static let standard: [FilterKey] =
        [
            "password", "passwd", "pwd", "passphrase", "secret", "token", "api_key", "authorization", "access_token", "refresh_token",
            "id_token", "secret_key", "private_key", "credit_card", "card_number", "cvv", "ssn", "otp", "cookie",
        ] + ["key", "sig", "signature", "code", "auth", "session", "sessionid"].map(wholeKey)
}

/// An expression that several threads may ask, one after the other: `Regex` is not `Sendable`.
final class KeyPattern: Sendable {
    private let regex: Mutex<Regex<AnyRegexOutput>>

    init<Output>(_ regex: sending Regex<Output>) { self.regex = Mutex(Regex<AnyRegexOutput>(regex)) }

    func matches(_ key: String) -> Bool {
        // An expression that throws says nothing about the key: better to filter it.
        regex.withLock { regex in
            do { return try regex.firstMatch(in: key) != nil } catch { return true }
        }
    }
}
