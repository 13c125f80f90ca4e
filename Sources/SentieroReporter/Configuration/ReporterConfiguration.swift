import Foundation
public import Logging

/// Settings of a ``Reporter``. Without `endpoint`, `ingestKey` and `project`, or a `transport`, it does nothing.
public struct ReporterConfiguration: Sendable {
    /// Where Sentiero is mounted, such as `https://rec.example.com`; `/errors` and `/track` are appended. White
    /// space around it is left out, as of the key and the project.
    public var endpoint: String? { didSet { endpoint = Self.trimmed(endpoint) } }
    /// A key of the server's `ingest_keys`. The project that reports belong to comes from it.
    public var ingestKey: String? { didSet { ingestKey = Self.trimmed(ingestKey) } }
    /// Its name. Not sent, the key decides; without it nothing is reported, so that a forgotten project shows at once.
    public var project: String? { didSet { project = Self.trimmed(project) } }
    /// Written into the context of errors, such as `production`.
    public var environment: String?
    /// Written into the context of errors: the version that runs.
    public var release: String?
    public var isEnabled = true

    /// Reports waiting or on their way; more are dropped and counted.
    public var maxQueue = 100
    /// For a connection.
    public var connectTimeout: Duration = .seconds(2)
    /// Without a byte from the server.
    public var readTimeout: Duration = .seconds(3)
    public var retry = RetryPolicy()
    /// How reports leave; over HTTP when nil. With one of these `endpoint`, `ingestKey` and `project` need not be set.
    public var transport: (any ReportTransport)?

    /// Cookies of the recorder, which the middleware reads.
    public var sessionCookieName = "sentiero_sid"
    public var windowCookieName = "sentiero_wid"

    /// Keys whose values are never sent; also names of the values of errors that do not describe themselves.
    public var defaultFilterKeys = FilterKey.standard
    /// Beside ``defaultFilterKeys``.
    public var filterKeys: [FilterKey] = []
    /// Replaces e-mail addresses, card numbers, tokens and queries of URLs in messages, frames, contexts and payloads before they leave, as
    /// the server does before it stores them.
    public var redactsText = true
    public var ignoredErrors: [IgnoredError] = []
    /// The part of errors that is reported, 0...1. Server events are not sampled.
    public var sampleRate = 1.0
    /// Called in the reporting task with each report, after filtering: returns it changed or not, or nil to drop it. When it throws, the
    /// report is sent as it was. Not called for server events. Keep it short, the caller waits for it, and do not trap.
    public var beforeNotify: (@Sendable (ErrorReport) throws -> ErrorReport?)?

    /// Waits at process exit, at most about 2 s, for what the process-wide reporter still holds.
    public var flushesAtExit = true
    /// Where the reporter's own trouble goes: each kind once, and how many reports were lost at most once a minute.
    public var logger = Logger(label: "sentiero.reporter")

    public init() {}

    /// What is missing to report anything, nil when nothing is.
    var missing: String? {
        let required = [("endpoint", endpoint), ("ingestKey", ingestKey), ("project", project)]
        let names = required.filter { $0.1?.isEmpty ?? true }.map(\.0)
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    /// Nothing is set: on purpose, as in tests and on a developer's machine.
    var isUntouched: Bool { endpoint == nil && ingestKey == nil && project == nil }

    private static func trimmed(_ text: String?) -> String? { text?.trimmingCharacters(in: .whitespacesAndNewlines) }
}
