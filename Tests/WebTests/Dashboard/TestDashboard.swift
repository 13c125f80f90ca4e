import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import RedisStore
import Synchronization

@testable import Web

/// A dashboard in process, over the Redis of a live server, with probes put in.
struct TestDashboard: Sendable {
    private let dashboard: Dashboard

    init(
        _ server: LiveServer, gate: AuthGate? = nil, audit: Audit? = nil, encryption: Encryption? = nil,
        _ configure: (inout WebConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = WebConfiguration()
        configuration.basicAuth = BasicCredentials("admin:se:cret")
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let services = WebServices(
            configuration: configuration, redis: server.store, keys: server.keys, assets: try Assets(),
            pressure: IngestPressure(redis: server.store, keys: server.keys, configuration: configuration.lane, logger: logger),
            encryption: encryption, version: "test", logger: logger)
        var dashboard = try Dashboard(services, audit: audit ?? Audit(logger: logger) { _ in })
        if let gate { dashboard.gate = gate }
        self.dashboard = dashboard
    }

    func get(_ path: String, _ headers: HTTPFields) async throws -> TestResponse { try await send(.get, path, headers) }

    func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ body: String? = nil) async throws -> TestResponse {
        let router = Router(context: WebContext.self)
        dashboard.addRoutes(to: router)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }
}

/// Keeps what was audited.
final class AuditProbe: Sendable {
    private let kept = Mutex<[AuditRecord]>([])

    var entries: [AuditRecord] { kept.withLock { $0 } }
    var audit: Audit { Audit(logger: Logger(label: "test")) { [self] entry in kept.withLock { $0.append(entry) } } }
    /// `action target` of each.
    var said: [String] { entries.map { "\($0.action.rawValue) \($0.target ?? "-")" } }
}
