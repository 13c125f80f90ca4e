import RedisStore

/// What `doctor` found, as text and as JSON.
struct DoctorReport: Encodable {
    struct Finding: Encodable {
        let name: String
        let status: String
        let detail: String
    }

    struct Accounts: Encodable {
        let accepted: Int
        let queued: Int
        let outcomes: [String: Int]
        let counters: [String: Int]
        let balanced: Bool
    }

    private(set) var findings: [Finding]
    private(set) var accounts: Accounts?

    init(findings: [StartupFinding]) {
        self.findings = findings.map { Finding(name: $0.name, status: $0.status.rawValue, detail: $0.detail) }
    }

    var needsAttention: Bool { findings.contains { $0.status != StartupFinding.Status.ok.rawValue } }

    mutating func add(_ more: [StartupFinding]) { for finding in more { note(finding.name, finding.status, finding.detail) } }

    mutating func add(_ state: StoreState) {
        let accounting = state.accounting
        accounts = Accounts(
            accepted: accounting.accepted, queued: accounting.queued,
            outcomes: Dictionary(uniqueKeysWithValues: accounting.outcomes.map { ($0.key.rawValue, $0.value) }),
            counters: accounting.others, balanced: accounting.isBalanced)
        let sum = "\(accounting.accepted) accepted = \(accounting.finished) finished + \(accounting.queued) queued"
        note(
            "accounting", accounting.isBalanced ? .ok : .failure,
            accounting.isBalanced ? sum : "\(sum) does not hold (dead letters: \(accounting.deadLetters)); please report this")
        note(
            "dead-letters", accounting.deadLetters == 0 ? .ok : .warning,
            accounting.deadLetters == 0 ? "none" : "\(accounting.deadLetters); see sentiero dead-letters list")
        note("errors", .ok, "\(state.problems) problems, \(state.serverEvents) server events")
        let owned = "\(state.leased) of \(state.partitions) partitions are owned"
        // Without a worker nothing is lost, but nothing is stored either.
        note("leases", state.leased == state.partitions ? .ok : .warning, state.leased == state.partitions ? owned : owned + "; is a worker running?")
    }

    private mutating func note(_ name: String, _ status: StartupFinding.Status, _ detail: String) {
        findings.append(Finding(name: name, status: status.rawValue, detail: detail))
    }

    var text: String {
        let width = findings.map(\.name.count).max() ?? 0
        let lines = findings.map { finding in
            let status = finding.status.uppercased()
            return status + String(repeating: " ", count: 9 - status.count) + finding.name + String(repeating: " ", count: width - finding.name.count)
                + "  " + finding.detail
        }
        guard let accounts else { return lines.joined(separator: "\n") }
        let counts = (Array(accounts.outcomes) + Array(accounts.counters)).sorted { $0.key < $1.key }.map { "  \($0.key) \($0.value)" }
        return (lines + (counts.isEmpty ? [] : ["", "Outcomes and counters:"] + counts)).joined(separator: "\n")
    }
}
