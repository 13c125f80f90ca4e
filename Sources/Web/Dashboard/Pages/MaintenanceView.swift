/// What the template of the maintenance page shows.
struct MaintenanceView: Sendable {
    let frame: Frame
    let sessions: String
    let purgeBeforeURL: String
    let purgeExpiredURL: String
    let progressURL: String
    /// Most recent day that can be chosen: today.
    let today: String
    /// nil when data is kept for ever.
    let retention: String?
    let retentionSeconds: Int
    let expired: String?
    let running: Progress?

    struct Progress: Sendable {
        let done: String
        let doneCount: Int
        let total: Int
    }
}
