import Hummingbird
import HummingbirdTesting
import Logging
import HTTPTypes
import SentieroReporter
import Testing

@testable import Sentiero

/// The shop that the demo records.
@Suite struct DemoShopTests {
    private let reporter = Reporter(configuration: ReporterConfiguration())

    private func shop() throws -> some ApplicationProtocol {
        try DemoShop(dashboardPort: 9292, reporter: reporter).application(host: "127.0.0.1", port: 0, logger: Logger(label: "test"))
    }

    @Test(arguments: ["/", "/products", "/products/ridgeline-tent", "/cart", "/checkout", "/thanks", "/account", "/journal", "/help"])
    func everyPageCarriesTheRecorder(path: String) async throws {
        try await shop().test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: [.init("host")!: "localhost:9393"]) { response in
                let html = String(buffer: response.body)
                #expect(response.status == .ok)
                #expect(html.contains("id=\"sentiero-config\""))
                #expect(html.contains("src=\"http://localhost:9292/recorder.js\""))
                #expect(html.contains("<h1>") && html.contains("</html>"))
                #expect(!html.contains("{{"))
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("script-src 'self' http://localhost:9292"))
                #expect(!policy.contains("unsafe"))
            }
        }
    }

    @Test("what breaks on the server is reported with the visit, and the visitor gets a page")
    func failure() async throws {
        var configuration = ReporterConfiguration()
        (configuration.endpoint, configuration.ingestKey, configuration.project) = ("http://localhost:1", "key", "default")
        let transport = TestTransport()
        configuration.transport = transport
        let reporter = Reporter(configuration: configuration)
        let shop = try DemoShop(dashboardPort: 9292, reporter: reporter).application(host: "127.0.0.1", port: 0, logger: Logger(label: "test"))
        try await shop.test(.router) { client in
            let response = try await client.execute(uri: "/gift-card", method: .post, headers: [.cookie: "sentiero_sid=s-1; sentiero_wid=w-1"])
            #expect(response.status == .internalServerError)
            #expect(String(buffer: response.body).contains("http://localhost:9292/issues"))
        }
        #expect(await reporter.flush())
        let report = try #require(transport.deliveries.first?.payload)
        #expect(report["exception_class"]?.text == "Sentiero.GiftCardError.ledgerClosed")
        #expect(report["message"]?.text == "The ledger of gift cards is closed for November")
        #expect(report["session_id"]?.text == "s-1")
    }

    /// The policy forbids them, so a page that relied on one would be broken.
    @Test func pagesHoldNoInlineScriptOrStyle() async throws {
        try await shop().test(.router) { client in
            for path in ["/", "/products", "/checkout", "/account", "/help", "/journal", "/products/ember-stove"] {
                let html = String(buffer: try await client.execute(uri: path, method: .get).body)
                #expect(html.firstMatch(of: /\son[a-z]+=/) == nil, "\(path) has an inline handler")
                #expect(html.firstMatch(of: /\sstyle=/) == nil, "\(path) has an inline style")
                #expect(html.firstMatch(of: /<script>(?!<)/) == nil, "\(path) has an inline script")
                let foreign = html.firstMatch(of: /(?:src|href)="https?:(?!\/\/(?:localhost|127\.0\.0\.1):9292)/)
                #expect(foreign == nil, "\(path) loads from elsewhere")
            }
        }
    }

    @Test func everyLinkLeadsSomewhere() async throws {
        try await shop().test(.router) { client in
            var seen: Set<String> = []
            var open = ["/"]
            while let path = open.popLast() {
                guard seen.insert(path).inserted else { continue }
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .ok, "\(path)")
                let html = String(buffer: response.body)
                for match in html.matches(of: /(?:href|src)="(\/[^"#]*)/) { open.append(String(match.1)) }
            }
            #expect(seen.count > 20)
        }
    }

    /// The name comes from the request and goes into the page.
    @Test(arguments: [
        ("localhost:9393", "localhost"), ("[::1]:9393", "[::1]"), ("[::1]", "[::1]"), ("demo.example:9393", "demo.example"),
        ("10.0.0.7:80", "10.0.0.7"), ("evil\"><script>", "localhost"), ("a b", "localhost"), ("", "localhost"), ("x;script-src *", "localhost"),
        ("ümlaut", "localhost"), (nil, "localhost"),
    ])
    func hostNameIsChecked(authority: String?, name: String) { #expect(DemoShop.hostName(authority) == name) }

    @Test func unknownPagesAndProductsAreNotFound() async throws {
        try await shop().test(.router) { client in
            for path in ["/nowhere", "/products/unknown", "/assets/none.js", "/assets/..%2fproducts.json"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .notFound, "\(path)")
            }
        }
    }
}
