import ArgumentParser
import Foundation
import Glibc
import Hummingbird
import Logging
import SentieroReporter
import ServiceLifecycle
import UnixSignals

/// `sentiero demo`: everything on one machine, in one process tree, for trying it out.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a private Redis, the server, a worker and a small shop to visit.",
        discussion: "Nothing outlives it unless --keep names a folder. It needs redis-server on the PATH."
    )

    @ArgumentParser.Option(help: "Address to listen on. With one that others can reach, the password is made up for the run.")
    var host = "127.0.0.1"

    @ArgumentParser.Option(help: "Port of the dashboard; the next free one when it is taken.")
    var port = 9292

    @ArgumentParser.Option(help: "Port of the shop; the next free one when it is taken.")
    var shopPort = 9393

    @ArgumentParser.Option(help: "How many workers to run.")
    var workers = 1

    @ArgumentParser.Option(help: ArgumentHelp("Keep the data in this folder, and go on from what is in it.", valueName: "folder"))
    var keep: String?

    @ArgumentParser.Option(
        help: ArgumentHelp("Write addresses, login and process numbers to this file as JSON once everything runs.", valueName: "file"))
    var state: String?

    func validate() throws {
        guard (1...16).contains(workers) else { throw ValidationError("--workers takes 1 to 16.") }
        guard (0...65_535).contains(port), (0...65_535).contains(shopPort) else { throw ValidationError("Ports go from 0 to 65535.") }
    }

    func run() async throws {
        guard SearchPath.find("redis-server") != nil else { throw DemoError.noRedisServer }
        let plan = try makePlan()
        defer { try? FileManager.default.removeItem(atPath: plan.runFolder) }

        var logger = Logger(label: "demo")
        logger.logLevel = .warning
        let console = DemoConsole(plan: plan)
        let processes = DemoProcesses(plan: plan, console: console, statePath: state)
        let reporter = Reporter(configuration: plan.reporter)
        let shop = try DemoShop(dashboardPort: plan.dashboardPort, reporter: reporter).application(
            host: plan.host, port: plan.shopPort, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: reporter),
                    .init(service: shop, failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: processes, failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigint, .sigterm, .sighup],
                logger: logger
            ))
        console.readKeys { key in
            if key == "q" { Task { await group.triggerGracefulShutdown() } } else { processes.report.yield(.key(key)) }
        }
        try await group.run()
    }

    private func makePlan() throws -> DemoPlan {
        guard let dashboardPort = LocalNetwork.freePort(from: port, host: host) else { throw DemoError.noFreePort(port) }
        guard let shopPort = LocalNetwork.freePort(from: shopPort, host: host, avoiding: [dashboardPort]) else {
            throw DemoError.noFreePort(shopPort)
        }
        let runFolder = try RunFolder.make()
        return DemoPlan(
            host: host,
            dashboardPort: dashboardPort,
            shopPort: shopPort,
            ingestKey: Self.madeUpPassword(),
            password: LocalNetwork.isLoopback(host) ? "demo" : Self.madeUpPassword(),
            workers: workers,
            dataFolder: try keep.map(Self.dataFolder) ?? runFolder,
            runFolder: runFolder,
            isKept: keep != nil,
            executable: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
    }

    private static func dataFolder(_ path: String) throws -> String {
        let url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DemoError.folder(path, error.localizedDescription)
        }
        return url.path
    }

    /// 80 bits, without letters and digits that look alike.
    private static func madeUpPassword() -> String {
        String((0..<16).compactMap { _ in "abcdefghjkmnpqrstuvwxyz23456789ab".randomElement() })
    }
}
