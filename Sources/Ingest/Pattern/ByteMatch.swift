/// A place to redact: `lower..<upper` is taken out.
struct ByteMatch: Equatable {
    var lower: Int
    var upper: Int
}

/// Counts work on one string, so that its cost is bounded and tests can hold matchers to being linear.
///
/// A step is a thread of the automaton moved over one byte, or eight bytes read by a table.
struct StepBudget {
    /// For one string and all patterns together: about 30 ms in a release build.
    static let perString = 2_500_000

    private(set) var spent = 0
    let limit: Int

    init(limit: Int = StepBudget.perString) {
        self.limit = limit
    }

    var isExhausted: Bool { spent > limit }

    @inline(__always)
    mutating func spend(_ steps: Int) { spent &+= steps }
}
