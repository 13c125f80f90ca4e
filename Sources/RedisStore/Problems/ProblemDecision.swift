/// What somebody decided about a problem, as its home shard keeps it (docs/errors.md, `status:<fp>`).
struct ProblemDecision: Sendable {
    static let fields = [
        "status", "set_at", "resolved_at", "until_count", "count_at", "until", "regressed_at", "regressed_release",
    ]

    let status: ProblemStatus
    /// µs since 1970, by the home shard's clock.
    let setAt: Double
    private let numbers: [String: Double]
    private let regressedRelease: String?

    /// - Parameter reply: of HMGET of `fields`; nil when nobody decided anything.
    init?(_ reply: RedisValue?) {
        guard let found = reply?.array, found.count == Self.fields.count,
            let status = found[0].string.flatMap(ProblemStatus.init(rawValue:))
        else { return nil }
        self.status = status
        var numbers: [String: Double] = [:]
        for (name, value) in zip(Self.fields, found) { numbers[name] = value.string.flatMap(Double.init) }
        self.numbers = numbers
        setAt = numbers["set_at"] ?? 0
        regressedRelease = found[7].string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether it is about these parts: not about a problem of that name that expired before they began. Known where there is one shard only: of many
    /// the part it was made on may have expired, while others go on.
    func isAbout(_ parts: [ProblemPart], shards: Int) -> Bool { shards > 1 || parts.contains { $0.firstReceived <= setAt } }

    /// The status as it holds now: a resolution lasts until something arrives after it, an ignoring until its bounds.
    func apply(to problem: inout Problem, parts: [ProblemPart], nowMs: Int64) {
        let newest = parts.max { $0.received < $1.received }
        switch status {
        case .open: break
        case .resolved:
            guard let newest, newest.received > setAt else {
                problem.status = .resolved
                problem.resolvedAt = numbers["resolved_at"]
                return
            }
            problem.regressedAt = newest.received / 1_000_000
            problem.regressedRelease = newest.text("release")
        case .ignored:
            let limit = numbers["until_count"].map { Int($0) + Int(numbers["count_at"] ?? 0) }
            let isOver = limit.map { problem.count >= $0 } ?? false || numbers["until"].map { $0 * 1000 <= Double(nowMs) } ?? false
            if !isOver {
                problem.status = .ignored
                problem.ignoredUntilCount = limit.map { $0 - problem.count }
                problem.ignoredUntil = numbers["until"]
            }
        }
        // What was noted when it came back says more than the newest occurrence. Each shard notes its own first one after the resolution.
        var noted = parts.compactMap { part in part.regressedAt.map { (at: $0, release: part.text("regressed_release")) } }
        if let at = numbers["regressed_at"] { noted.append((at, regressedRelease)) }
        if let first = noted.min(by: { $0.at < $1.at }) {
            problem.regressedAt = first.at
            problem.regressedRelease = first.release
        }
    }
}
