import RedisStore

/// An erasure's receipt as a command prints it.
struct ErasureOutput: Encodable {
    let receipt: ErasureReceipt
    /// By user or range: there may be sessions that are not known yet.
    let isSearch: Bool
    let isDryRun: Bool

    private enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }

    func encode(to encoder: any Encoder) throws {
        try receipt.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isDryRun, forKey: .dryRun)
    }

    func print(_ common: CommonOptions) throws {
        if common.json { try Console.json(self) } else { Console.result(sentence) }
        Console.complain(remarks.joined(separator: "\n"))
    }

    private var sentence: String {
        let left = receipt.occurrences + receipt.serverEvents > 0 ? "\(receipt.occurrences) occurrences, \(receipt.serverEvents) server events, " : ""
        let rest = "(\(receipt.keys) keys, \(left)\(receipt.deadLetters) dead letters, \(receipt.queued) queued batches)"
        if isDryRun { return "\(receipt.sessions) sessions would be erased \(rest)." }
        return "\(receipt.sessions) sessions erased \(rest). Digest of the key names: \(receipt.digest ?? "")"
    }

    private var remarks: [String] {
        var remarks: [String] = []
        if receipt.held > 0 {
            remarks.append("\(receipt.held) sessions are under a legal hold and stay; see sentiero holds.")
        }
        guard receipt.pending > 0 else { return remarks }
        let batches = "\(receipt.pending) batches wait in the queue"
        if isDryRun {
            remarks.append("\(batches); they may bring sessions that are not known yet. Erasing waits for them.")
        } else if receipt.isUnattended {
            remarks.append(
                "\(batches) and no worker processes them. They may bring sessions that are not known yet: start a worker, then erase again.")
        } else if isSearch {
            remarks.append("\(batches) still; they may bring sessions that are not known yet. Erase again in a moment.")
        } else {
            remarks.append("\(batches) still; the worker that owns them will refuse them. Erase again in a moment to see that they are gone.")
        }
        return remarks
    }
}
