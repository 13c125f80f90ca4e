import ArgumentParser
import Foundation
import RedisStore
import Web

/// `sentiero purge`: what is past retention, or older than asked.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove sessions, errors and server events past retention, or older than asked. Sessions under a legal hold stay.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions

    @ArgumentParser.Option(help: "Seconds since a session's last batch (default: retention_period).")
    var olderThan: Int?

    @ArgumentParser.Option(help: "Sessions last updated before this date (UTC) or RFC 3339 time.")
    var before: Moment?

    @ArgumentParser.Option(help: "Only this project (default: all configured).")
    var project: String?

    func validate() throws {
        if let olderThan, olderThan < 0 { throw ValidationError("--older-than takes seconds.") }
        if olderThan != nil, before != nil { throw ValidationError("Name either --older-than or --before.") }
    }

    func run() async throws {
        let settings = try Settings()
        try settings.checkProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-purge")
        defer { store.client.shutdown() }
        guard let cutoff = cutoff(settings) else {
            Console.complain("retention_period is 0: everything is kept forever. Use --before or --older-than to remove something all the same.")
            return try PurgeOutput(dryRun: destructive.dryRun).print(common)
        }
        let projects = project.map { [$0] } ?? settings.projects.names
        let purging = try Purging(store)
        let errorsCutoff = cutoffOfErrors(settings, sessions: cutoff)
        if destructive.dryRun {
            var total = PurgeOutput(dryRun: true)
            for name in projects { total.add(try await purging.survey(cutoff, errors: errorsCutoff, project: name)) }
            return try total.print(common)
        }
        let audit = try CommandAudit(store, common)
        if !destructive.yes {
            var count = 0
            var problems = 0
            for name in projects {
                let found = try await purging.survey(cutoff, errors: errorsCutoff, project: name)
                (count, problems) = (count + found.sessions, problems + found.problems)
            }
            try destructive.confirm(
                "\(count) sessions last updated before \(Moment.text(cutoff)) will be removed (\(projects.joined(separator: ", "))), "
                    + "\(problems) problems last received before \(Moment.text(errorsCutoff)), and occurrences and server events from before.")
        }
        var total = PurgeOutput(dryRun: false)
        for name in projects { total.add(try await purge(name, before: cutoff, errors: errorsCutoff, with: purging, audit: audit)) }
        try total.print(common)
    }

    /// ms since 1970; nil: nothing expires.
    private func cutoff(_ settings: Settings) -> Int64? {
        if let before { return before.firstMs }
        let age = olderThan ?? settings.integer("retention_period") ?? 0
        guard age > 0 || olderThan != nil else { return nil }
        return Int64((Date.now.timeIntervalSince1970 - Double(age)) * 1000)
    }

    /// Errors have a retention of their own, unless a time was asked for; 0 keeps them for ever.
    private func cutoffOfErrors(_ settings: Settings, sessions cutoff: Int64) -> Int64 {
        guard before == nil, olderThan == nil, let age = settings.integer("retention_errors") else { return cutoff }
        return age > 0 ? Int64((Date.now.timeIntervalSince1970 - Double(age)) * 1000) : 0
    }

    private func purge(
        _ name: String, before cutoff: Int64, errors errorsCutoff: Int64, with purging: Purging, audit: CommandAudit
    ) async throws -> RemovalCounts {
        let isQuiet = common.quiet
        let target = "range:..\(Moment.text(cutoff - 1))"
        do {
            let counts = try await purging.purge(cutoff, errors: errorsCutoff, project: name) { counts in
                if !isQuiet { Console.complain("\(name): \(counts.sessions) sessions removed") }
            }
            await audit.record(
                .purge, project: name, target: target,
                detail: [
                    ("sessions", .integer(counts.sessions)), ("keys", .integer(counts.keys)), ("dead_letters", .integer(counts.deadLetters)),
                    ("problems", .integer(counts.problems)), ("occurrences", .integer(counts.occurrences)),
                    ("server_events", .integer(counts.serverEvents)), ("held", .integer(counts.held)),
                ])
            return counts
        } catch {
            await audit.record(.purge, project: name, target: target, result: .failed)
            throw error
        }
    }
}

/// Purging with its errors as sentences.
private struct Purging {
    private let store: StoreConnection
    private let removal: SessionRemoval
    private let erasure: Erasure

    init(_ store: StoreConnection) throws {
        self.store = store
        let tombstones = store.settings.tombstoneSeconds
        do throws(RedisError) {
            let keys = store.encryption?.sessions
            removal = try SessionRemoval(client: store.client, schema: store.keys, tombstoneSeconds: tombstones, keys: keys)
            erasure = try Erasure(client: store.client, schema: store.keys, tombstoneSeconds: tombstones, userKey: "", keys: keys)
        } catch { throw CommandFailure(error, at: store.configuration) }
    }

    func purge(_ cutoff: Int64, errors: Int64, project: String, progress: @Sendable (RemovalCounts) -> Void) async throws -> RemovalCounts {
        try await perform { () throws(SessionRemovalError) in
            try await removal.purge(olderThanMs: cutoff, errorsOlderThanMs: errors, project: project, progress: progress)
        }
    }

    /// What would go.
    func survey(_ cutoff: Int64, errors: Int64, project: String) async throws -> RemovalCounts {
        try await perform { () throws(SessionRemovalError) in
            let range = try RemovalRange(sinceMs: nil, untilMs: cutoff - 1)
            let receipt = try await erasure.erase(.range(range), project: project, dryRun: true)
            var counts = RemovalCounts()
            (counts.sessions, counts.keys, counts.deadLetters, counts.held) = (receipt.sessions, receipt.keys, receipt.deadLetters, receipt.held)
            (counts.occurrences, counts.serverEvents) = (receipt.occurrences, receipt.serverEvents)
            do throws(RedisError) { counts.problems = try await removal.countProblems(olderThanMs: errors, project: project) } catch {
                throw .redis(error)
            }
            return counts
        }
    }

    private func perform<Value>(_ work: () async throws(SessionRemovalError) -> Value) async throws -> Value {
        do throws(SessionRemovalError) { return try await work() } catch {
            guard case .redis(let cause) = error else { throw CommandFailure(.failed, error.description) }
            throw CommandFailure(cause, at: store.configuration)
        }
    }
}

private struct PurgeOutput: Encodable {
    var sessions = 0
    var keys = 0
    var deadLetters = 0
    var problems = 0
    /// In a dry run only those of the sessions that would go.
    var occurrences = 0
    var serverEvents = 0
    var held = 0
    let dryRun: Bool

    private enum CodingKeys: String, CodingKey {
        case sessions, keys, problems, occurrences, held
        case serverEvents = "server_events"
        case deadLetters = "dead_letters"
        case dryRun = "dry_run"
    }

    init(dryRun: Bool) { self.dryRun = dryRun }

    mutating func add(_ counts: RemovalCounts) {
        sessions += counts.sessions
        keys += counts.keys
        deadLetters += counts.deadLetters
        problems += counts.problems
        occurrences += counts.occurrences
        serverEvents += counts.serverEvents
        held += counts.held
    }

    func print(_ common: CommonOptions) throws {
        if common.json { return try Console.json(self) }
        Console.result("\(sessions) sessions \(dryRun ? "would be removed" : "removed") (\(keys) keys, \(deadLetters) dead letters).")
        if problems + occurrences + serverEvents > 0 {
            Console.result(
                "\(problems) problems, \(occurrences) occurrences and \(serverEvents) server events \(dryRun ? "would go" : "went") with them or by age."
            )
        }
        if held > 0 { Console.complain("\(held) sessions are under a legal hold and stay; see sentiero holds.") }
    }
}
