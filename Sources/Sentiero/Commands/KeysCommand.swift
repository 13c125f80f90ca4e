import ArgumentParser
import RedisStore

/// `sentiero keys`: the keys of encryption at rest (docs/encryption.md).
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Look at the keys of encryption at rest, or wrap them with the current master key.",
        discussion: "Make a master key with: openssl rand -base64 32",
        subcommands: [KeysStatus.self, KeysRewrap.self],
        defaultSubcommand: KeysStatus.self
    )
}

struct KeysStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Count keys by the master key that wrapped them. Exit status 4 when one of them is not configured.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try StoreConnection(settings: try Settings(), name: "sentiero-keys")
        defer { store.client.shutdown() }
        let encryption = try store.requireEncryption()
        let status = try await store.perform { () async throws in try await KeyRewrap(vault: encryption.vault).status() }
        let shown = ShownKeys(status, encryption: encryption)
        if common.json { try Console.json(shown) } else { Console.result(shown.text) }
        if shown.needsAttention { throw CommandFailure(.needsAttention) }
    }
}

struct KeysRewrap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap",
        abstract: "Wrap keys of older master keys with the current one, so that the older ones can be retired. Recordings are not touched.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    func run() async throws {
        let store = try StoreConnection(settings: try Settings(), name: "sentiero-keys")
        defer { store.client.shutdown() }
        let encryption = try store.requireEncryption()
        let (isDryRun, isQuiet) = (dryRun, common.quiet)
        let audit = dryRun ? nil : try CommandAudit(store, common)
        let counts = try await store.perform { () async throws in
            try await KeyRewrap(vault: encryption.vault).rewrap(isDryRun: isDryRun) { counts in
                if !isQuiet, counts.rewrapped > 0, counts.rewrapped.isMultiple(of: 10_000) { Console.complain("\(counts.rewrapped) keys") }
            }
        }
        await audit?.record(
            .rewrapKeys, project: nil, target: "master-key:\(encryption.vault.masters.currentID)", detail: [("keys", .integer(counts.rewrapped))])
        if common.json {
            try Console.json([
                "rewrapped": counts.rewrapped, "current": counts.current, "unopened": counts.unopened, "changed": counts.changed,
            ])
        } else {
            let verb = dryRun ? "would be wrapped" : "were wrapped"
            Console.result(
                "\(counts.rewrapped) keys \(verb) with master key \(encryption.vault.masters.currentID); \(counts.current) were already.")
            if counts.unopened > 0 {
                Console.complain("\(counts.unopened) keys stay as they are: no configured master key opens them. See sentiero keys status.")
            }
        }
        if counts.unopened > 0 { throw CommandFailure(.needsAttention) }
    }
}

/// The counts as they are printed.
struct ShownKeys: Encodable {
    struct Master: Encodable {
        let id: String
        /// current, configured or unknown.
        let state: String
        let sessions: Int
        let days: Int
    }

    let masters: [Master]
    let damaged: Int
    /// Where the keys lie, without a password.
    let redis: String

    init(_ status: KeyRewrap.Status, encryption: Encryption) {
        let known = encryption.vault.masters.ids
        masters = (known + status.ids.subtracting(known).sorted()).map { id in
            Master(
                id: id, state: id == encryption.vault.masters.currentID ? "current" : known.contains(id) ? "configured" : "unknown",
                sessions: status.sessions[id] ?? 0, days: status.days[id] ?? 0)
        }
        damaged = status.damaged
        redis = encryption.vault.address
    }

    var needsAttention: Bool { damaged > 0 || masters.contains { $0.state == "unknown" } }

    var text: String {
        var lines = ["Keys in \(redis):"]
        for master in masters {
            let note =
                switch master.state {
                case "current": "current"
                case "configured":
                    master.sessions + master.days == 0 ? "not used by any key: can be retired" : "older; sentiero keys rewrap replaces it"
                default: "NOT CONFIGURED: what these keys open cannot be read"
                }
            lines.append("  master key \(master.id)  \(master.sessions) sessions, \(master.days) days of ingest  (\(note))")
        }
        if damaged > 0 { lines.append("  \(damaged) names hold no wrapped key") }
        return lines.joined(separator: "\n")
    }
}
