import Synchronization

/// What is known about the task at hand, told with every error reported in it. Child tasks see it, detached tasks do not.
public enum ReportContext {
    @TaskLocal private static var scope: Scope?

    /// What one ``with(_:isolation:_:)`` holds; tasks inside see it, and only the one that opened it changes it.
    private final class Scope: Sendable {
        private struct State {
            var values: [String: ReportValue]
            var isOpen = true
        }

        private let state: Mutex<State>
        private let owner = Scope.task

        init(_ values: [String: ReportValue]) { state = Mutex(State(values: values)) }

        var values: [String: ReportValue] { state.withLock { $0.values } }

        func change(_ change: (inout [String: ReportValue]) -> Void) -> Bool {
            guard owner == Scope.task else { return false }
            return state.withLock { state in
                if state.isOpen { change(&state.values) }
                return state.isOpen
            }
        }

        /// From here on another task may be where the owner was in memory.
        func close() { state.withLock { $0.isOpen = false } }

        /// The task at hand, nil outside of one.
        private static var task: Int? { withUnsafeCurrentTask { $0?.hashValue } }
    }

    /// The values of the surrounding scope, none outside of one.
    public static var current: [String: ReportValue] { scope?.values ?? [:] }

    /// Runs `body` with these values added to the surrounding ones; they are gone afterwards, however it ends.
    ///
    /// `session_id` and `window_id` link what is reported to a recording.
    public static func with<Result>(
        _ values: [String: ReportValue], isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let inner = Scope(current.merging(values) { $1 })
        defer { inner.close() }
        return try await $scope.withValue(inner, operation: body, isolation: isolation)
    }

    /// The same for synchronous code.
    public static func with<Result>(_ values: [String: ReportValue], _ body: () throws -> Result) rethrows -> Result {
        let inner = Scope(current.merging(values) { $1 })
        defer { inner.close() }
        return try $scope.withValue(inner, operation: body)
    }

    /// Adds values to the surrounding scope until it ends.
    ///
    /// Only the task that opened the scope can: a child task would otherwise tell its values of its siblings' reports. Give each concurrent
    /// job a scope of its own with ``with(_:isolation:_:)``.
    /// - Returns: false when nothing was added: outside of a scope, or in a child task.
    @discardableResult
    public static func add(_ values: [String: ReportValue]) -> Bool {
        scope?.change { $0.merge(values) { $1 } } ?? false
    }

    /// Empties the surrounding scope; see ``add(_:)``.
    @discardableResult
    public static func clear() -> Bool {
        scope?.change { $0 = [:] } ?? false
    }
}
