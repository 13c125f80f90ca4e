/// Why a filter gave no answers. The batch is not stored.
public enum EventFilterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program cannot be run, or did not answer the trial event as the protocol asks.
    case start(String)
    /// It ended: with which status, or by which signal.
    case ended(String)
    /// It has not answered every line in time (ms).
    case timeout(Int)
    /// It wrote more than it may: bytes allowed.
    case tooMuchOutput(Int)
    /// It wrote lines nobody asked for, so that nothing it says can be matched with what it was asked.
    case outOfStep

    /// The label `reason` of `sentiero_event_filter_failures_total`.
    var reason: String {
        switch self {
        case .start: "start"
        case .ended: "ended"
        case .timeout: "timeout"
        case .tooMuchOutput: "output"
        case .outOfStep: "out_of_step"
        }
    }

    public var description: String {
        switch self {
        case .start(let what): "the event filter cannot be used: \(what)"
        case .ended(let how): "the event filter ended \(how)"
        case .timeout(let milliseconds): "the event filter has not answered within \(milliseconds) ms"
        case .tooMuchOutput(let bytes): "the event filter wrote more than \(bytes) bytes"
        case .outOfStep: "the event filter wrote lines nobody asked for"
        }
    }
}
