import Synchronization

/// The newest progress of a purge, and a way to wait until it ended or patience did.
final class Latest: Sendable {
    private struct State {
        var progress: Purge.Progress
        var isFinished = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ progress: Purge.Progress) { state = Mutex(State(progress: progress)) }

    var current: Purge.Progress { state.withLock(\.progress) }

    func update(_ change: (inout Purge.Progress) -> Void) { state.withLock { change(&$0.progress) } }

    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func value() async -> Purge.Progress {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.waiting = continuation }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
        return current
    }
}
