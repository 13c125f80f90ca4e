/// What a person decides about a problem.
public struct StatusChange: Sendable, Hashable {
    public var status: ProblemStatus
    /// Of `ignored`: until so many more occurrences.
    public var untilCount: Int?
    /// Of `ignored`: until then, s since 1970.
    public var until: Double?

    public init(_ status: ProblemStatus, untilCount: Int? = nil, until: Double? = nil) {
        self.status = status
        self.untilCount = untilCount
        self.until = until
    }
}
