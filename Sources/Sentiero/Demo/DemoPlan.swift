import Foundation
import SentieroReporter
import Web

/// Everything the demo decides before it starts anything.
struct DemoPlan: Sendable {
    let host: String
    let dashboardPort: Int
    let shopPort: Int
    let user = "demo"
    /// With which the shop's server reports.
    let ingestKey: String
    let password: String
    let workers: Int
    /// Redis' data and the logs.
    let dataFolder: String
    /// Holds the socket. Private to this user, removed at the end.
    let runFolder: String
    let isKept: Bool
    let executable: String

    var isExposed: Bool { !LocalNetwork.isLoopback(host) }
    var socketPath: String { runFolder + "/redis.sock" }
    var redisURL: String { "unix://" + socketPath }
    private var shownHost: String { isExposed && host != "0.0.0.0" && host != "::" ? host : "localhost" }
    var dashboardURL: String { "http://\(shownHost):\(dashboardPort)" }
    var shopURL: String { "http://\(shownHost):\(shopPort)" }
    func logPath(_ name: String) -> String { "\(dataFolder)/\(name.replacing(" ", with: "-")).log" }

    /// Sends often, so that the own visit is there to watch within seconds; every capture is on.
    static let recorder: RecorderConfiguration = {
        var recorder = RecorderConfiguration()
        recorder.flushIntervalMs = 1_500
        recorder.captureMetadata = true
        recorder.captureErrors = true
        recorder.trackNavigation = true
        recorder.trackCustomEvents = true
        recorder.captureWebVitals = true
        recorder.captureClicks = true
        recorder.trackForms = true
        recorder.captureConsole = ["error", "warn"]
        recorder.captureNetwork = true
        recorder.appVersion = "spring-collection"
        recorder.optOutCookieName = "sentiero_optout"
        return recorder
    }()

    /// Of the shop's server. The dashboard is on this machine, whatever name visitors know it by.
    var reporter: ReporterConfiguration {
        var reporter = ReporterConfiguration()
        reporter.endpoint = dashboardURL
        reporter.ingestKey = ingestKey
        reporter.project = "default"
        reporter.environment = "demo"
        reporter.release = Self.recorder.appVersion
        return reporter
    }

    var redis: ChildProgram {
        let settings = [
            "port": "0", "unixsocket": socketPath, "unixsocketperm": "700", "dir": dataFolder, "save": "", "appendonly": "yes",
            "appendfsync": "everysec", "maxmemory-policy": "noeviction", "stream-node-max-bytes": "1024", "hash-max-listpack-value": "512",
            "daemonize": "no",
        ]
        let arguments = settings.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", $0.value] }
        return ChildProgram(name: "redis", command: ["redis-server"] + arguments, logPath: logPath("redis"), signalWhenOrphaned: "TERM")
    }

    var web: ChildProgram {
        // As browsers write them: a host name may hold capitals, an IPv6 address needs brackets.
        let origins = LocalNetwork.names(ofHost: host).compactMap { WebOrigin.corrected("http://\($0.contains(":") ? "[\($0)]" : $0):\(shopPort)") }
        var environment = workerEnvironment
        environment["SENTIERO_USER_OPT_OUT"] = "true"
        environment["SENTIERO_HTTP_HOST"] = host
        environment["SENTIERO_HTTP_PORT"] = String(dashboardPort)
        environment["SENTIERO_BASIC_AUTH"] = "\(user):\(password)"
        environment["SENTIERO_INGEST_KEYS"] = "\(ingestKey):default"
        environment["SENTIERO_CORS_ORIGINS"] = origins.joined(separator: ",")
        for option in [
            "CAPTURE_METADATA", "TRACK_NAVIGATION", "TRACK_CUSTOM_EVENTS", "CAPTURE_WEB_VITALS", "CAPTURE_CLICKS", "TRACK_FORMS",
        ] {
            environment["SENTIERO_" + option] = "true"
        }
        environment["SENTIERO_FLUSH_INTERVAL_MS"] = String(Self.recorder.flushIntervalMs)
        return ChildProgram(name: "web", command: [executable, "web"], environment: environment, logPath: logPath("web"))
    }

    func worker(_ number: Int) -> ChildProgram {
        let name = workers == 1 ? "worker" : "worker \(number)"
        return ChildProgram(name: name, command: [executable, "worker"], environment: workerEnvironment, logPath: logPath(name))
    }

    /// Starts one more worker from another terminal.
    var workerCommand: String { "SENTIERO_REDIS_URL=\(redisURL) SENTIERO_CAPTURE_ERRORS=true \(executable) worker" }

    private var workerEnvironment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["SENTIERO_REDIS_URL"] = redisURL
        // The web server tells recorders, the worker marks the sessions.
        environment["SENTIERO_CAPTURE_ERRORS"] = "true"
        // For the links of alerts and of the script tag.
        environment["SENTIERO_PUBLIC_URL"] = dashboardURL
        return environment
    }
}
