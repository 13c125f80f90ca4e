import RedisStore

/// The settings whose change belongs into the audit log: what is captured, masked and redacted, for how long it is kept, and what a visitor's
/// refusal does.
struct PrivacySettings {
    /// How the product runs. What a new group holds belongs to the log unless it is named here.
    private static let technical: Set<String> = ["Redis", "Web server", "Access", "Events lane", "Worker"]
    /// Of those groups all the same.
    private static let others: Set<String> = [
        "user_opt_out", "opt_out_cookie_name", "respect_gpc", "anonymize_ip", "geo_source", "geo_headers", "trusted_proxies",
    ]

    let settings: Settings

    /// Every option of the groups, whether set or not; keys and passwords only as set or not.
    private var options: [ConfigurationOption] {
        OptionTable.groups.flatMap { group in
            group.options.filter { !Self.technical.contains(group.title) || Self.others.contains($0.name) }
        }
    }

    /// Tells the audit log when they are others than the web server last started with.
    func note(client: RedisClient, schema: KeySchema, trail: AuditTrail) async throws(RedisError) {
        let printable = settings.printable
        let values = options.map { ($0.name, printable[$0.name] ?? "") }
        let changes = try await SettingsNote(client: client, schema: schema).note(values)
        let isFirst = changes.count == values.count && changes.allSatisfy { $0.before == nil }
        // An option that an upgrade brought is no change of anybody's.
        let shown = isFirst ? changes : changes.filter { $0.before != nil || settings.sources[$0.name] ?? .standard != .standard }
        guard !shown.isEmpty else { return }
        var detail: [(String, AuditValue)] = isFirst ? [("first_start", .flag(true))] : []
        for change in shown {
            detail.append((change.name, .text(change.now)))
            if let before = change.before { detail.append((change.name + "_before", .text(before))) }
        }
        await trail.append(AuditRecord(.changeSettings, actor: AuditRecord.systemActor, detail: detail))
        await trail.flush()
    }
}
