import HTTPTypes
import Hummingbird

/// `/assets/*` and `/recorder.js`, public, before any login (spec 01 section 1.9, spec 03 section 1.1).
///
/// Files are looked up by their exact name among the embedded ones: there is no file system to walk out of.
struct AssetRoutes: RouterMiddleware {
    typealias Context = WebContext

    let mount: String
    let assets: Assets

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        let path = request.uri.path
        guard path.hasPrefix(mount) else { return try await next(request, context) }
        let rest = path.dropFirst(mount.count)
        if rest == "/recorder.js" {
            context.coreContext.endpointPath.value = "/recorder.js"
            guard Self.isRead(request) else { return Self.methodNotAllowed }
            guard let file = assets.file(named: "recorder") else {
                return Self.notFound("Not Found: the recorder was not built into this server (run bin/setup before swift build)")
            }
            return file.response(to: request, cacheControl: "public, max-age=300")
        }
        guard rest == "/assets" || rest.hasPrefix("/assets/") else { return try await next(request, context) }
        context.coreContext.endpointPath.value = "/assets/{file}"
        guard Self.isRead(request) else { return Self.methodNotAllowed }
        let name = String(rest.dropFirst("/assets/".count))
        guard let file = assets.files[name] else { return Self.notFound("Not Found") }
        let lifetime = Self.isHashed(name) ? "public, max-age=31536000, immutable" : "public, max-age=86400"
        return file.response(to: request, cacheControl: lifetime)
    }

    private static func isRead(_ request: Request) -> Bool { request.method == .get || request.method == .head }

    /// `\A[^\/]+-[A-Za-z0-9]+\.\w+\z`
    static func isHashed(_ name: String) -> Bool { name.wholeMatch(of: /[^\/]+-[A-Za-z0-9]+\.\w+/) != nil }

    private static func notFound(_ text: String) -> Response { plain(.notFound, text) }
    private static var methodNotAllowed: Response {
        var response = plain(.methodNotAllowed, "Method Not Allowed")
        response.headers[.allow] = "GET, HEAD"
        return response
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
