/// A place to redact: `lower..<upper` is taken out.
struct ByteMatch: Equatable {
    var lower: Int
    var upper: Int
}

/// Counts the work done for one event or text, so that it is bounded and tests can hold matchers to being linear.
///
/// A step is a thread of an automaton moved over one byte, or eight bytes read by a table: five to ten nanoseconds.
struct StepBudget {
    private(set) var spent = 0
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Ordinary patterns take one or two steps a byte; 1 MB may take 3.2 million, some 30 ms. Short texts may take relatively more.
    init(bytes: Int) {
        limit = 200_000 + 3 * bytes
    }

    var isExhausted: Bool { spent > limit }

    @inline(__always)
    mutating func spend(_ steps: Int) { spent &+= steps }
}
