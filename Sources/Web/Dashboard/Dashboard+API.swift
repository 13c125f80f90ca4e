import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import RedisStore

/// `/api/v1`: erasure and legal holds, with the dashboard's login (docs/api.md).
extension Dashboard {
    /// Milliseconds after which an erasure is answered with 202.
    private static let patience = 2_000
    private static let maxBodyBytes = 1_048_576

    /// There is no token here, so nothing a form of another site could send is taken: the body is JSON by its type, and browsers say whose it is.
    func changeByAPI(_ call: DashboardRequest, _ request: Request) async throws -> Response {
        guard CSRF.isSameOrigin(call.headers, call.hosts) else { throw DashboardFailure.otherOrigin }
        switch call.route {
        case .apiErasures: return try await erase(call, json: try await json(request))
        case .apiHold(let session) where call.method == .put: return try await hold(call, session: session, json: try await json(request))
        case .apiHold(let session): return try await release(call, session: session)
        default: throw DashboardFailure.methodNotAllowed(call.route.methods)
        }
    }

    private func json(_ request: Request) async throws -> [UInt8] {
        let type = request.headers[.contentType]?.lowercased().prefix { $0 != ";" && $0 != " " } ?? ""
        guard type == "application/json" else { throw DashboardFailure.needsJSON }
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: Self.maxBodyBytes) } catch { throw DashboardFailure.formTooLarge }
        return Array(buffer: body)
    }

    private func erase(_ call: DashboardRequest, json: [UInt8]) async throws -> Response {
        let request: ErasureRequest
        do { request = try ErasureRequest(json: json) } catch let refusal as ErasureRequest.Refusal { throw DashboardFailure.badAPI(refusal.message) }
        if case .user = request.selection, configuration.userKey.isEmpty {
            throw DashboardFailure.badAPI("Sessions are not indexed by user: the option user_key is empty.")
        }
        let isList = if case .sessions = request.selection { true } else { false }
        if request.isDryRun || isList {
            let receipt = try await erasures.preview(request.selection, project: call.project)
            if request.isDryRun { return try answer(DryRun(receipt: receipt)) }
            // Who names a session means that one: better nothing than a part.
            guard receipt.held == 0 else {
                throw DashboardFailure.conflict("\(Format.count(receipt.held, "session")) under legal hold. Nothing was erased.")
            }
        }
        guard let status = try await startErasure(call, request.selection, patience: Self.patience) else {
            throw DashboardFailure.conflict("Another erasure is still running. Nothing was erased.")
        }
        guard status.state != .failed else { throw DashboardFailure.storeUnavailable }
        let isRunning = status.state == .running
        var response = try answer(Answer(status: status, url: call.urls.apiErasure(status.id)), status: isRunning ? .accepted : .ok)
        if isRunning { response.headers[.location] = call.urls.apiErasure(status.id) }
        return response
    }

    func erasure(_ call: DashboardRequest, id: String) async throws -> Response {
        guard let status = try await erasures.status(id, project: call.project) else { throw DashboardFailure.noErasure }
        return try answer(Answer(status: status, url: call.urls.apiErasure(id)))
    }

    func hold(_ call: DashboardRequest, session: String) async throws -> Response {
        guard let row = try await store.find(session, project: call.project).row else { throw DashboardFailure.noSession }
        return try answer(Hold(session: session, held: row.hold != nil, reason: row.hold?.reason, since: row.hold.map { Format.time($0.since).iso }))
    }

    private func hold(_ call: DashboardRequest, session: String, json: [UInt8]) async throws -> Response {
        struct Body: Decodable { let reason: String }
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(json)) else {
            throw DashboardFailure.badAPI("The body is {\"reason\": \"…\"}.")
        }
        let isThere: Bool
        do throws(LegalHoldError) { isThere = try await holds.hold(project: call.project, session: session, reason: body.reason) } catch {
            if case .redis(let error) = error { throw error }
            throw DashboardFailure.badAPI(error.description)
        }
        guard isThere else { throw DashboardFailure.noSession }
        await record(call, .holdSession, target: "session:" + session, detail: [("reason", .text(body.reason))])
        return try await hold(call, session: session)
    }

    private func release(_ call: DashboardRequest, session: String) async throws -> Response {
        let release: HoldRelease
        do throws(LegalHoldError) { release = try await holds.release(project: call.project, session: session) } catch {
            if case .redis(let error) = error { throw error }
            throw DashboardFailure.badAPI(error.description)
        }
        guard release != .absent else { throw DashboardFailure.noSession }
        guard case .released(let expires) = release else { return try answer(Hold(session: session, held: false)) }
        await record(call, .releaseSession, session: session)
        return try answer(Hold(session: session, held: false, expiresAt: expires.map { Format.time(Double($0) / 1000).iso }))
    }

    private func answer(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return DashboardReply.json(Array(try encoder.encode(value)), status: status)
    }

    private struct DryRun: Encodable {
        let dryRun = true
        let receipt: ErasureReceipt
        enum CodingKeys: String, CodingKey {
            case receipt
            case dryRun = "dry_run"
        }
    }

    private struct Answer: Encodable {
        let status: ErasureStatus
        let url: String
        enum CodingKeys: String, CodingKey { case url }

        func encode(to encoder: any Encoder) throws {
            try status.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(url, forKey: .url)
        }
    }

    private struct Hold: Encodable {
        let session: String
        let held: Bool
        var reason: String?
        var since: String?
        var expiresAt: String?
        enum CodingKeys: String, CodingKey {
            case session, held, reason, since
            case expiresAt = "expires_at"
        }
    }
}
