import ArgumentParser
import RedisStore

/// `sentiero doctor`: what an operator should know, on one screen.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check Redis, the accounts, the leases and the dead letters. Exit status 4 when something needs attention.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Also read the whole audit log and check that no line was removed or changed.")
    var audit = false

    func run() async throws {
        let store = try StoreConnection(settings: try Settings(), name: "sentiero-doctor")
        defer { store.client.shutdown() }
        do { try await store.client.connect() } catch { throw CommandFailure(error, at: store.configuration) }
        var findings = await StartupCheck(client: store.client, schema: store.keys).findings(writesLayout: false)
        findings += await EncryptionCheck(encryption: store.encryption, data: store.client).findings()
        if store.settings.integer("retention_period") == 0 {
            findings.append(StartupFinding("retention", .warning, "retention_period is 0: personal data is kept forever"))
        }
        if !findings.contains(where: { $0.status == .failure }),
            let rewrite = try await store.perform({ try await AppendOnlyFinding.read(from: store) })
        {
            findings.append(rewrite)
        }
        // Below a refusal there is nothing to count.
        var report = DoctorReport(findings: findings)
        if !findings.contains(where: { $0.status == .failure }) {
            try await store.perform { report.add(try await StoreState.read(from: store)) }
        }
        if audit { report.add(try await store.perform { try await AuditCheck.read(from: store) }.findings) }
        if common.json { try Console.json(report) } else { Console.result(report.text) }
        if report.needsAttention { throw CommandFailure(.needsAttention) }
    }
}
