/// What a string is to the engine.
enum StringRole {
    case text
    /// Treated as a URL as a whole.
    case url
    /// Inside an array or object in a field that should be a URL: both treatments.
    case urlThenText
    /// Page content: the patterns chosen for it.
    case page
    /// Where no recorder of ours writes anything: the patterns of text and of page content.
    case foreign
    /// The name of a build: text, unless it is a commit id.
    case release

    var isURL: Bool { self == .url || self == .urlThenText }
}

/// The payload fields of the recorder's own events that have a known meaning (spec 01 section 3.4).
enum MappedEvent: Sendable {
    case navigation, formSubmit, error, click, other

    static let tags: [(StaticString, MappedEvent)] = [
        ("navigation", .navigation), ("__form_submit", .formSubmit), ("error", .error), ("__click", .click),
        ("__perf", .other), ("__recorder", .other),
    ]

    /// The plugins whose names stay whatever the patterns say (spec 06 section 2).
    static let plugins: [StaticString] = ["rrweb/console@1", "rrweb/network@1"]

    /// Fields of the payload that keep their names whatever the patterns say.
    var fields: [(StaticString, StringRole)] {
        switch self {
        case .navigation: Self.navigationFields
        case .formSubmit: Self.formFields
        case .error: Self.errorFields
        case .click: Self.clickFields
        case .other: []
        }
    }

    private static let navigationFields: [(StaticString, StringRole)] = [("url", .url), ("text", .text)]
    private static let formFields: [(StaticString, StringRole)] = [("url", .url)]
    private static let errorFields: [(StaticString, StringRole)] = [
        ("source", .url), ("url", .url), ("message", .text), ("stack", .text), ("release", .release),
    ]
    private static let clickFields: [(StaticString, StringRole)] = [("selector", .text)]
}
