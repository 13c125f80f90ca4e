import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import Logging
import NIOCore
import RedisStore

/// `POST /errors` and `POST /track`: what servers with an ingest key report (spec 01 sections 1.6-1.8).
///
/// A report is read whole before it is queued, and queued as it came: the worker reads it again. No CORS, no opt-out: the caller is no browser.
struct ServerLane: Sendable {
    enum Kind: String, Sendable {
        case errors, track
    }

    let kind: Kind
    private let projects: Projects
    private let reader: ReportReader
    private let limits: EnvelopeLimits
    private let queue: IngestQueue
    private let pressure: IngestPressure
    private let metrics: WebMetrics

    init(_ kind: Kind, configuration: WebConfiguration, reader: ReportReader, queue: IngestQueue, pressure: IngestPressure, metrics: WebMetrics) {
        self.kind = kind
        self.projects = configuration.projects
        self.reader = reader
        self.limits = configuration.lane.reportLimits
        self.queue = queue
        self.pressure = pressure
        self.metrics = metrics
    }

    func respond(to request: Request, _ context: WebContext) async -> Response {
        let reply = request.method == .post ? await reply(to: request, context) : .methodNotAllowed
        if reply.status.code >= 400 { metrics.reject(lane: kind.rawValue, status: reply.status.code) }
        return reply.response(isHead: request.method == .head)
    }

    /// The checks in the order of spec 01 section 1.6.
    private func reply(to request: Request, _ context: WebContext) async -> LaneReply {
        guard let key = AuthorizationHeader(request.headers[.authorization])?.value(scheme: "bearer"), let project = projects.project(ingestKey: key)
        else { return .invalidIngestKey }
        // Before the body is read: a server in trouble should not spend work on what it will refuse.
        if let refusal = pressure.refusal { return refusal }
        do throws(LaneReply) {
            let body = try await read(request)
            let (batch, answer) = try accept(body, encoding: request.headers[.contentEncoding], project: project)
            if let refusal = pressure.refusal(of: batch) { return refusal }
            return await queue.take(batch, context.logger) ?? answer
        } catch {
            return error
        }
    }

    private func read(_ request: Request) async throws(LaneReply) -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.maxBodyBytes {
            throw LaneReply(EnvelopeRejection.bodyTooLarge)
        }
        var body: [UInt8] = []
        var parts = request.body.makeAsyncIterator()
        while true {
            let part: ByteBuffer?
            do { part = try await parts.next() } catch { throw .bodyIncomplete }
            guard let part else { return body }
            guard body.count + part.readableBytes <= limits.maxBodyBytes else { throw LaneReply(EnvelopeRejection.bodyTooLarge) }
            body += part.readableBytesView
        }
    }

    /// The whole report is checked here, so that nothing refused is ever queued.
    private func accept(_ body: [UInt8], encoding: String?, project: String) throws(LaneReply) -> (batch: IngestBatch, answer: LaneReply) {
        let receivedMs = Int64(Date.now.timeIntervalSince1970 * 1000)
        do throws(ReportRejection) {
            let json = try ReportBody.inflated(body, contentEncoding: encoding, limits: limits)
            var batch = IngestBatch(
                lane: kind.rawValue, project: project, session: "", window: "", receivedMs: receivedMs,
                encoding: body.withUnsafeBytes { Gzip.hasMagic($0) } ? .gzip : .identity, eventCount: 1, inflatedBytes: json.count, body: body)
            switch kind {
            case .errors:
                let report = try reader.error(json, project: project, receivedMs: receivedMs)
                batch.session = report.sessionID ?? ""
                batch.window = report.windowID ?? ""
                batch.batchID = report.batchID
                // The worker stores it under what was answered, whatever its own settings say.
                batch.fingerprint = report.fingerprint
                return (batch, .accepted(fingerprint: report.fingerprint))
            case .track:
                let report = try reader.serverEvent(json, receivedMs: receivedMs)
                batch.session = report.sessionID ?? ""
                batch.batchID = report.batchID
                if batch.session.isEmpty { batch.fingerprint = IngestBatch.fingerprint(ofEvent: report.draft.name) }
                return (batch, .accepted)
            }
        } catch {
            throw LaneReply(error: error.message, HTTPResponse.Status(code: error.status))
        }
    }
}
