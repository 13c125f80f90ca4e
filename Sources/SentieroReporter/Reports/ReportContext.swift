import Synchronization

/// What is known about the task at hand, told with every error reported in it. Child tasks see it, detached tasks do not.
public enum ReportContext {
    @TaskLocal private static var scope: Scope?

    /// What one ``with(_:isolation:_:)`` holds; tasks inside share it.
    private final class Scope: Sendable {
        let values: Mutex<[String: ReportValue]>
        init(_ values: [String: ReportValue]) { self.values = Mutex(values) }
    }

    /// The values of the surrounding scope, none outside of one.
    public static var current: [String: ReportValue] { scope?.values.withLock { $0 } ?? [:] }

    /// Runs `body` with these values added to the surrounding ones; they are gone afterwards, however it ends.
    ///
    /// `session_id` and `window_id` link what is reported to a recording.
    public static func with<Result>(
        _ values: [String: ReportValue], isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $scope.withValue(Scope(current.merging(values) { $1 }), operation: body, isolation: isolation)
    }

    /// The same for synchronous code.
    public static func with<Result>(_ values: [String: ReportValue], _ body: () throws -> Result) rethrows -> Result {
        try $scope.withValue(Scope(current.merging(values) { $1 }), operation: body)
    }

    /// Adds values to the surrounding scope until it ends. Outside of one there is nothing to add to, and nothing happens.
    public static func add(_ values: [String: ReportValue]) {
        scope?.values.withLock { $0.merge(values) { $1 } }
    }

    /// Empties the surrounding scope.
    public static func clear() {
        scope?.values.withLock { $0 = [:] }
    }
}
