import Ingest
import Testing

@Suite("Geographic facts (spec 01, 1.5)")
struct GeoSourceTests {
    static func facts(_ headers: [String: String], _ source: GeoSource = .cloudflare) -> GeoFacts { source.facts { headers[$0] } }

    @Test("01-31 Cloudflare's headers")
    func cloudflare() {
        let headers = ["CF-IPCountry": "DE", "CF-IPCity": " Köln ", "CF-Region": "NW", "CF-Timezone": "Europe/Berlin"]
        #expect(Self.facts(headers) == GeoFacts(country: "DE", city: "Köln", region: "NW", timezone: "Europe/Berlin"))
        #expect(Self.facts(headers, .none) == GeoFacts())
        #expect(Self.facts([:]) == GeoFacts())
    }

    @Test(
        "01-31 unknown countries are dropped, the rest stays",
        arguments: [("XX", nil), ("T1", nil), ("xx", "xx"), ("t1", "t1"), ("", nil), ("  ", nil)])
    func unknown(country: String, expected: String?) {
        #expect(Self.facts(["CF-IPCountry": country, "CF-IPCity": "Bonn"]) == GeoFacts(country: expected, city: "Bonn"))
    }

    @Test("01-33 long values are cut to 256 characters")
    func long() {
        let city = Self.facts(["CF-IPCity": " " + String(repeating: "é", count: 300)]).city
        #expect(city == String(repeating: "é", count: 256))
    }

    @Test("the names of the setting")
    func names() {
        #expect(GeoSource(rawValue: "cloudflare") == .cloudflare)
        #expect(GeoSource(rawValue: "none") == GeoSource.none)
        #expect(GeoSource(rawValue: "maxmind") == nil)
    }
}
