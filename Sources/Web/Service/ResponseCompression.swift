import HTTPTypes
import Hummingbird
import Ingest
import NIOCore

/// Gzips pages and JSON for clients that take it. Assets come compressed already.
struct ResponseCompression: RouterMiddleware {
    typealias Context = WebContext

    /// Below this a packet is a packet anyway; above, a response is streamed by its own route.
    private static let sizes = 1024...8_388_608
    private static let types = ["text/html", "text/css", "text/plain", "text/csv", "application/json", "application/javascript", "image/svg+xml"]

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var response = try await next(request, context)
        guard
            request.method != .head, AcceptEncoding.takesGzip(request.headers),
            response.headers[.contentEncoding] == nil,
            let type = response.headers[.contentType], Self.types.contains(where: type.hasPrefix),
            let length = response.body.contentLength, Self.sizes.contains(length),
            Self.isSafe(request, type)
        else { return response }
        let collector = BodyCollector()
        try await response.body.write(collector)
        let compressed = collector.buffer.withUnsafeReadableBytes { Gzip.deflate($0, level: 6) }
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: compressed))
        response.headers[.contentLength] = String(compressed.count)
        response.headers[.contentEncoding] = "gzip"
        response.headers[.vary] = (response.headers[.vary].map { $0 + ", " } ?? "") + "Accept-Encoding"
        return response
    }

    /// A page holds a token beside text of the query. If another site may ask for it, its compressed length tells the token (BREACH).
    private static func isSafe(_ request: Request, _ type: String) -> Bool {
        guard type.hasPrefix("text/html") else { return true }
        return ["same-origin", "none"].contains(request.headers[.secFetchSite])
    }
}

enum AcceptEncoding {
    /// Whether gzip is listed and not refused with `q=0`.
    static func takesGzip(_ fields: HTTPFields) -> Bool {
        for item in (fields[.acceptEncoding] ?? "").split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard parts.first == "gzip" || parts.first == "*" else { continue }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.dropFirst(2).contains { ("1"..."9").contains($0) } }
        }
        return false
    }
}

/// Takes a body as it is written.
private final class BodyCollector: ResponseBodyWriter {
    var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws { self.buffer.writeImmutableBuffer(buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
