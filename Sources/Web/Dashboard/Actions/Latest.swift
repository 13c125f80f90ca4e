import Synchronization

/// The newest state of work in the background, and a way to wait until it ended or patience did.
final class Latest<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var isFinished = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var current: Value { state.withLock(\.value) }

    func update(_ change: (inout Value) -> Void) { state.withLock { change(&$0.value) } }

    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func value() async -> Value {
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
