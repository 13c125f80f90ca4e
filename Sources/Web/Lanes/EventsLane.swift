import HTTPTypes
import Hummingbird
import Ingest
import Logging
import NIOCore
import RedisStore

/// `POST` and `OPTIONS` of the browser events lane (spec 01 sections 1.2-1.5).
///
/// The body goes to Redis as it came; only its validity, its ids and a few coarse client facts are looked at here.
struct EventsLane: Sendable {
    let configuration: EventsLaneConfiguration
    let projects: Projects
    let proxies: TrustedProxies
    let queue: IngestQueue
    let pressure: IngestPressure
    let metrics: WebMetrics
    private let arrivals: Arrivals
    private let origins: Origins
    private let optOut: OptOut

    init(configuration: WebConfiguration, queue: IngestQueue, pressure: IngestPressure, metrics: WebMetrics, arrivals: Arrivals) {
        let lane = configuration.lane
        self.configuration = lane
        self.projects = configuration.projects
        self.proxies = configuration.trustedProxies
        self.queue = queue
        self.pressure = pressure
        self.metrics = metrics
        self.arrivals = arrivals
        self.origins = Origins(listed: lane.corsOrigins, enforced: lane.corsEnforce)
        self.optOut = OptOut(cookieName: lane.userOptOut ? lane.optOutCookieName : nil, respectsGPC: lane.respectGPC)
    }

    func respond(to request: Request, _ context: WebContext) async -> Response {
        var response: Response
        switch request.method {
        case .options:
            response = Self.preflight
        case .post:
            let reply = await reply(to: request, context)
            if reply.status != .noContent {
                // An unknown key belongs to no project; whoever installs a tag looks at the first.
                let project = projects.project(browserKey: request.uri.queryParameters["key"].map(String.init)) ?? projects.first
                arrivals.note(project: project, status: reply.status.code, origin: request.headers[.origin])
            }
            if reply.status.code >= 400 { metrics.reject(lane: "events", status: reply.status.code) }
            response = reply.response()
        default:
            metrics.reject(lane: "events", status: LaneReply.methodNotAllowed.status.code)
            response = LaneReply.methodNotAllowed.response(isHead: request.method == .head)
        }
        origins.addFields(to: &response.headers, for: request)
        return response
    }

    private static let preflight = Response(
        status: .noContent,
        headers: [
            .contentType: "text/plain",
            .xContentTypeOptions: "nosniff",
            .accessControlAllowMethods: "POST",
            .accessControlAllowHeaders: "Content-Type, Content-Encoding",
            .accessControlMaxAge: "86400",
        ]
    )

    /// The checks in the order of spec 01 section 1.3.
    private func reply(to request: Request, _ context: WebContext) async -> LaneReply {
        guard origins.allows(request) else { return .originNotAllowed }
        guard !optOut.applies(to: request.headers) else { return .dropped }
        guard let project = projects.project(browserKey: request.uri.queryParameters["key"].map(String.init)) else { return .unknownProject }
        // Before the body is read: a server in trouble should not spend work on what it will refuse.
        if let refusal = pressure.refusal { return refusal }
        do throws(LaneReply) {
            let (envelope, body) = try await read(request)
            if let refusal = pressure.refusal(project: project, session: envelope.sessionID) { return refusal }
            return await push(envelope, body, project, request, context)
        } catch {
            return error
        }
    }

    /// Checks the body while it arrives and keeps it as received. What is inflated for the check never outlives its 64 KiB window.
    private func read(_ request: Request) async throws(LaneReply) -> (Envelope, ByteBuffer) {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > configuration.envelope.maxBodyBytes {
            throw LaneReply(EnvelopeRejection.bodyTooLarge)
        }
        var inspector = EnvelopeInspector(limits: configuration.envelope, contentEncoding: request.headers[.contentEncoding])
        var body: ByteBuffer?
        var parts = request.body.makeAsyncIterator()
        while true {
            let part: ByteBuffer?
            do { part = try await parts.next() } catch { throw .bodyIncomplete }
            guard let part else { break }
            do throws(EnvelopeRejection) {
                try Self.feed(part, to: &inspector)
            } catch {
                throw LaneReply(error)
            }
            // The usual body arrives in one part and is not copied.
            if body == nil { body = part } else { body?.writeImmutableBuffer(part) }
        }
        do throws(EnvelopeRejection) {
            return (try inspector.finish(), body ?? ByteBuffer())
        } catch {
            throw LaneReply(error)
        }
    }

    private static func feed(_ part: ByteBuffer, to inspector: inout EnvelopeInspector) throws(EnvelopeRejection) {
        var rejection: EnvelopeRejection?
        part.withUnsafeReadableBytes { bytes in
            do throws(EnvelopeRejection) { try inspector.feed(bytes) } catch { rejection = error }
        }
        if let rejection { throw rejection }
    }
}

extension LaneReply {
    init(_ rejection: EnvelopeRejection) {
        self.init(error: rejection.message, HTTPResponse.Status(code: rejection.status))
    }
}
