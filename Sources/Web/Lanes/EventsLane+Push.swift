import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import Logging
import NIOCore
import RedisStore

extension EventsLane {
    /// Hands the batch to Redis; the answer waits for the acknowledgement (DESIGN.md section 3, rule 4).
    func push(_ envelope: Envelope, _ body: ByteBuffer, _ project: String, _ request: Request, _ context: WebContext) async -> LaneReply {
        let agent = request.headers[.userAgent] ?? ""
        let source = proxies.mayVouch(for: context) ? configuration.geoSource : .none
        let geo = source.facts { name in HTTPField.Name(name).flatMap { request.headers[$0] } }
        let batch = IngestBatch(
            project: project,
            session: envelope.sessionID,
            window: envelope.windowID,
            batchID: envelope.batchID,
            sequence: envelope.sequence,
            receivedMs: Int64(Date.now.timeIntervalSince1970 * 1000),
            encoding: envelope.encoding == .gzip ? .gzip : .identity,
            eventCount: envelope.eventCount,
            inflatedBytes: envelope.inflatedBytes,
            recorder: envelope.recorder,
            browser: UserAgent.browser(agent),
            device: UserAgent.device(agent),
            // Always reduced, whatever `anonymize_ip` says: the events lane never stores an address.
            address: proxies.clientAddress(of: request, context).flatMap(ClientAddress.anonymized),
            country: geo.country,
            city: geo.city,
            region: geo.region,
            timezone: geo.timezone,
            body: Array(body.readableBytesView)
        )
        return await queue.take(batch, context.logger) ?? .accepted
    }
}
