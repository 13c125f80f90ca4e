import Foundation
import Glibc
import NIOCore
import ServiceLifecycle

/// Redis, web and workers of the demo: starts them in order, says when one ends, starts it again when asked, stops them in order.
actor DemoProcesses: Service {
    enum Event: Sendable {
        case exited(ChildProcess, ChildExit)
        case key(String)
    }

    private let plan: DemoPlan
    private let console: DemoConsole
    private let statePath: String?
    private let events: AsyncStream<Event>
    nonisolated let report: AsyncStream<Event>.Continuation
    /// In the order they are started.
    private let programs: [ChildProgram]
    private var children: [String: ChildProcess] = [:]

    init(plan: DemoPlan, console: DemoConsole, statePath: String?) {
        self.plan = plan
        self.console = console
        self.statePath = statePath
        (events, report) = AsyncStream.makeStream()
        programs = [plan.redis, plan.web] + (1...plan.workers).map(plan.worker)
    }

    func run() async throws {
        do {
            for program in programs where !Task.isShuttingDownGracefully { try await start(program) }
            try await waitForAnswer("the shop", at: plan.shopPort, path: "/")
        } catch {
            await stopAll()
            throw error
        }
        if !Task.isShuttingDownGracefully {
            console.banner(pids: pids)
            writeState()
        }
        for await event in events.cancelOnGracefulShutdown() { await handle(event) }
        console.say("Stopping …")
        await stopAll()
        console.say(plan.isKept ? "Stopped. What was recorded is in \(plan.dataFolder); start again with --keep to see it." : "Stopped.")
    }

    private var pids: [String: pid_t] { children.compactMapValues { $0.isRunning ? $0.pid : nil } }

    // MARK: - Starting

    private func start(_ program: ChildProgram) async throws {
        children[program.name] = try await ChildProcess.start(program) { [report] child, exit in report.yield(.exited(child, exit)) }
        switch program.name {
        case "redis": try await waitForRedis()
        case "web": try await waitForAnswer("web", at: plan.dashboardPort, path: "/readyz")
        default: break
        }
    }

    private func waitForRedis() async throws {
        let address = try SocketAddress(unixDomainSocketPath: plan.socketPath)
        try await wait(for: "redis", limit: .seconds(60)) { await LocalNetwork.ask(address, "PING\r\n")?.hasPrefix("+PONG") == true }
    }

    private func waitForAnswer(_ name: String, at port: Int, path: String) async throws {
        let host = plan.host == "0.0.0.0" || plan.host == "::" ? "127.0.0.1" : plan.host
        let address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        let request = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n"
        try await wait(for: name, limit: .seconds(30)) { await LocalNetwork.ask(address, request)?.hasPrefix("HTTP/1.1 200") == true }
    }

    private func wait(for name: String, limit: Duration, isReady: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while await !isReady() {
            if Task.isShuttingDownGracefully { return }
            if let child = children[name], !child.isRunning { throw DemoError.ended(name, lastLines(of: name)) }
            if ContinuousClock.now > deadline { throw DemoError.noAnswer(name, lastLines(of: name)) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: - While running

    private func handle(_ event: Event) async {
        switch event {
        case .exited(let child, let exit):
            // One that was started again in the meantime has another number.
            guard children[child.name]?.pid == child.pid else { return }
            // First what is, then what is said: a script acts on what it reads.
            writeState()
            console.ended(child.name, pid: child.pid, exit: exit, lastLines: exit == .signal(SIGKILL) ? [] : lastLines(of: child.name))
        case .key("s"): await startStopped()
        case .key("k"): children.values.filter { $0.name.hasPrefix("worker") && $0.isRunning }.forEach { $0.send(signal: SIGKILL) }
        case .key("i"): console.banner(pids: pids)
        case .key(let other): if !other.isEmpty { console.keys() }
        }
    }

    private func startStopped() async {
        let stopped = programs.filter { children[$0.name]?.isRunning != true }
        if stopped.isEmpty { console.say("Everything is running.") }
        for program in stopped {
            do {
                try await start(program)
                writeState()
                console.say("Started \(program.name) again (process \(children[program.name]?.pid ?? 0)).")
            } catch {
                console.say("\(error)")
            }
        }
    }

    // MARK: - Stopping

    /// Writers first: Redis goes last, with everything in it.
    private func stopAll() async {
        let servers = children.values.filter { $0.name != "redis" }
        await withTaskGroup { group in
            for child in servers { group.addTask { await child.stop(within: .seconds(12)) } }
        }
        await children["redis"]?.stop(within: .seconds(10))
        if let statePath { try? FileManager.default.removeItem(atPath: statePath) }
    }

    // MARK: - What others read

    /// For scripts: where everything is. Replaced whole, so that a reader never sees half of it.
    private func writeState() {
        guard let statePath else { return }
        let state = DemoState(
            shop: plan.shopURL, dashboard: plan.dashboardURL, user: plan.user, password: plan.password, redis: plan.redisURL, processes: pids)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(state),
            FileManager.default.createFile(atPath: statePath + ".new", contents: data, attributes: [.posixPermissions: 0o600])
        else { return console.say("cannot write \(statePath)") }
        rename(statePath + ".new", statePath)
    }

    /// Of its log: what complains, if anything does (a crash report is long), otherwise the end.
    private func lastLines(of name: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: plan.logPath(name)) else { return [] }
        let lines = String(decoding: data.suffix(65_536), as: UTF8.self).split(separator: "\n").map(String.init)
        let complaints = lines.filter { $0.contains("rror:") || $0.contains("crashed") }
        return Array((complaints.isEmpty ? lines : complaints).suffix(8))
    }
}

/// The file of `--state`.
struct DemoState: Codable {
    let shop: String
    let dashboard: String
    let user: String
    let password: String
    let redis: String
    /// Process numbers of what runs, by name.
    let processes: [String: Int32]
}

enum DemoError: Error, CustomStringConvertible {
    case ended(String, [String])
    case noAnswer(String, [String])
    case noRedisServer
    case noFreePort(Int)
    case folder(String, String)

    var description: String {
        switch self {
        case .ended(let name, let lines): "\(name) ended at once. Its last lines:\n" + lines.map { "    \($0)" }.joined(separator: "\n")
        case .noAnswer(let name, let lines): "\(name) does not answer. Its last lines:\n" + lines.map { "    \($0)" }.joined(separator: "\n")
        case .noRedisServer: "redis-server is not on the PATH. Install it (Debian: apt-get install redis-server) or run bin/setup."
        case .noFreePort(let port): "no free port from \(port) on; choose one with --port and --shop-port."
        case .folder(let path, let reason): "cannot use \(path): \(reason)"
        }
    }
}
