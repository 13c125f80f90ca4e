import HTTPTypes
public import Hummingbird
import NIOCore
public import SentieroReporter

/// Reports what handlers throw and nobody handles, with the request and the recording it belongs to, and throws it on. What the handler
/// reported before it threw is not reported again.
///
/// Add it before other middlewares: what these throw is then seen too. Errors with a status below 500 are answers, not failures.
/// The address of the client is known when the context is a `RemoteAddressRequestContext`.
public struct ReporterMiddleware<Context: RequestContext>: RouterMiddleware {
    private let reporter: Reporter?
    private let trustedProxies: Int

    /// - Parameters:
    ///   - reporter: the process-wide one when nil.
    ///   - trustedProxies: how many proxies of yours stand before the server. The client is then who the outermost of them says in
    ///     `X-Forwarded-For`; with 0 the header, which anybody can send, is not read.
    public init(reporter: Reporter? = nil, trustedProxies: Int = 0) {
        self.reporter = reporter
        self.trustedProxies = trustedProxies
    }

    public func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        let reporter = reporter ?? Sentiero.reporter
        guard reporter.isActive else { return try await next(request, context) }
        let facts = RequestFacts(
            request, address: (context as? any RemoteAddressRequestContext)?.remoteAddress?.ipAddress, trustedProxies: trustedProxies)
        return try await ReportedErrors.$current.withValue(ReportedErrors()) {
            try await ReportContext.with(facts.context(reporter.configuration)) {
                do {
                    return try await next(request, context)
                } catch {
                    if !Self.isAnswer(error) {
                        // Errors of Swift have no backtrace; the route tells failures of different handlers apart.
                        reporter.notifyUnhandled(error, backtrace: ["\(request.method.rawValue) \(context.endpointPath ?? "(no route)")"])
                    }
                    throw error
                }
            }
        }
    }

    private static func isAnswer(_ error: any Error) -> Bool {
        guard let status = (error as? any HTTPResponseError)?.status.code else { return false }
        return status < 500
    }
}
