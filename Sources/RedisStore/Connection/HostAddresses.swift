import Foundation
import Synchronization

/// A host's addresses, for whoever must look at them before connecting.
public enum HostAddresses {
    /// - Parameter timeoutMs: the system's resolver may take longer; its answer is then dropped.
    /// - Returns: addresses in numbers; empty when there are none, or none in time. A host that is one already is itself.
    public static func lookUp(_ host: String, timeoutMs: Int) async -> [String] {
        if let numeric = HostResolver.numeric(host) { return numeric }
        return await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            let thread = Thread { answer.give(HostResolver.lookUp(host)) }
            thread.name = "resolve"
            thread.start()
            Task {
                try? await Task.sleep(for: .milliseconds(timeoutMs))
                answer.give([])
            }
        }
    }

    /// The first answer counts.
    private final class Answer: Sendable {
        private let continuation: Mutex<CheckedContinuation<[String], Never>?>

        init(_ continuation: CheckedContinuation<[String], Never>) { self.continuation = Mutex(continuation) }

        func give(_ addresses: [String]) {
            continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }?.resume(returning: addresses)
        }
    }
}
