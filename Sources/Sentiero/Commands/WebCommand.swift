import ArgumentParser
import RedisStore
import ServiceLifecycle
import UnixSignals
import Web

/// `sentiero web`: lanes, dashboard, API, assets.
struct WebCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "web", abstract: "Take recordings and show them. Run as many as you like.")

    /// Seconds a starting process waits for Redis, which may be starting itself.
    static let patience = 10
    /// Seconds requests in flight have to end after the signal to stop.
    static let farewell = 30

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try Settings()
        if !common.quiet { Console.complain(settings.listing) }
        let store = try StoreConnection(settings: settings, name: "sentiero-web-start", isService: true)
        try await store.check(patienceSeconds: Self.patience)
        let auditLog = try settings.auditLog(standard: .standardOutput)
        try await store.perform {
            let trail = try settings.auditTrail(client: store.client, schema: store.keys, log: auditLog, logger: store.logger)
            try await PrivacySettings(settings: settings).note(client: store.client, schema: store.keys, trail: trail)
        }
        store.client.shutdown()
        let server: WebServer
        do {
            server = try WebServer(
                configuration: try settings.web(), redis: try settings.redis(), keys: store.keys, encryption: try settings.encryption(),
                version: Version.text, logger: store.logger, auditLog: auditLog)
        } catch let error as AssetError {
            throw CommandFailure(.wrongUse, error.description)
        }
        var group = ServiceGroupConfiguration(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: store.logger)
        group.maximumGracefulShutdownDuration = .seconds(Self.farewell)
        try await ServiceGroup(configuration: group).run()
    }
}
