import RedisStore

/// What the template of the maintenance page shows.
struct MaintenanceView: Sendable {
    struct Progress: Sendable {
        let done: String
        let doneCount: Int
        let total: Int
    }

    struct Figure: Sendable {
        let name: String
        let value: String
        var isBad = false
        var note: String?
    }

    /// A session under legal hold.
    struct Held: Sendable {
        let id: String
        let shortID: String
        let url: String
        let releaseURL: String
        let reason: String
        let since: Format.Time
    }

    /// An erasure: still running, or just ended.
    struct Erasing: Sendable {
        let progressURL: String
        let text: String
    }

    struct Receipt: Sendable {
        let text: String
        let digest: String?
        let notes: [String]
        let isComplete: Bool
    }

    let frame: Frame
    let tabs: [PageTab]
    let sessions: String
    let purgeBeforeURL: String
    let purgeExpiredURL: String
    let progressURL: String
    let eraseURL: String
    /// Most recent day that can be chosen: today.
    let today: String
    /// nil when data is kept for ever.
    let retention: String?
    let retentionSeconds: Int
    let expired: String?
    let running: Progress?
    let erasing: Erasing?
    let receipt: Receipt?
    /// nil when sessions are not indexed by user.
    let userKey: String?
    let held: [Held]
    let hasHeld: Bool
    let storage: [Figure]
    let ingest: [Figure]
    let privacy: [Figure]
}

extension PageTab {
    /// Above the maintenance pages.
    static func maintenance(_ urls: DashboardURLs, isAudit: Bool) -> [PageTab] {
        [
            PageTab(title: "Maintenance", url: urls.maintenance, isCurrent: !isAudit),
            PageTab(title: "Audit log", url: urls.audit(), isCurrent: isAudit),
        ]
    }
}

extension MaintenanceView.Receipt {
    init(_ status: ErasureStatus) {
        guard let receipt = status.receipt, status.state == .done else {
            self.init(
                text: "The erasure stopped after \(Format.count(status.sessions, "session")).", digest: nil,
                notes: [status.error ?? "Start it again."], isComplete: false)
            return
        }
        var notes: [String] = []
        if receipt.held > 0 { notes.append("\(Format.count(receipt.held, "session")) under legal hold: nothing of them was touched.") }
        if receipt.pending > 0 {
            notes.append(
                "\(Format.count(receipt.pending, "batch", "batches")) still waiting to be processed"
                    + (receipt.isUnattended ? ", and no worker is running" : "")
                    + ". Those of sessions known by now are refused; repeat an erasure by user or range.")
        }
        let more = receipt.deadLetters + receipt.queued
        let left = receipt.occurrences + receipt.serverEvents
        self.init(
            text: "\(Format.count(receipt.sessions, "session")) erased: \(Format.count(receipt.keys, "key")) of Redis"
                + (left > 0 ? ", \(Format.count(left, "error or server event", "errors and server events"))" : "")
                + (more > 0 ? ", \(Format.count(more, "unprocessed batch", "unprocessed batches"))" : "") + ".",
            digest: receipt.digest, notes: notes, isComplete: receipt.held == 0 && receipt.pending == 0)
    }
}
