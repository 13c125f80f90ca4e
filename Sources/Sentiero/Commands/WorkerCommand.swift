import ArgumentParser
import RedisStore
import ServiceLifecycle
import UnixSignals
import Web
import Worker

/// `sentiero worker`: redacts and stores what the web tier took.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", abstract: "Process what was recorded. Run as many as you like.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try Settings()
        if !common.quiet { Console.complain(settings.listing) }
        let worker = try settings.worker()
        let store = try StoreConnection(settings: settings, name: "sentiero-worker", isService: true)
        defer { store.client.shutdown() }
        try await store.check(patienceSeconds: WebCommand.patience)
        let service = WorkerService(
            configuration: worker, redis: store.client, schema: store.keys, encryption: store.encryption, logger: store.logger)
        var services: [any Service] = [service]
        if let port = settings.integer("worker_http_port") {
            let web = try settings.web()
            let listener = WorkerListener(metrics: service.metrics, redis: store.client, access: MetricsAccess(web))
            services.append(listener.application(host: settings.text("worker_http_host") ?? "127.0.0.1", port: port, logger: store.logger))
        }
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: store.logger)
        group.maximumGracefulShutdownDuration = .seconds(WebCommand.farewell)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as EventFilterError {
            throw CommandFailure(.failed, "SENTIERO_EVENT_FILTER: \(error).")
        }
    }
}
