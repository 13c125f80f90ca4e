import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import Sentiero

/// The shop that the demo records.
@Suite struct DemoShopTests {
    private func shop() throws -> some ApplicationProtocol {
        try DemoShop(dashboardPort: 9292).application(host: "127.0.0.1", port: 0, logger: Logger(label: "test"))
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

    /// The policy forbids them, so a page that relied on one would be broken.
    @Test func pagesHoldNoInlineScriptOrStyle() async throws {
        try await shop().test(.router) { client in
            for path in ["/", "/products", "/checkout", "/account", "/help", "/journal", "/products/ember-stove"] {
                let html = String(buffer: try await client.execute(uri: path, method: .get).body)
                #expect(html.firstMatch(of: /\son[a-z]+=/) == nil, "\(path) has an inline handler")
                #expect(html.firstMatch(of: /\sstyle=/) == nil, "\(path) has an inline style")
                #expect(html.firstMatch(of: /<script>(?!<)/) == nil, "\(path) has an inline script")
                #expect(html.firstMatch(of: /(?:src|href)="https?:(?!\/\/localhost:9292|\/\/127\.0\.0\.1:9292)/) == nil, "\(path) loads from elsewhere")
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
    @Test(arguments: ["evil\"><script>", "a b", "", "localhost;script-src *", "[::1]", "demo.example:9393"])
    func hostNameIsChecked(host: String) async throws {
        try await shop().test(.router) { client in
            try await client.execute(uri: "/", method: .get, headers: [.init("host")!: host]) { response in
                let source = String(buffer: response.body).firstMatch(of: /src="(http:[^"]*)recorder\.js"/).map { String($0.1) }
                let expected = ["[::1]": "http://[::1]:9292/", "demo.example:9393": "http://demo.example:9292/"]
                #expect(source == expected[host] ?? "http://localhost:9292/")
            }
        }
    }

    @Test func unknownPagesAndProductsAreNotFound() async throws {
        try await shop().test(.router) { client in
            for path in ["/nowhere", "/products/unknown", "/assets/none.js", "/assets/..%2fproducts.json"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .notFound, "\(path)")
            }
        }
    }
}
