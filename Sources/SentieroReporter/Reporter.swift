import Foundation

/// Tells a Sentiero server about errors and events of this one. No call blocks, waits or throws.
public final class Reporter: Sendable {
    public let configuration: ReporterConfiguration
    /// Whether anything is reported: enabled, and `endpoint`, `ingestKey` and `project` are set, or a `transport` of its own.
    public var isActive: Bool { queue != nil }

    private let queue: ReportQueue?
    private let scrubber: Scrubber
    private let warnings: ReporterWarnings
    private let now: @Sendable () -> Double
    private let makeID: @Sendable () -> String

    /// Set while a hook runs, so that what it reports itself cannot go round in circles.
    @TaskLocal private static var isInHook = false
    @TaskLocal private static var capture: Capture?

    /// A test's transport in place of one reporter's own.
    private struct Capture {
        let reporter: ObjectIdentifier
        let transport: TestTransport
    }

    public convenience init(configuration: ReporterConfiguration) {
        self.init(configuration: configuration, now: { Date().timeIntervalSince1970 }, makeID: Identifier.random)
    }

    init(configuration: ReporterConfiguration, now: @escaping @Sendable () -> Double, makeID: @escaping @Sendable () -> String) {
        self.configuration = configuration
        self.now = now
        self.makeID = makeID
        let warnings = ReporterWarnings(logger: configuration.logger)
        self.warnings = warnings
        scrubber = Scrubber(
            filter: KeyFilter(configuration.defaultFilterKeys + configuration.filterKeys), redactsText: configuration.redactsText)
        queue = Self.transport(configuration, warnings).map {
            ReportQueue(transport: $0, capacity: configuration.maxQueue, retry: configuration.retry, warnings: warnings)
        }
    }

    deinit {
        // What is waiting gets its last chance, without anybody waiting for it.
        if let queue { Task.detached { await queue.shutdown(within: .seconds(2)) } }
    }

    /// Reports an error.
    ///
    /// - Parameters:
    ///   - context: more about it, beside ``ReportContext``. `session_id` and `window_id` link it to a recording.
    ///   - backtrace: the innermost frame first; the place of the call when empty.
    public func notify(
        _ error: any Error, context: [String: ReportValue] = [:], backtrace: [String] = [], fileID: String = #fileID, line: Int = #line,
        function: String = #function
    ) {
        notify(error, isUnhandled: false, context: context, frames: backtrace.isEmpty ? ["\(fileID):\(line) \(function)"] : backtrace)
    }

    /// Reports an error that left its request, unless it was reported there already (``ReportedErrors``).
    package func notifyUnhandled(_ error: any Error, backtrace: [String]) {
        notify(error, isUnhandled: true, context: [:], frames: backtrace)
    }

    /// Reports something that happened.
    ///
    /// - Parameters:
    ///   - name: at most 200 characters are kept.
    ///   - session: id of the recording it belongs to; that of the surrounding ``ReportContext`` when nil.
    public func track(_ name: String, level: ServerEventLevel = .info, payload: [String: ReportValue] = [:], session: String? = nil) {
        guard let queue, !Self.isInHook, hasRoom(queue) else { return }
        let event = ServerEvent(
            name: scrubber.scrubbed(name), level: level, payload: scrubber.scrubbed(payload), timestamp: timestamp,
            sessionID: session ?? ReportContext.current["session_id"]?.text, id: makeID())
        send(Delivery(path: .track, payload: event.body), by: queue)
    }

    /// Waits until everything reported so far is delivered or given up.
    ///
    /// - Returns: false when it took longer, or the task was cancelled.
    @discardableResult
    public func flush(timeout: Duration = .seconds(5)) async -> Bool {
        await queue?.drained(within: timeout) ?? true
    }

    /// Delivers what it can within the time, each report once more at most, and takes nothing after that. How many were lost is logged.
    /// Cancelling the task does not cut it short.
    public func shutdown(timeout: Duration = .seconds(2)) async {
        guard let queue else { return }
        await Task.detached { await queue.shutdown(within: timeout) }.value
    }

    /// Tries at once to deliver what waits, and goes on reporting. Cancelling the task does not cut it short.
    func hurry(timeout: Duration = .seconds(2)) async {
        guard let queue else { return }
        await Task.detached { _ = await queue.hurried(within: timeout) }.value
    }

    public var statistics: ReporterStatistics { queue?.statistics ?? ReporterStatistics() }

    /// For tests: runs `body` and returns what it reported through this reporter, at once and in order, without sending it. The reporter's own
    /// transport is back afterwards, however `body` ends. Tasks that `body` starts count, detached ones do not. An inactive reporter reports nothing
    /// here either.
    @discardableResult
    public func withTestTransport(
        isolation: isolated (any Actor)? = #isolation, _ body: (TestTransport) async throws -> Void
    ) async rethrows -> [Delivery] {
        let transport = TestTransport()
        try await Self.$capture.withValue(
            Capture(reporter: ObjectIdentifier(self), transport: transport), operation: { try await body(transport) }, isolation: isolation)
        return transport.deliveries
    }

    // MARK: -

    private static func transport(_ configuration: ReporterConfiguration, _ warnings: ReporterWarnings) -> (any ReportTransport)? {
        guard configuration.isEnabled else { return nil }
        if let transport = configuration.transport { return transport }
        guard !configuration.isUntouched else { return nil }
        guard configuration.missing == nil, let text = configuration.endpoint, let key = configuration.ingestKey else {
            warnings.once(.incomplete, "nothing is reported: \(configuration.missing ?? "") not set")
            return nil
        }
        guard let endpoint = Endpoint(text) else {
            warnings.once(.endpoint, "nothing is reported: the endpoint is not an http(s) address without user, query and fragment")
            return nil
        }
        let transport = HTTPTransport(
            endpoint: text, ingestKey: key, connectTimeout: configuration.connectTimeout, readTimeout: configuration.readTimeout)
        guard let transport else {
            warnings.once(.endpoint, "nothing is reported: the ingest key is not one, a header cannot hold it")
            return nil
        }
        if endpoint.isExposed {
            warnings.once(.exposed, "the ingest key and reports travel unencrypted: the endpoint is http:// and not of this machine")
        }
        return transport
    }

    private func notify(_ error: any Error, isUnhandled: Bool, context: [String: ReportValue], frames: [String]) {
        guard let queue, !Self.isInHook, !configuration.ignoredErrors.contains(where: { $0.matches(error) }) else { return }
        let reported = ReportedErrors.current
        let isSampled = isSampled
        // A full queue is asked first: a report that is not taken need not be made.
        guard isSampled ? hasRoom(queue) : reported != nil else { return }
        let summary = ErrorSummary(error, scrubber: scrubber)
        if isUnhandled, reported?.contains(summary, by: self) == true { return }
        reported?.add(summary, by: self)
        guard isSampled, let report = hooked(report(error, summary, context: context, frames: frames)) else { return }
        send(Delivery(path: .errors, payload: report.payload), by: queue)
    }

    private var isSampled: Bool { configuration.sampleRate >= 1 || Double.random(in: 0..<1) < configuration.sampleRate }

    /// Seconds, to the millisecond.
    private var timestamp: Double { (now() * 1000).rounded() / 1000 }

    private func report(_ error: any Error, _ summary: ErrorSummary, context: [String: ReportValue], frames: [String]) -> ErrorReport {
        var context = ReportContext.current.merging(context) { $1 }
        let session = context.removeValue(forKey: "session_id")?.text
        let window = context.removeValue(forKey: "window_id")?.text
        if let environment = configuration.environment { context["environment"] = .string(environment) }
        if let release = configuration.release { context["release"] = .string(release) }
        return ErrorReport(
            exceptionClass: summary.exceptionClass, message: summary.message,
            backtrace: frames.prefix(ReportLimits.frames).map(scrubber.scrubbed), context: scrubber.scrubbed(context), timestamp: timestamp,
            sessionID: Identifier.valid(session), windowID: Identifier.valid(window), error: error, id: makeID())
    }

    private func hooked(_ report: ErrorReport) -> ErrorReport? {
        guard let hook = configuration.beforeNotify else { return report }
        do {
            return try Self.$isInHook.withValue(true) { try hook(report) }
        } catch {
            warnings.once(.hook, "beforeNotify threw \(type(of: error)); the report is sent as it was")
            return report
        }
    }

    private var captured: TestTransport? { Self.capture.flatMap { $0.reporter == ObjectIdentifier(self) ? $0.transport : nil } }

    private func hasRoom(_ queue: ReportQueue) -> Bool { captured != nil || queue.hasRoom() }

    private func send(_ delivery: Delivery, by queue: ReportQueue) {
        if let captured {
            captured.deliverNow(delivery)
        } else {
            queue.append(delivery)
        }
    }
}
