import HTTPTypes
import Hummingbird
import Logging

/// Logs and measures every request, and turns what was thrown into an answer. Outermost, so that it sees the final status.
struct AccessLog: RouterMiddleware {
    typealias Context = WebContext

    let metrics: WebMetrics

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await answer(request, context, next)
        let duration = ContinuousClock.now - start
        // An unmatched path has no template; the path itself would make a label of every scanner's guess.
        let route = context.endpointPath ?? "unmatched"
        metrics.observe(route: route, method: request.method.rawValue, status: response.status.code, duration: duration)
        // One line per stored batch would be the bulk of all logs; the counters say as much.
        let level: Logger.Level = LaneRoutes.templates.contains(route) && response.status.code < 400 ? .debug : .info
        context.logger.log(
            level: level,
            "request",
            metadata: [
                "method": "\(request.method.rawValue)",
                // Never the query: it may hold searches and tokens.
                "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "ms": "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)",
            ]
        )
        return response
    }

    private func answer(_ request: Request, _ context: WebContext, _ next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        } catch {
            context.logger.error("Request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            response = Response(
                status: .internalServerError, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "Internal Server Error")))
        }
        if response.headers[.xContentTypeOptions] == nil { response.headers[.xContentTypeOptions] = "nosniff" }
        return request.method == .head && response.body.contentLength != 0 ? response.createHeadResponse() : response
    }
}
