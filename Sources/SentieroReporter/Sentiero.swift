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
    private struct State {
        var current = Reporter(configuration: ReporterConfiguration())
        /// Replaced, with reports still to deliver.
        var former: [Reporter] = []
    }

    /// A former reporter may deliver so long, while the process lives.
    private static let longestFarewell = Duration.seconds(600)
    private static let state = Mutex(State())

    /// Of a test's block; others may configure meanwhile.
    @TaskLocal private static var pinned: Reporter?

    /// Reports nothing before ``configure(_:)``.
    public static var reporter: Reporter { pinned ?? state.withLock { $0.current } }

    /// Makes the process-wide reporter, starting from the defaults. What the one before still holds is delivered.
    public static func configure(_ change: (inout ReporterConfiguration) throws -> Void) rethrows {
        var configuration = ReporterConfiguration()
        try change(&configuration)
        let reporter = Reporter(configuration: configuration)
        if configuration.flushesAtExit, reporter.isActive { _ = exitHandler }
        let former = state.withLock { state in
            let former = state.current
            state.current = reporter
            // At exit it is asked, too.
            if former.statistics.queued > 0 { state.former.append(former) }
            return former
        }
        guard former.statistics.queued > 0 else { return forget(former) }
        Task.detached {
            await former.flush(timeout: longestFarewell)
            forget(former)
        }
    }

    private static func forget(_ reporter: Reporter) {
        // Released outside of the lock.
        _ = state.withLock { state in
            defer { state.former.removeAll { $0 === reporter } }
            return state.former
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
    @discardableResult
    public static func addContext(_ values: [String: ReportValue]) -> Bool { ReportContext.add(values) }

    /// See ``ReportContext/clear()``.
    @discardableResult
    public static func clearContext() -> Bool { ReportContext.clear() }

    /// See ``Reporter/flush(timeout:)``.
    @discardableResult
    public static func flush(timeout: Duration = .seconds(5)) async -> Bool { await reporter.flush(timeout: timeout) }

    /// See ``Reporter/shutdown(timeout:)``.
    public static func shutdown(timeout: Duration = .seconds(2)) async { await reporter.shutdown(timeout: timeout) }

    /// See ``Reporter/withTestTransport(isolation:_:)``. ``configure(_:)`` comes before: within the block the reporter stays the same.
    @discardableResult
    public static func withTestTransport(
        isolation: isolated (any Actor)? = #isolation, _ body: (TestTransport) async throws -> Void
    ) async rethrows -> [Delivery] {
        let reporter = reporter
        return try await $pinned.withValue(
            reporter, operation: { try await reporter.withTestTransport(isolation: isolation, body) }, isolation: isolation)
    }

    /// Registered once.
    private static let exitHandler: Void = {
        atexit { Sentiero.flushBeforeExit() }
    }()

    /// The process ends as soon as this returns; other threads still run.
    private static func flushBeforeExit() {
        let reporters = state.withLock { $0.former + [$0.current] }.filter { $0.configuration.flushesAtExit && $0.statistics.queued > 0 }
        guard !reporters.isEmpty else { return }
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            await withTaskGroup(of: Void.self) { group in
                for reporter in reporters { group.addTask { await reporter.shutdown() } }
            }
            isDone.signal()
        }
        // A little longer than a shutdown, which says last how many reports were lost.
        _ = isDone.wait(timeout: .now() + 2.5)
    }
}
