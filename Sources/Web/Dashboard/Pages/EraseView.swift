import RedisStore

/// Shows what an erasure would take, and asks.
struct EraseView: Sendable {
    let frame: Frame
    let heading: String
    let figures: [MaintenanceView.Figure]
    let notes: [String]
    /// False when there is nothing to erase, now or on its way.
    let canErase: Bool
    let action: String
    let cancelURL: String
    let fields: [SessionsView.Hidden]

    init(frame: Frame, selection: ErasureSelection, receipt: ErasureReceipt, fields: [SessionsView.Hidden], urls: DashboardURLs) {
        self.frame = frame
        self.fields = fields
        heading = "Erase \(selection.text)?"
        action = urls.erase
        cancelURL = urls.maintenance
        figures = [
            .init(name: "Sessions", value: Format.count(receipt.sessions)),
            .init(name: "Keys of Redis", value: Format.count(receipt.keys)),
            .init(name: "Errors and server events of theirs", value: Format.count(receipt.occurrences + receipt.serverEvents)),
            .init(name: "Unprocessed batches", value: Format.count(receipt.deadLetters + receipt.queued)),
            .init(name: "Under legal hold, will stay", value: Format.count(receipt.held), isBad: receipt.held > 0),
        ]
        let isList = if case .sessions = selection { true } else { false }
        var notes: [String] = []
        if receipt.sessions == 0 {
            notes.append(
                isList
                    ? "Nothing of this is stored right now. Erasing all the same makes sure that batches still under way are refused."
                    : "Nothing of this is stored right now.")
        }
        if receipt.pending > 0 {
            notes.append(
                "\(Format.count(receipt.pending, "batch", "batches")) still waiting to be processed and may belong to it. The erasure waits for them."
            )
        }
        self.notes = notes
        canErase = receipt.sessions > 0 || receipt.pending > 0 || receipt.deadLetters + receipt.queued > 0 || (isList && receipt.held == 0)
    }
}
