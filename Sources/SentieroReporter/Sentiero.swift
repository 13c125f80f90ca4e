import Dispatch
import Foundation
import Synchronization

/// The process-wide reporter.
///
/// ```swift
/// Sentiero.configure {
///     $0.endpoint = "https://rec.example.com"
///     $0.ingestKey = key
///     $0.project = "shop"
/// }
/// Sentiero.notify(error, context: ["order": 42])
/// ```
public enum Sentiero {
    private static let current = Mutex(Reporter(configuration: ReporterConfiguration()))

    /// Reports nothing before ``configure(_:)``.
    public static var reporter: Reporter { current.withLock { $0 } }

    /// Makes the process-wide reporter, starting from the defaults. What the one before still holds is delivered.
    public static func configure(_ change: (inout ReporterConfiguration) throws -> Void) rethrows {
        var configuration = ReporterConfiguration()
        try change(&configuration)
        let reporter = Reporter(configuration: configuration)
        if configuration.flushesAtExit, reporter.isActive { _ = exitHandler }
        // The one before is released outside of the lock.
        _ = current.withLock { current in
            defer { current = reporter }
            return current
        }
    }

    /// See ``Reporter/notify(_:context:backtrace:fileID:line:function:)``.
    public static func notify(
        _ error: any Error, context: [String: ReportValue] = [:], backtrace: [String] = [], fileID: String = #fileID, line: Int = #line,
        function: String = #function
    ) {
        reporter.notify(error, context: context, backtrace: backtrace, fileID: fileID, line: line, function: function)
    }

    /// See ``Reporter/track(_:level:payload:session:)``.
    public static func track(_ name: String, level: ServerEventLevel = .info, payload: [String: ReportValue] = [:], session: String? = nil) {
        reporter.track(name, level: level, payload: payload, session: session)
    }

    /// See ``ReportContext/with(_:isolation:_:)``.
    public static func withContext<Result>(
        _ values: [String: ReportValue], isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await ReportContext.with(values, isolation: isolation, body)
    }

    /// See ``ReportContext/with(_:_:)``.
    public static func withContext<Result>(_ values: [String: ReportValue], _ body: () throws -> Result) rethrows -> Result {
        try ReportContext.with(values, body)
    }

    /// See ``ReportContext/current``.
    public static var context: [String: ReportValue] { ReportContext.current }

    /// See ``ReportContext/add(_:)``.
    public static func addContext(_ values: [String: ReportValue]) { ReportContext.add(values) }

    /// See ``ReportContext/clear()``.
    public static func clearContext() { ReportContext.clear() }

    /// See ``Reporter/flush(timeout:)``.
    @discardableResult
    public static func flush(timeout: Duration = .seconds(5)) async -> Bool { await reporter.flush(timeout: timeout) }

    /// See ``Reporter/shutdown(timeout:)``.
    public static func shutdown(timeout: Duration = .seconds(2)) async { await reporter.shutdown(timeout: timeout) }

    /// See ``Reporter/withTestTransport(isolation:_:)``.
    @discardableResult
    public static func withTestTransport(
        isolation: isolated (any Actor)? = #isolation, _ body: (TestTransport) async throws -> Void
    ) async rethrows -> [Delivery] {
        try await reporter.withTestTransport(isolation: isolation, body)
    }

    /// Registered once.
    private static let exitHandler: Void = {
        atexit { Sentiero.flushBeforeExit() }
    }()

    /// The process ends as soon as this returns; other threads still run.
    private static func flushBeforeExit() {
        let reporter = reporter
        guard reporter.configuration.flushesAtExit, reporter.statistics.queued > 0 else { return }
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            await reporter.shutdown()
            isDone.signal()
        }
        _ = isDone.wait(timeout: .now() + 2)
    }
}
