import HTTPTypes
public import Hummingbird
import Logging
import RedisStore

/// The dashboard and its JSON API (spec 03): sessions, replay, maintenance.
///
/// Order of work: gate, route, method, ids, token, input, work, audit. An anonymous caller learns nothing, not even which pages exist.
public struct Dashboard: Sendable {
    let services: WebServices
    let configuration: WebConfiguration
    var gate: AuthGate
    let list: SessionList
    let store: SessionStore
    let events: EventReader
    let problems: ProblemStore
    let serverEvents: ServerEventStore
    let customEventScan: CustomEventScan
    let removal: SessionRemoval
    let purge: Purge
    let flash: Flash
    let audit: Audit
    let erasures: Erasures
    let holds: LegalHold
    let redis: RedisClient
    let keys: KeySchema
    let pressure: IngestPressure
    let templates: Templates
    let assets: Assets
    let logger: Logger

    /// - Parameters:
    ///   - services: what the pages of the web tier share.
    ///   - audit: where entries go.
    /// - Throws: when a template or a script in the binary is broken.
    public init(_ services: WebServices, audit: Audit) throws {
        (redis, keys, pressure) = (services.redis, services.keys, services.pressure)
        self.services = services
        configuration = services.configuration
        logger = services.logger
        assets = services.assets
        self.audit = audit
        gate = AuthGate(
            credentials: configuration.basicAuth, allowsInsecure: configuration.allowInsecureDashboard,
            logins: FailedLogins(redis: redis, keys: keys, logger: logger))
        list = SessionList(redis: redis, keys: keys)
        store = try SessionStore(redis: redis, keys: keys)
        events = EventReader(store: store, keys: services.encryption?.sessions)
        problems = try ProblemStore(redis: redis, keys: keys, sessionKeys: services.encryption?.sessions)
        serverEvents = ServerEventStore(redis: redis, keys: keys, sessionKeys: services.encryption?.sessions)
        customEventScan = CustomEventScan(list: list, store: store, events: events)
        flash = Flash(redis: redis, keys: keys)
        let tombstoneSeconds = max(configuration.retentionPeriod, configuration.recorder.sessionMaxAge)
        let sessionKeys = services.encryption?.sessions
        removal = try SessionRemoval(client: redis, schema: keys, tombstoneSeconds: tombstoneSeconds, keys: sessionKeys)
        erasures = Erasures(
            redis: redis, keys: keys,
            erasure: try Erasure(
                client: redis, schema: keys, tombstoneSeconds: tombstoneSeconds, userKey: configuration.userKey, keys: sessionKeys),
            logger: logger)
        holds = try LegalHold(
            client: redis, schema: keys, retentionSeconds: configuration.retentionPeriod, errorRetentionSeconds: configuration.retentionErrors,
            keys: sessionKeys)
        purge = Purge(redis: redis, keys: keys, removal: removal, logger: logger)
        templates = try Templates()
        if configuration.basicAuth == nil, configuration.allowInsecureDashboard {
            logger.warning("the dashboard is open to everyone who can reach it (SENTIERO_ALLOW_INSECURE_DASHBOARD)")
        }
    }

    /// Answers everything below the mount that no other route of the router answers.
    public func addRoutes(to router: some RouterMethods<WebContext>) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
        for pattern in DashboardRoute.patterns {
            for method in methods {
                router.on("\(configuration.mount)/\(pattern)", method: method) { request, context in
                    await respond(to: request, context: context)
                }
            }
        }
    }

    /// Answers one request; never throws.
    public func respond(to request: Request, context: WebContext) async -> Response {
        let isHead = request.method == .head
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let failure as DashboardFailure {
            response = self.response(for: failure, request)
        } catch LegalHoldError.redis(let error) {
            logger.warning("the dashboard cannot hold a session", metadata: ["error": "\(error)"])
            response = self.response(for: .storeUnavailable, request)
        } catch SessionRemovalError.redis(let error) {
            logger.warning("the dashboard cannot delete", metadata: ["error": "\(error)"])
            response = self.response(for: .storeUnavailable, request)
        } catch let error as RedisError {
            logger.warning("the dashboard cannot read Redis", metadata: ["error": "\(error)"])
            response = self.response(for: .storeUnavailable, request)
        } catch {
            logger.error("the dashboard failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            response = self.response(for: DashboardFailure(status: .internalServerError, message: "Internal Server Error"), request)
        }
        return isHead ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let address = configuration.trustedProxies.clientAddress(of: request, context)
        let user: String?
        switch await gate.decide(authorization: request.headers[.authorization], address: address) {
        case .allowed(let name): user = name
        case .unauthorized(let isAttempt):
            // A browser asks without a login first: that is no attempt.
            if isAttempt { await recordDeniedLogin(address: address, path: request.uri.path, isThrottled: false) }
            throw DashboardFailure.unauthorized
        case .closed: throw DashboardFailure.closed
        case .throttled(let seconds, let isFirst):
            if isFirst { await recordDeniedLogin(address: address, path: request.uri.path, isThrottled: true) }
            throw DashboardFailure.throttled(seconds)
        }
        let call = try self.call(request, context, user: user, address: address)
        switch call.method {
        case .get, .head: return try await read(call)
        default: return try await call.route.isAPI ? changeByAPI(call, request) : change(call, form(of: request))
        }
    }

    /// Route, method, ids and query, in that order.
    private func call(_ request: Request, _ context: WebContext, user: String?, address: String?) throws -> DashboardRequest {
        guard let route = route(request.uri.path) else { throw DashboardFailure.notFound }
        let query: QueryString
        do { query = try QueryString(request.uri.query ?? "") } catch { throw DashboardFailure.malformedQuery }
        var method = request.method
        if method == .post, route.methods.contains(.delete), query["_method"] == "delete" { method = .delete }
        guard route.methods.contains(method) else { throw DashboardFailure.methodNotAllowed(route.methods) }
        guard route.hasValidIDs else { throw DashboardFailure.invalidID }
        let names = configuration.projects.names
        let project = query["project"] ?? configuration.projects.first
        guard names.contains(project) else { throw DashboardFailure.unknownProject }
        let publicHost = configuration.publicURL.firstRange(of: "://").map { String(configuration.publicURL[$0.upperBound...]) }
        return DashboardRequest(
            route: route, method: method, path: request.uri.path, query: query, headers: request.headers, cookies: request.cookies,
            project: project, user: user, clientAddress: address, hosts: [request.head.authority, publicHost].compactMap(\.self),
            isSecure: configuration.trustedProxies.isSecure(request, context),
            urls: DashboardURLs(mount: configuration.mount, project: names.count > 1 ? project : nil))
    }

    /// - Returns: nil for a path that leads nowhere. A segment that cannot be decoded stays as it is: it is no valid id either.
    func route(_ path: String) -> DashboardRoute? {
        guard path.hasPrefix(configuration.mount) else { return nil }
        let rest = path.dropFirst(configuration.mount.count)
        guard rest.isEmpty || rest.hasPrefix("/") else { return nil }
        var segments = rest.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if segments.last == "" { segments.removeLast() }
        return DashboardRoute(segments.map { (try? QueryString.decode($0.utf8, plusIsSpace: false)) ?? $0 })
    }

    private func form(of request: Request) async throws -> QueryString {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false else { return QueryString() }
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: 262_144) } catch { throw DashboardFailure.formTooLarge }
        do { return try QueryString(String(buffer: body)) } catch { throw DashboardFailure.malformedQuery }
    }

    private func read(_ call: DashboardRequest) async throws -> Response {
        switch call.route {
        case .sessions: try await sessions(call)
        case .sessionCount: try await sessionCount(call)
        case .session(let session): try await redirect(call, session: session)
        case .window(let session, let window): try await replay(call, session: session, window: window)
        case .events(let session, let window): try await events(call, session: session, window: window)
        case .chunks(let session, let window): try await chunks(call, session: session, window: window)
        case .maintenance: try await maintenance(call)
        case .purgeProgress: try await purgeProgress(call)
        case .alerts: try await alerts(call)
        case .install: try await install(call)
        case .installCheck: try await installCheck(call)
        case .erasureProgress(let id): try await erasureProgress(call, id: id)
        case .audit: try await auditLog(call)
        case .customEvents: try await customEvents(call)
        case .customEvent(let id): try await customEvent(call, id: id)
        case .apiErasure(let id): try await erasure(call, id: id)
        case .apiHold(let session): try await hold(call, session: session)
        case .issues: try await issues(call)
        case .issue(let fingerprint): try await issue(call, fingerprint)
        case .issueGroup(let group): try await issue(call, group: group)
        case .apiIssues: try await issuesByAPI(call)
        case .apiIssue(let fingerprint): try await issueByAPI(call, fingerprint)
        case .bulkDelete, .purgeBefore, .purgeExpired, .erase, .hold, .release, .apiErasures, .issueStatus, .issuesStatus:
            throw DashboardFailure.methodNotAllowed(call.route.methods)
        }
    }

    private func change(_ call: DashboardRequest, _ form: QueryString) async throws -> Response {
        guard CSRF.allows(form: form, cookies: call.cookies, headers: call.headers, hosts: call.hosts, isSecure: call.isSecure) else {
            throw DashboardFailure.invalidToken
        }
        switch call.route {
        case .session(let session): return try await delete(call, form, session: session)
        case .window(let session, let window): return try await delete(call, form, session: session, window: window)
        case .bulkDelete: return try await bulkDelete(call, form)
        case .purgeBefore: return try await purgeBefore(call, form)
        case .purgeExpired: return try await purgeExpired(call)
        case .alerts: return try await changeAlerts(call, form)
        case .erase: return try await erase(call, form)
        case .hold(let session): return try await hold(call, form, session: session)
        case .release(let session): return try await release(call, form, session: session)
        case .issueStatus(let fingerprint): return try await setStatus(call, form, of: fingerprint)
        case .issuesStatus: return try await setStatuses(call, form)
        default: throw DashboardFailure.methodNotAllowed(call.route.methods)
        }
    }
}
