import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import NIOCore

extension Assets.File {
    init(name: String, data: Data) {
        bytes = ByteBuffer(bytes: data)
        let compressed = data.withUnsafeBytes { Gzip.deflate($0, level: 9) }
        self.compressed = compressed.count < data.count * 9 / 10 ? ByteBuffer(bytes: compressed) : nil
        type = Self.types[name.split(separator: ".").last.map(String.init) ?? ""] ?? "application/octet-stream"
        tag = Assets.tag(of: data)
    }

    /// Spec 01 section 1.9. Scripts and styles name their charset, or a page in another one would misread them.
    private static let types = [
        "css": "text/css; charset=utf-8", "js": "application/javascript; charset=utf-8", "html": "text/html; charset=utf-8",
        "png": "image/png", "svg": "image/svg+xml",
    ]

    func response(to request: Request, cacheControl: String) -> Response {
        let takesGzip = compressed != nil && AcceptEncoding.takesGzip(request.headers)
        let entity = takesGzip ? "\"\(tag)-gzip\"" : "\"\(tag)\""
        var fields: HTTPFields = [
            .contentType: type,
            .cacheControl: cacheControl,
            .eTag: entity,
            .xContentTypeOptions: "nosniff",
            .vary: "Accept-Encoding",
            // The recorder runs in pages of other origins. These files are public and the same for all, so nothing is given away, and a
            // page may load them with `integrity` (which needs CORS) or under cross-origin isolation.
            .accessControlAllowOrigin: "*",
            .crossOriginResourcePolicy: "cross-origin",
        ]
        if let known = request.headers[.ifNoneMatch], known == "*" || known.split(separator: ",").contains(where: { Self.isSame($0, entity) }) {
            return Response(status: .notModified, headers: fields)
        }
        if takesGzip { fields[.contentEncoding] = "gzip" }
        let response = Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: takesGzip ? compressed ?? bytes : bytes))
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static func isSame(_ candidate: Substring, _ entity: String) -> Bool {
        let text = candidate.filter { $0 != " " }
        return text == entity || text == "W/" + entity
    }
}
