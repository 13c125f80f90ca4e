import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Mustache
import SentieroHummingbird
import SentieroReporter
import Web

/// Trailhead Outfitters, the shop that the demo records: pages from `frontend/demo` with the recorder's tag in each, and a server that reports what goes wrong.
struct DemoShop: Sendable {
    private let dashboardPort: Int
    private let reporter: Reporter
    private let library: MustacheLibrary
    private let catalogue: ShopCatalogue
    private let assets: [String: ByteBuffer]

    /// - Parameter reporter: tells the demo's own server what goes wrong here.
    /// - Throws: when an embedded page or the catalogue cannot be parsed, which a test excludes.
    init(dashboardPort: Int, reporter: Reporter) throws {
        self.dashboardPort = dashboardPort
        self.reporter = reporter
        var library = MustacheLibrary()
        var assets: [String: ByteBuffer] = [:]
        var catalogue = ShopCatalogue(products: [])
        for (path, encoded) in EmbeddedFiles.base64 {
            guard let data = Data(base64Encoded: encoded) else { continue }
            let name = path.replacing("frontend/demo/", with: "")
            if name == "products.json" {
                catalogue = ShopCatalogue(products: try JSONDecoder().decode([ShopProduct].self, from: data))
            } else if name.hasSuffix(".mustache") {
                try library.register(String(decoding: data, as: UTF8.self), named: String(name.dropLast(".mustache".count)))
            } else {
                assets[name] = ByteBuffer(bytes: data)
            }
        }
        self.library = library
        self.assets = assets
        self.catalogue = catalogue
    }

    func application(host: String, port: Int, logger: Logger) -> some ApplicationProtocol {
        Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            logger: logger
        )
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ShopErrorPage { try self.page("failed", ["title": "Something broke"], $0, status: .internalServerError) })
        router.add(middleware: ReporterMiddleware(reporter: reporter))
        for page in ShopPage.allCases {
            router.get(RouterPath(page.path)) { request, _ in try self.page(page.template, page.context(catalogue), request) }
        }
        router.get("/products/:id") { request, context in
            guard let product = catalogue.product(context.parameters.get("id") ?? "") else {
                return try self.page("missing", [:], request, status: .notFound)
            }
            reporter.track("product_viewed", payload: ["product": .string(product.id), "price": .int(product.price)])
            return try self.page("product", ["title": product.name, "product": product, "related": catalogue.related(to: product)], request)
        }
        router.post("/gift-card") { _, _ -> Response in
            // Broken on purpose: the demo shows what becomes of it.
            throw GiftCardError.ledgerClosed(month: "November")
        }
        router.get("/assets/:file") { request, context in
            guard let file = context.parameters.get("file"), let body = assets[file] else { return Response(status: .notFound) }
            let type = ["css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"][
                file.split(separator: ".").last.map(String.init) ?? ""]
            return Response(
                status: .ok,
                headers: [.contentType: type ?? "application/octet-stream", .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"],
                body: .init(byteBuffer: body)
            )
        }
        router.get("**") { request, _ in try self.page("missing", [:], request, status: .notFound) }
        return router
    }

    /// The server has the name the visitor used for the shop, so that both are one site and share cookies.
    private func page(_ template: String, _ context: [String: Any], _ request: Request, status: HTTPResponse.Status = .ok) throws -> Response {
        let server = "http://\(Self.hostName(request.head.authority)):\(dashboardPort)"
        var context = context
        context["title"] = context["title"] ?? "Page not found"
        context["recorder"] = try ScriptTag(eventsURL: server + "/events", recorder: DemoPlan.recorder).html()
        context["dashboard"] = server
        guard let html = library.render(context, withTemplate: template) else { return Response(status: .internalServerError) }
        let policy =
            "default-src 'none'; script-src 'self' \(server); style-src 'self'; img-src 'self' data:; connect-src 'self' \(server); form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// Without the port; only what can be part of a host name, since it is written into the page.
    static func hostName(_ authority: String?) -> String {
        let match = (authority ?? "").wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]+)(?::[0-9]*)?/)
        return match.map { String($0.1) } ?? "localhost"
    }
}

/// What the shop's one broken feature fails with.
private enum GiftCardError: Error, CustomStringConvertible {
    case ledgerClosed(month: String)

    var description: String {
        switch self {
        case .ledgerClosed(let month): "The ledger of gift cards is closed for \(month)"
        }
    }
}

/// A friendly page in place of a bare 500.
private struct ShopErrorPage: RouterMiddleware {
    let page: @Sendable (Request) throws -> Response

    func handle(
        _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch { return try page(request) }
    }
}

/// Pages without a parameter.
private enum ShopPage: String, CaseIterable {
    case home, catalogue, cart, checkout, thanks, account, journal, help

    var template: String { rawValue }

    var path: String {
        switch self {
        case .home: "/"
        case .catalogue: "/products"
        default: "/" + rawValue
        }
    }

    private var title: String {
        switch self {
        case .home: "Gear for the long way round"
        case .catalogue: "All gear"
        case .cart: "Your cart"
        case .checkout: "Checkout"
        case .thanks: "Thank you"
        case .account: "Your account"
        case .journal: "Journal: nine days on the Sentiero"
        case .help: "Help"
        }
    }

    func context(_ catalogue: ShopCatalogue) -> [String: Any] {
        ["title": title, "products": catalogue.products, "featured": Array(catalogue.products.prefix(4)), "categories": catalogue.categories]
    }
}
