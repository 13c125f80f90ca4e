import Foundation
import RedisStore

/// What `doctor --audit` says of the chain.
struct AuditCheck {
    let reports: [AuditChain.Report]
    /// Faults shown in one finding; a chain that was made anew breaks at every line.
    private static let shownFaults = 10

    static func read(from store: StoreConnection) async throws -> AuditCheck {
        // Ids are times of Redis' clock.
        let time = try await store.client.send(RedisCommand("TIME", isIdempotent: true)).array?.first?.int
        let nowMs = time.map { Int64($0) * 1000 } ?? Int64(Date.now.timeIntervalSince1970 * 1000)
        let chain = AuditChain(client: store.client, schema: store.keys, retentionSeconds: store.settings.auditRetention)
        return AuditCheck(reports: try await chain.check(nowMs: nowMs))
    }

    /// One per shard with a fault, else one in all.
    var findings: [StartupFinding] {
        let broken = reports.filter { !$0.isIntact }
        guard !broken.isEmpty else {
            let lines = reports.reduce(0) { $0 + $1.lines }
            let since = reports.compactMap { $0.first?.milliseconds }.min()
            let first = since.map { " since " + Date(timeIntervalSince1970: Double($0) / 1000).formatted(.iso8601) } ?? ""
            return [StartupFinding("audit", .ok, "\(lines) lines\(first), none missing, none changed")]
        }
        return broken.map { report in
            let shown = report.faults.prefix(Self.shownFaults).map(\.description).joined(separator: "; ")
            let more = report.faults.count - Self.shownFaults
            return StartupFinding("audit", .failure, "shard \(report.shard): \(shown)\(more > 0 ? "; and \(more) more" : "")")
        }
    }
}
