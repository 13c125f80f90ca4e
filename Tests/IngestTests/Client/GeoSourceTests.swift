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
        arguments: [("XX", nil), ("T1", nil), ("xx", nil), ("t1", nil), ("", nil), ("  ", nil), ("de", "DE"), (" Fr ", "FR")])
    func unknown(country: String, expected: String?) {
        #expect(Self.facts(["CF-IPCountry": country, "CF-IPCity": "Bonn"]) == GeoFacts(country: expected, city: "Bonn"))
    }

    @Test(
        "what is no country never becomes one",
        arguments: ["zed@secret-mail.com", "DEU", "D", "D1", "ÄÖ", "D E", "D@", "D\u{0}", "\u{212A}A", "D`", "[]", "..", "\u{1F1E9}\u{1F1EA}"])
    func noCountry(value: String) {
        #expect(Self.facts(["CF-IPCountry": value, "CF-IPCity": "Bonn"]) == GeoFacts(city: "Bonn"))
    }

    @Test(
        "places with addresses or control characters are dropped, others stay",
        arguments: [
            ("zed@secret-mail.com", nil), ("Bonn\u{0}", nil), ("Bo\nnn", nil), ("Bo\u{85}nn", nil), ("a\u{2028}b", nil), ("zed\u{FF20}mail.com", nil),
            ("Saint-Denis (93)", "Saint-Denis (93)"), ("São Paulo", "São Paulo"), ("दिल्‍ली", "दिल्‍ली"),
        ])
    func places(value: String, expected: String?) {
        for (header, field) in [("CF-IPCity", \GeoFacts.city), ("CF-Region", \.region), ("CF-Timezone", \.timezone)] {
            #expect(Self.facts([header: value])[keyPath: field] == expected, "\(header)")
        }
    }

    @Test("an address behind the 256th character does not pass either")
    func longWithAddress() {
        #expect(Self.facts(["CF-IPCity": String(repeating: "x", count: 300) + "@mail.com"]).city == nil)
    }

    @Test("01-33 long values are cut to 256 characters")
    func long() {
        let city = Self.facts(["CF-IPCity": " " + String(repeating: "é", count: 300)]).city
        #expect(city == String(repeating: "é", count: 256))
    }

    static let named = GeoSource.headers(.init(country: "X-Geo-Country", city: "X-Geo-City", timezone: "X-Zone"))

    @Test("01-31 the operator's own headers: what is mapped is read, nothing else")
    func headers() {
        let headers = [
            "X-Geo-Country": " de ", "X-Geo-City": " Köln ", "X-Zone": "  ", "X-Geo-Region": "NW", "CF-IPCountry": "FR", "CF-Region": "IDF",
        ]
        #expect(Self.facts(headers, Self.named) == GeoFacts(country: "DE", city: "Köln"))
        #expect(Self.facts(headers, .headers(.init())) == GeoFacts())
        #expect(Self.facts(["X-Geo-City": String(repeating: "é", count: 300)], Self.named).city?.count == 256)
    }

    @Test(
        "Cloudflare's codes mean nothing special elsewhere, and a country is always a code",
        arguments: [
            ("XX", "XX"), ("T1", "T1"), ("deu", "DEU"), ("276", "276"), ("Germany", nil), ("D", nil), ("zed@secret-mail.com", nil), ("D E", nil),
            ("D:E", nil),
        ])
    func codes(value: String, expected: String?) {
        #expect(Self.facts(["X-Geo-Country": value, "X-Geo-City": "Bonn"], Self.named) == GeoFacts(country: expected, city: "Bonn"))
    }
}
