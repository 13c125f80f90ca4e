/// One setting of the product. The table of all of them is the only description there is: parsing, the check for unknown names, the
/// printed configuration and `docs/configuration.md` are made from it.
struct ConfigurationOption: Sendable {
    enum Kind: Sendable, Equatable {
        case text
        /// Text that is not blank.
        case name
        /// Text that is not blank, of at most so many characters.
        case label(Int)
        /// What a cookie may be called (RFC 6265).
        case cookieName
        case flag
        case integer(ClosedRange<Int>)
        /// Bytes: an integer, or one followed by `kb`, `mb` or `gb` (powers of 1024).
        case size(ClosedRange<Int>)
        /// A fraction up to 1 with a decimal point, or a size of at least 1 MiB. A whole 1 is the share.
        case watermark
        /// A number from 0 to 1.
        case rate
        /// In the environment separated by commas.
        case list
        /// A list of web origins as browsers write them.
        case origins
        case choice([String])
        /// A list of some of these.
        case choices([String])
        /// Pairs of `name=header`, the names being some of these.
        case mapping([String])
        /// Pairs of `key:project`.
        case keys
        /// A JSON object.
        case object
    }

    /// snake_case; in the environment `SENTIERO_` and the name in capitals.
    let name: String
    let kind: Kind
    /// As it would be written in the environment; nil: not set.
    let standard: String?
    /// Hidden when printed, and refused when set but blank.
    let isSecret: Bool
    let about: String

    init(_ name: String, _ kind: Kind, _ standard: String? = nil, isSecret: Bool = false, _ about: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.isSecret = isSecret
        self.about = about
    }

    var environmentName: String { "SENTIERO_" + name.uppercased() }
}

/// Options that belong together, as the documentation shows them.
struct ConfigurationGroup: Sendable {
    let title: String
    let options: [ConfigurationOption]
}
