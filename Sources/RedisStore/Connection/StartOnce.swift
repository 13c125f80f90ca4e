import Synchronization

/// Runs something the first time only.
final class StartOnce: Sendable {
    private let hasRun = Atomic(false)

    func run(_ body: () -> Void) {
        // The plain load keeps the common case free of a locked instruction.
        guard !hasRun.load(ordering: .relaxed), !hasRun.exchange(true, ordering: .relaxed) else { return }
        body()
    }
}
