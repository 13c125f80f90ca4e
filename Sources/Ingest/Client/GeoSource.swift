/// Where a client is, as far as a proxy in front tells; never coordinates.
public struct GeoFacts: Sendable, Equatable {
    public var country: String?
    public var city: String?
    public var region: String?
    public var timezone: String?

    public init(country: String? = nil, city: String? = nil, region: String? = nil, timezone: String? = nil) {
        self.country = country
        self.city = city
        self.region = region
        self.timezone = timezone
    }
}

/// Which request headers hold the facts; nil: none does.
public struct GeoHeaders: Sendable, Equatable {
    public var country: String?
    public var city: String?
    public var region: String?
    public var timezone: String?

    public init(country: String? = nil, city: String? = nil, region: String? = nil, timezone: String? = nil) {
        self.country = country
        self.city = city
        self.region = region
        self.timezone = timezone
    }
}

/// Who resolves geographic facts (spec 01, 1.5). Addresses are never looked up here.
public enum GeoSource: Sendable, Equatable {
    case none
    case cloudflare
    /// Headers that a proxy of the operator's sets.
    case headers(GeoHeaders)

    /// The facts of one request. Values are trimmed; blank ones, and those that cannot be what they claim to be, are dropped; long ones
    /// are cut to 256 characters. Any client can send these headers when no proxy overwrites them.
    /// - Parameter header: the value of a request header by its name.
    public func facts(header: (String) -> String?) -> GeoFacts {
        switch self {
        case .none: GeoFacts()
        case .cloudflare:
            GeoFacts(
                country: Self.cloudflareCountry(header("CF-IPCountry")),
                city: Self.clean(header("CF-IPCity")),
                region: Self.clean(header("CF-Region")),
                timezone: Self.clean(header("CF-Timezone"))
            )
        case .headers(let names):
            GeoFacts(
                country: Self.code(names.country.flatMap(header)),
                city: Self.clean(names.city.flatMap(header)),
                region: Self.clean(names.region.flatMap(header)),
                timezone: Self.clean(names.timezone.flatMap(header))
            )
        }
    }

    /// Two letters, upper-cased; `XX` is Cloudflare's for "unknown", and `T1`, the Tor network, holds a digit.
    private static func cloudflareCountry(_ value: String?) -> String? {
        guard let country = code(value), country.utf8.count == 2, country != "XX", country.utf8.allSatisfy({ $0 >= 0x41 }) else { return nil }
        return country
    }

    /// Two or three letters or digits (ISO 3166), upper-cased: the country becomes the name of an index, so nothing else may pass.
    private static func code(_ value: String?) -> String? {
        guard let code = clean(value), (2...3).contains(code.utf8.count), code.utf8.allSatisfy(isCode) else { return nil }
        return code.uppercased()
    }

    private static func isCode(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) }

    /// No place holds an `@`, which makes an address, or a control character.
    private static func isSuspicious(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar == "@" || scalar == "\u{FF20}" || scalar == "\u{FE6B}"
        }
    }

    private static func clean(_ value: String?) -> String? {
        guard let value else { return nil }
        let scalars = value.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return nil }
        guard !scalars[first...last].contains(where: isSuspicious) else { return nil }
        return MetadataLimits.clamp(String(scalars[first...last]), to: MetadataLimits.maxGeoCharacters)
    }
}
