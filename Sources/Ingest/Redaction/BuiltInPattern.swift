/// The text patterns every deployment has, in the order of their application (spec 01 section 3.1).
public enum BuiltInPattern: String, Sendable, CaseIterable, Codable {
    case url, jwt, email
    case longHex = "long_hex"
    case card
}

/// Some of the built-in patterns.
struct BuiltInPatterns: OptionSet, Sendable {
    let rawValue: UInt8

    static let url = Self(rawValue: 1)
    static let jwt = Self(rawValue: 2)
    static let email = Self(rawValue: 4)
    static let longHex = Self(rawValue: 8)
    static let card = Self(rawValue: 16)
    static let all: Self = [.url, .jwt, .email, .longHex, .card]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(_ pattern: BuiltInPattern) {
        switch pattern {
        case .url: self = .url
        case .jwt: self = .jwt
        case .email: self = .email
        case .longHex: self = .longHex
        case .card: self = .card
        }
    }

    init(_ patterns: some Sequence<BuiltInPattern>) {
        self = patterns.reduce(into: []) { $0.formUnion(Self($1)) }
    }
}
