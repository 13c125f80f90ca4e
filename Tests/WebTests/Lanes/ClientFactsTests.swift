import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// What travels with a batch about the client: coarse facts only.
@Suite struct ClientFactsTests {
    @Test("01-30 01-31 01-33 geo comes from the proxy's headers, and only when asked for")
    func geo() async throws {
        let long = String(repeating: "x", count: 300)
        let headers: HTTPFields = [
            HTTPField.Name("CF-IPCountry")!: "DE", HTTPField.Name("CF-IPCity")!: long, HTTPField.Name("CF-Region")!: " Hesse ",
            HTTPField.Name("CF-Timezone")!: "",
        ]
        try await LiveServer.run {
            $0.lane.geoSource = .cloudflare
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.country == "DE")
            #expect(batch.city?.count == 256)
            #expect(batch.region == "Hesse")
            #expect(batch.timezone == nil)
        }
        try await LiveServer.run { server async throws in
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            #expect(try await server.batches().first?.country == nil)
        }
    }

    @Test("with trusted proxies, geo headers count from them alone", arguments: [("127.0.0.0/8", "DE"), ("10.0.0.0/8", nil)])
    func geoFromProxies(block: String, expected: String?) async throws {
        let proxies = try TrustedProxies([block])
        try await LiveServer.run {
            $0.lane.geoSource = .cloudflare
            $0.trustedProxies = proxies
        } _: { server async throws in
            let headers: HTTPFields = [HTTPField.Name("CF-IPCountry")!: "de", HTTPField.Name("CF-IPCity")!: "zed@secret-mail.com"]
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.country == expected)
            #expect(batch.city == nil)
        }
    }

    @Test("01-30 01-33 geo from the operator's own headers, never from the client's metadata")
    func geoFromNamedHeaders() async throws {
        try await LiveServer.run {
            $0.lane.geoSource = .headers(.init(country: "X-Geo-Country", city: "x-geo-city"))
        } _: { server async throws in
            let headers: HTTPFields = [
                HTTPField.Name("x-geo-country")!: "T1", HTTPField.Name("X-Geo-City")!: " " + String(repeating: "x", count: 300),
                HTTPField.Name("CF-Region")!: "Hesse",
            ]
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.country == "T1")
            #expect(batch.city?.count == 256)
            #expect(batch.region == nil)
        }
    }

    @Test("01-31 unknown countries", arguments: ["XX", "T1"])
    func unknownCountry(code: String) async throws {
        try await LiveServer.run {
            $0.lane.geoSource = .cloudflare
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, [HTTPField.Name("CF-IPCountry")!: code]).status == .ok)
            #expect(try await server.batches().first?.country == nil)
        }
    }

    @Test("the browser is reduced to a name, the address to its network, and forwarded addresses count only from trusted proxies")
    func reduced() async throws {
        let agent =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
        let headers: HTTPFields = [.userAgent: agent, .forwardedFor: "6.6.6.6, 203.0.113.42"]
        try await LiveServer.run { server async throws in
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            let batch = try #require(try await server.batches().first)
            #expect(batch.browser == "Safari")
            #expect(batch.device == "Mobile")
            #expect(batch.address == "127.0.0.0")
        }
        let proxies = try TrustedProxies(["127.0.0.0/8"])
        try await LiveServer.run {
            $0.trustedProxies = proxies
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, headers).status == .ok)
            // 01-114: the last element is what the trusted proxy saw; the first is the client's own claim.
            #expect(try await server.batches().first?.address == "203.0.113.0")
        }
    }

    @Test(
        "forwarded addresses with ports",
        arguments: [
            ("203.0.113.42:51234", "203.0.113.42"), ("[2001:db8::1]:51234", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:203.0.113.42", "::ffff:203.0.113.42"), ("203.0.113.42", "203.0.113.42"), ("unknown", "unknown"), ("", ""),
        ])
    func ports(element: String, address: String) { #expect(TrustedProxies.withoutPort(Substring(element)) == address) }

    @Test(
        "proxy blocks",
        arguments: [
            ("10.0.0.0/8", "10.200.3.4", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.168.1.128/25", "192.168.1.200", true),
            ("192.168.1.128/25", "192.168.1.100", false), ("2001:db8::/32", "2001:db8:1::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
        ])
    func blocks(block: String, address: String, contained: Bool) throws {
        let proxies = try TrustedProxies([block])
        #expect(proxies.contains(address) == contained)
    }

    @Test("a proxy entry that is no address is named", arguments: ["proxy.example", "10.0.0.0/33", "10.0.0.0/x", "", "1.2.3.4/8/8"])
    func badBlocks(entry: String) {
        #expect(throws: InvalidProxy(entry: entry)) { try TrustedProxies([entry]) }
    }
}
