import Synchronization

/// Names of keys whose values are never sent: `[FILTERED]` takes their place, in contexts and payloads, at any depth.
///
/// A literal is a ``name(_:)``: `configuration.filterKeys = ["iban", .pattern(/^x-internal-/)]`.
public struct FilterKey: Sendable, ExpressibleByStringLiteral {
    enum Rule: Sendable {
        case name(String)
        case compound(String)
        case credential(String)
        case wholeKey(String)
        case pattern(KeyPattern)
    }

    let rule: Rule

    /// Keys that are this name or have its words among theirs, whatever the case: `api_key` filters `apiKey`, `API-KEY`, `apikey`,
    /// `api_keys` and `stripe_api_key`. Digits count: `address2` leaves `address` alone. A name of 8 letters or more is also found where
    /// others are written together with it: `birthdate` filters `userbirthdate`, `iban` leaves `ibanez` alone.
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
            "password", "pwd", "passphrase", "authorization", "access_key", "access_token", "refresh_token", "id_token", "secret_key",
            "private_key", "encryption_key", "signing_key", "ssh_key", "credit_card", "card_number", "cvv", "ssn", "otp", "cookie", "basic_auth",
            "x_auth", "http_auth", "auth_code", "oauth_code", "verification_code", "session_id",
        ] + ["passwd", "api_key"].map(compound) + ["token", "secret", "sessid"].map(credential)
        + ["key", "sig", "signature", "code", "auth", "session", "sessionid"].map(wholeKey)

    /// Like a ``name(_:)`` of 8 letters.
    private static func compound(_ name: String) -> FilterKey { FilterKey(rule: .compound(name)) }

    /// Keys with a word that is this or ends with it (`token`, `csrftoken`, not `tokenizer`), unless they count (`max_tokens`).
    private static func credential(_ name: String) -> FilterKey { FilterKey(rule: .credential(name)) }
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
