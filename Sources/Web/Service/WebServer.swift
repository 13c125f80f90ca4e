public import Hummingbird
import HummingbirdCore
import Ingest
public import Logging
import NIOCore
public import RedisStore
public import ServiceLifecycle

/// The web tier: lanes, pages, assets, health and metrics in one Hummingbird application.
public struct WebServer: Service {
    /// Answers requests; exposed so that tests can drive it in process or on a port of their choice.
    public let application: Application<RouterResponder<WebContext>>
    private let clients: [RedisClient]
    private let audit: AuditTrail

    /// - Parameters:
    ///   - redis: where Redis is; the server makes its own connections, one for ingest and one for reads.
    ///   - encryption: nil takes and shows recordings as they are.
    ///   - version: of this build.
    ///   - auditLog: where audit lines go besides Redis.
    ///   - onRunning: called with the port once requests are answered.
    /// - Throws: `AssetError` for an unusable override file.
    public init(
        configuration: WebConfiguration,
        redis: RedisConfiguration,
        keys: KeySchema,
        encryption: EncryptionSettings? = nil,
        version: String,
        logger: Logger,
        auditLog: AuditLog = AuditLog(.nowhere),
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        var ingestConfiguration = redis
        ingestConfiguration.clientName = "sentiero-web-ingest"
        // A client must hear within a second that Redis is away.
        ingestConfiguration.commandTimeoutMs = min(redis.commandTimeoutMs, 900)
        let ingest = RedisClient(configuration: ingestConfiguration, logger: logger)
        var readConfiguration = redis
        readConfiguration.clientName = "sentiero-web-reads"
        // A page may take longer than a batch, but a person should soon read that Redis is away.
        readConfiguration.commandTimeoutMs = 3_000
        readConfiguration.connectionWaitMs = 1_000
        let reads = RedisClient(configuration: readConfiguration, logger: logger)
        var clients = [ingest, reads]
        var sealing: Encryption?
        if let encryption {
            // With one Redis the keys of ingest go the way of its batches; what fails for one fails for both.
            let keyClient = encryption.keyRedis.map { Self.keyClient($0, logger: logger) }
            if let keyClient { clients.append(keyClient) }
            sealing = try Encryption(
                masters: encryption.masters, client: keyClient ?? ingest, isSeparate: keyClient != nil, schema: keys,
                retentionSeconds: encryption.retentionSeconds)
        }
        self.clients = clients

        let metrics = WebMetrics()
        let pressure = IngestPressure(redis: ingest, keys: keys, configuration: configuration.lane, logger: logger)
        let sourceMaps = try SourceMapStore(
            redis: reads, keys: keys, retentionSeconds: configuration.sourceMapRetention, maxBytes: configuration.maxSourceMapBytes)
        let services = WebServices(
            configuration: configuration, redis: reads, keys: keys, assets: try Assets(overrides: configuration.assetOverrides),
            pressure: pressure, encryption: sealing, sourceMaps: sourceMaps, version: version, logger: logger
        )
        if !services.assets.isBuilt { logger.warning("The recorder is not part of this build: run bin/setup, then build again") }

        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AccessLog(metrics: metrics))
        router.add(middleware: ResponseCompression())
        let queue = IngestQueue(client: ingest, schema: keys, keys: sealing?.ingest)
        let reader = ReportReader(
            redactor: Redactor(settings: configuration.redaction), anonymizesIP: configuration.anonymizeIP,
            fingerprints: FingerprintRules(defaultPlatform: configuration.defaultPlatform))
        func lane(_ kind: ServerLane.Kind) -> ServerLane {
            ServerLane(kind, configuration: configuration, reader: reader, queue: queue, pressure: pressure, metrics: metrics)
        }
        router.add(
            middleware: LaneRoutes(
                mount: configuration.mount,
                events: EventsLane(
                    configuration: configuration, queue: queue, pressure: pressure, metrics: metrics, arrivals: Arrivals(redis: ingest, keys: keys)),
                errors: lane(.errors), track: lane(.track)))
        router.add(
            middleware: SourceMapRoutes(mount: configuration.mount, projects: configuration.projects, store: sourceMaps, pressure: pressure))
        router.add(middleware: AssetRoutes(mount: configuration.mount, assets: services.assets))
        HealthRoutes(redis: ingest).add(to: router)
        MetricsRoute(
            access: MetricsAccess(configuration), metrics: metrics,
            store: StoreMetrics(redis: reads, keys: keys, pressure: pressure), ingest: ingest, version: version
        ).add(to: router)

        audit = try AuditTrail(
            client: reads, schema: keys, log: auditLog, retentionSeconds: configuration.auditRetention, logger: logger)
        try Dashboard(services, audit: .trail(audit, logger: logger)).addRoutes(to: router)

        application = Application(
            router: router,
            server: .http1(configuration: Self.http(configuration.limits)),
            configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
            services: [pressure],
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger
        )
    }

    /// Serves until shutdown: requests in flight are answered first, then the audit log is written out, the connections to Redis close last.
    public func run() async throws {
        for client in clients { client.start() }
        defer { for client in clients { client.shutdown() } }
        do { try await application.run() } catch {
            await audit.flush()
            throw error
        }
        await audit.flush()
    }

    private static func keyClient(_ configuration: RedisConfiguration, logger: Logger) -> RedisClient {
        var configuration = configuration
        configuration.clientName = "sentiero-web-keys"
        configuration.commandTimeoutMs = min(configuration.commandTimeoutMs, 900)
        return RedisClient(configuration: configuration, logger: logger)
    }

    private static func http(_ limits: ConnectionLimits) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline(limits: limits)],
            idleTimeout: .seconds(Int64(limits.headerTimeout)),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.maxHeaderBytes, maxHeaderListSize: limits.maxHeaderBytes, maxHeaderFieldCount: limits.maxHeaderCount
            )
        )
    }
}
