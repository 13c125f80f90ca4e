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

/// Who resolves geographic facts (spec 01, 1.5). Addresses are never looked up here.
public enum GeoSource: String, Sendable, CaseIterable {
    case none
    case cloudflare

    /// The facts of one request. Values are trimmed; blank ones, and those that cannot be what they claim to be, are dropped; long ones
    /// are cut to 256 characters. Any client can send these headers when no proxy overwrites them.
    /// - Parameter header: the value of a request header by its name.
    public func facts(header: (String) -> String?) -> GeoFacts {
        guard self == .cloudflare else { return GeoFacts() }
        return GeoFacts(
            country: Self.country(header("CF-IPCountry")),
            city: Self.clean(header("CF-IPCity")),
            region: Self.clean(header("CF-Region")),
            timezone: Self.clean(header("CF-Timezone"))
        )
    }

    /// Two letters, upper-cased: the country becomes the name of a field, so nothing else may pass.
    private static func country(_ value: String?) -> String? {
        guard let code = clean(value), code.utf8.count == 2, code.utf8.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { return nil }
        let country = code.uppercased()
        // Cloudflare's code for "unknown"; `T1`, the Tor network, holds a digit.
        return country == "XX" ? nil : country
    }

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
