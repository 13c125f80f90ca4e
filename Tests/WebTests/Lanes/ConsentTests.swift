import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// Who is not recorded, and from where.
@Suite struct ConsentTests {
    @Test(
        "01-20 01-21 opt-out cookie",
        arguments: [
            ("sentiero_optout=1", true, 204), ("a=b; sentiero_optout=1; c=d", true, 204), ("sentiero_optout=FALSE", true, 204),
            ("sentiero_optout=0", true, 200), ("sentiero_optout=false", true, 200), ("sentiero_optout=", true, 200),
            ("xsentiero_optout=1", true, 200), ("sentiero_optout=1", false, 200),
        ])
    func cookie(header: String, isOn: Bool, status: Int) async throws {
        try await LiveServer.run {
            $0.lane.userOptOut = isOn
        } _: { server async throws in
            let body = status == 204 ? "garbage" : Payloads.valid
            let response = try await server.post(body, [.cookie: header])
            #expect(response.status.code == status)
            if status == 204 { #expect(response.bytes.isEmpty) }
            #expect(response.headers[.contentType] == "application/json")
            #expect(try await server.batches().count == (status == 204 ? 0 : 1))
        }
    }

    @Test("01-22 the cookie's name can be chosen")
    func cookieName() async throws {
        try await LiveServer.run { configuration in
            configuration.lane.userOptOut = true
            configuration.lane.optOutCookieName = "no_track"
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, [.cookie: "no_track=1"]).status == .noContent)
            #expect(try await server.post(Payloads.valid, [.cookie: "sentiero_optout=1"]).status == .ok)
        }
    }

    @Test("01-23 Global Privacy Control", arguments: [("1", true, 204), ("0", true, 200), ("true", true, 200), ("1", false, 200)])
    func gpc(value: String, respected: Bool, status: Int) async throws {
        try await LiveServer.run {
            $0.lane.respectGPC = respected
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, [.gpc: value]).status.code == status)
            #expect(try await server.batches().count == (status == 204 ? 0 : 1))
        }
    }

    static let strangers = ["https://other.example", "null", "", "https://a.shop.example", "https://shop.example.evil.test", "HTTPS://SHOP.EXAMPLE"]

    @Test("01-25 a listed origin is echoed; any other is refused once origins are listed")
    func origins() async throws {
        try await LiveServer.run {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            let listed = try await server.post(Payloads.valid, [.origin: "https://shop.example"])
            #expect(listed.status == .ok)
            #expect(listed.headers[.accessControlAllowOrigin] == "https://shop.example")
            #expect(listed.headers[.vary] == "Origin")
            #expect(listed.headers[.accessControlAllowCredentials] == nil)
            for origin in Self.strangers {
                let response = try await server.post(Payloads.valid, [.origin: origin, .gpc: "1"])
                #expect(response.status == .forbidden, "\(origin)")
                #expect(response.text == #"{"error":"origin not allowed"}"#)
                #expect(response.headers[.accessControlAllowOrigin] == nil)
                #expect(response.headers[.vary] == "Origin")
            }
            #expect(try await server.post(Payloads.valid).status == .ok, "no Origin at all")
            #expect(try await server.send(.get, "/events", [.origin: "https://other.example"]).status == .methodNotAllowed)
            #expect(try await server.batches().count == 2)
        }
    }

    @Test("01-25 the advisory mode of the original answers 200 without the header")
    func advisory() async throws {
        try await LiveServer.run { configuration in
            configuration.lane.corsOrigins = ["https://shop.example"]
            configuration.lane.corsEnforce = false
        } _: { server async throws in
            for origin in Self.strangers {
                let response = try await server.post(Payloads.valid, [.origin: origin])
                #expect(response.status == .ok)
                #expect(response.headers[.accessControlAllowOrigin] == nil)
                #expect(response.headers[.vary] == "Origin")
            }
        }
    }

    @Test(
        "01-25 the same origin always passes",
        arguments: [
            ("https://app.example", "app.example", true), ("https://app.example:443", "app.example", true),
            ("http://app.example", "app.example:80", true),
            ("https://APP.example", "app.example", true), ("http://[::1]:8080", "[::1]:8080", true),
            ("https://app.example", "app.example:8443", false),
            ("http://app.example:8080", "app.example", false), ("null", "null", false), ("https://app.example.evil.test", "app.example", false),
            ("ftp://app.example", "app.example", false),
        ])
    func sameOrigin(origin: String, host: String, same: Bool) {
        #expect(Origins.isSame(origin: origin, host: host) == same)
    }

    @Test("01-25 the same origin is taken from the Host header")
    func sameOriginLive() async throws {
        try await LiveServer.run {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid, [.origin: "https://app.example", .hostForTests: "app.example"]).status == .ok)
            #expect(try await server.post(Payloads.valid, [.origin: "https://app.example", .hostForTests: "else.example"]).status == .forbidden)
        }
    }

    @Test("browser keys choose the project once there are several, after the opt-out check")
    func projects() async throws {
        try await LiveServer.run { configuration in
            configuration.projects = Projects(browserKeys: [.init(value: "pub1", project: "one"), .init(value: "pub2", project: "two")])
        } _: { server async throws in
            for path in ["/events", "/events?key=", "/events?key=nope"] {
                let response = try await server.post("garbage", path: path)
                #expect(response.status == .unauthorized)
                #expect(response.text == #"{"error":"invalid or missing project key"}"#)
            }
            #expect(try await server.post(Payloads.valid, [.gpc: "1"], path: "/events").status == .noContent)
            #expect(try await server.post(Payloads.valid, path: "/events?key=pub2").status == .ok)
            #expect(try await server.batches().map(\.project) == ["two"])
        }
    }

    @Test("one project needs no key")
    func singleProject() async throws {
        try await LiveServer.run { configuration in
            configuration.projects = Projects(ingestKeys: [.init(value: "secret", project: "shop")])
        } _: { server async throws in
            #expect(try await server.post(Payloads.valid).status == .ok)
            #expect(try await server.post(Payloads.valid, path: "/events?key=whatever").status == .ok)
            #expect(try await server.batches().map(\.project) == ["shop", "shop"])
        }
    }
}
