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

    /// The facts of one request. Values are trimmed, blank ones dropped, long ones cut to 256 characters.
    /// - Parameter header: the value of a request header by its name.
    public func facts(header: (String) -> String?) -> GeoFacts {
        guard self == .cloudflare else { return GeoFacts() }
        let country = Self.clean(header("CF-IPCountry"))
        return GeoFacts(
            // Cloudflare's codes for "unknown" and for the Tor network.
            country: country == "XX" || country == "T1" ? nil : country,
            city: Self.clean(header("CF-IPCity")),
            region: Self.clean(header("CF-Region")),
            timezone: Self.clean(header("CF-Timezone"))
        )
    }

    private static func clean(_ value: String?) -> String? {
        guard let value else { return nil }
        let scalars = value.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return nil }
        return MetadataLimits.clamp(String(scalars[first...last]), to: MetadataLimits.maxGeoCharacters)
    }
}
