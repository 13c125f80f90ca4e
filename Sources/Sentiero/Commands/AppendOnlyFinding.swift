import Foundation
import RedisStore

/// What `doctor` says of the append-only file's age: what was deleted stays readable in it until a rewrite.
enum AppendOnlyFinding {
    /// - Returns: nil when there is no such file.
    static func read(from store: StoreConnection) async throws -> StartupFinding? {
        guard let history = try await AppendOnlyFile(client: store.client, schema: store.keys).history() else { return nil }
        return finding(history, intervalSeconds: store.settings.integer("aof_rewrite_interval"), now: .now)
    }

    static func finding(_ history: AppendOnlyFile.History, intervalSeconds: Int?, now: Date) -> StartupFinding {
        let name = "append-only-rewrite"
        guard let watched = history.watchedSinceMs else {
            return StartupFinding(name, .ok, "no worker has looked yet; what was deleted stays in the append-only file until Redis rewrites it")
        }
        let last = history.rewrittenAtMs
        let age = now.timeIntervalSince1970 - Double(last ?? watched) / 1000
        let text =
            last.map { "last rewritten \(span(age)) ago (\(Moment.text($0))): what was deleted since is still in the file" }
            ?? "no rewrite seen in the \(span(age)) since a worker looks: what was deleted may still be in the file"
        // The worker looks once a minute, and a rewrite takes its time.
        if let intervalSeconds, age > Double(2 * intervalSeconds + 600) {
            return StartupFinding(name, .warning, text + "; aof_rewrite_interval is \(intervalSeconds) s, see the worker's log")
        }
        return StartupFinding(name, .ok, text)
    }

    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(max(0, Int(seconds))) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3_600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}
