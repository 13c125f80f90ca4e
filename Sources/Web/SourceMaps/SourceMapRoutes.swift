import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import Logging
import RedisStore

/// `/api/v1/releases/{release}/sourcemaps` with an ingest key (spec 06 section 6): builds upload, list and remove. No route gives a map back.
struct SourceMapRoutes: RouterMiddleware {
    typealias Context = WebContext

    let mount: String
    let projects: Projects
    let store: SourceMapStore
    let pressure: IngestPressure
    let uploads = SourceMapUploads()

    private static let unauthorized = LaneReply(error: "invalid or missing ingest key", .unauthorized)
    private static let busy = LaneReply(error: "too many uploads at a time", .serviceUnavailable, retryAfter: 1)

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        guard let encoded = Self.release(in: request.uri.path, mount: mount) else { return try await next(request, context) }
        context.coreContext.endpointPath.value = "/api/v1/releases/{release}/sourcemaps"
        do throws(LaneReply) {
            return try await respond(to: request, encoded)
        } catch {
            var response = error.response(isHead: request.method == .head)
            if error.status == .methodNotAllowed { response.headers[.allow] = "GET, HEAD, PUT, DELETE" }
            if error.status.code >= 500 { context.logger.warning("Source map not taken", metadata: ["answer": "\(error.body)"]) }
            return response
        }
    }

    /// The release's part of the path, still encoded; nil for the path of something else.
    static func release(in path: String, mount: String) -> Substring? {
        let start = mount + "/api/v1/releases/"
        guard path.hasPrefix(start) else { return nil }
        let parts = path.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1] == "sourcemaps" ? parts[0] : nil
    }

    private func respond(to request: Request, _ encoded: Substring) async throws(LaneReply) -> Response {
        guard [.get, .head, .put, .delete].contains(request.method) else { throw .methodNotAllowed }
        guard let key = AuthorizationHeader(request.headers[.authorization])?.value(scheme: "bearer"), let project = projects.project(ingestKey: key)
        else { throw Self.unauthorized }
        let release: String
        let query: QueryString
        do throws(QueryString.Malformed) {
            release = try QueryString.decode(encoded.utf8, plusIsSpace: false)
            query = try QueryString(request.uri.query ?? "")
        } catch { throw LaneReply(error: "the address has a broken percent escape, or one of NUL", .badRequest) }
        // A misspelt `file` must not remove the whole release.
        let known = request.method == .put || request.method == .delete ? ["file"] : ["limit", "cursor"]
        if let unknown = query.pairs.map(\.0).first(where: { !known.contains($0) }) {
            throw LaneReply(sentence: "unknown parameter \(unknown.prefix(64)): \(known.joined(separator: " and ")) are known here", .badRequest)
        }
        do throws(SourceMapStoreError) { try SourceMapName.check(release: release) } catch { throw LaneReply(sourceMap: error) }
        switch request.method {
        case .put:
            guard let file = query["file"] else { throw LaneReply(error: "file is required: the URL or path of the script", .badRequest) }
            let stored = try await put(request, release, file, project)
            return try Self.json(ShownSourceMap(stored))
        case .delete:
            let removed = try await perform { () throws(SourceMapStoreError) in
                let file = try query["file"].map { file throws(SourceMapStoreError) in try SourceMapName(release: release, file: file).file }
                do throws(RedisError) { return try await store.delete(release: release, file: file, project: project) } catch { throw .redis(error) }
            }
            return try Self.json(["deleted": removed])
        default:
            let maps = try await perform { () throws(SourceMapStoreError) in
                do throws(RedisError) { return try await store.list(release: release, project: project) } catch { throw .redis(error) }
            }
            let response = try Self.json(SourceMapList(maps, query))
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private func put(_ request: Request, _ release: String, _ file: String, _ project: String) async throws(LaneReply) -> StoredSourceMap {
        // A build must not fill what batches need.
        if let refusal = pressure.refusal { throw refusal }
        guard uploads.begin() else { throw Self.busy }
        defer { uploads.end() }
        let name = try await perform { () throws(SourceMapStoreError) in try SourceMapName(release: release, file: file) }
        let json = try await SourceMapBody.read(request)
        return try await perform { () throws(SourceMapStoreError) in try await store.put(json, name: name, project: project) }
    }

    private func perform<Value>(_ work: () async throws(SourceMapStoreError) -> Value) async throws(LaneReply) -> Value {
        do throws(SourceMapStoreError) { return try await work() } catch { throw LaneReply(sourceMap: error) }
    }

    private static func json(_ value: some Encodable) throws(LaneReply) -> Response {
        guard let text = try? IslandJSON.encode(value) else { throw .redisUnavailable }
        return DashboardReply.json(Array(text.utf8))
    }
}

extension LaneReply {
    /// A sentence that may hold any characters.
    init(sentence: String, _ status: HTTPResponse.Status, retryAfter: Int? = nil) {
        self.init(status: status, body: (try? IslandJSON.encode(["error": sentence])) ?? #"{"error":"failed"}"#)
        self.retryAfter = retryAfter
    }

    init(sourceMap error: SourceMapStoreError) {
        switch error {
        case .invalidRelease, .invalidFile, .invalidMap, .unreadable: self.init(sentence: error.description, .badRequest)
        case .noRoom(let sentence): self.init(sentence: sentence, HTTPResponse.Status(code: 507))
        case .redis(let error) where error.code == .outOfMemory:
            self.init(sentence: "Redis has no memory left for source maps", HTTPResponse.Status(code: 507))
        case .redis: self = .redisUnavailable
        }
    }
}
