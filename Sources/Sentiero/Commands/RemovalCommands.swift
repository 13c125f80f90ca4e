import ArgumentParser
import Foundation
import Ingest
import RedisStore
import Web

/// `sentiero erase`: everything of some sessions, on a person's request.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "erase", abstract: "Erase sessions. Late batches of theirs are refused, too.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions

    @ArgumentParser.Option(help: "Id of a session; may be repeated.")
    var session: [String] = []

    @ArgumentParser.Option(help: "Its project; needed when several are configured.")
    var project: String?

    func validate() throws {
        guard !session.isEmpty else { throw ValidationError("Name at least one --session.") }
        for id in session where !Identifier.isValid(id) { throw ValidationError("\(id) is not a session id. Nothing was erased.") }
    }

    func run() async throws {
        let settings = try Settings()
        let project = try settings.oneProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-erase")
        defer { store.client.shutdown() }
        if destructive.dryRun {
            let names = session.map { store.keys.project(project, ofSession: $0).session($0) }
            let replies = try await store.perform { try await store.client.send(names.map { RedisCommand("EXISTS", $0, isIdempotent: true) }) }
            return try RemovalOutput(counts: nil, wouldRemove: replies.count { $0.int == 1 }).print(common)
        }
        try destructive.confirm("\(session.count) sessions of \(project) will be erased.")
        let removal = try Removals(store)
        try RemovalOutput(
            counts: await removal.perform { removal throws(SessionRemovalError) in
                try await removal.remove(session, project: project, reason: .erased)
            }
        ).print(common)
    }
}

/// `sentiero purge`: what is past retention, or older than asked.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Remove sessions past retention, or last updated longer ago than asked.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions

    @ArgumentParser.Option(help: "Seconds since a session's last batch (default: retention_period).")
    var olderThan: Int?

    @ArgumentParser.Option(help: "Only this project (default: all configured).")
    var project: String?

    func validate() throws {
        if let olderThan, olderThan < 0 { throw ValidationError("--older-than takes seconds.") }
    }

    func run() async throws {
        let settings = try Settings()
        try settings.checkProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-purge")
        defer { store.client.shutdown() }
        let age = olderThan ?? settings.integer("retention_period") ?? 0
        guard age > 0 || olderThan != nil else {
            Console.complain("retention_period is 0: everything is kept forever. Use --older-than to remove something all the same.")
            return try RemovalOutput(counts: RemovalCounts()).print(common)
        }
        let projects = project.map { [$0] } ?? settings.projects.names
        let cutoff = Int64((Date.now.timeIntervalSince1970 - Double(age)) * 1000)
        let removal = try Removals(store)
        var total = RemovalCounts()
        var would = 0
        if !destructive.dryRun {
            try destructive.confirm("Sessions last updated more than \(age) s ago will be removed (\(projects.joined(separator: ", "))).")
        }
        for name in projects {
            if destructive.dryRun {
                would += try await removal.perform { removal throws(SessionRemovalError) in
                    let range = try RemovalRange(sinceMs: nil, untilMs: cutoff - 1)
                    do throws(RedisError) { return try await removal.count(range, project: name) } catch { throw .redis(error) }
                }
                continue
            }
            let isQuiet = common.quiet
            let counts = try await removal.perform { removal throws(SessionRemovalError) in
                try await removal.purge(olderThanMs: cutoff, project: name) { counts in
                    if !isQuiet { Console.complain("\(name): \(counts.sessions) sessions removed") }
                }
            }
            total.sessions += counts.sessions
            total.keys += counts.keys
            total.chunks += counts.chunks
            total.events += counts.events
            total.deadLetters += counts.deadLetters
        }
        try RemovalOutput(counts: destructive.dryRun ? nil : total, wouldRemove: would).print(common)
    }
}

/// Session removal with its errors as sentences.
private struct Removals {
    let store: StoreConnection
    let removal: SessionRemoval

    init(_ store: StoreConnection) throws {
        self.store = store
        do throws(RedisError) {
            removal = try SessionRemoval(client: store.client, schema: store.keys, tombstoneSeconds: store.settings.tombstoneSeconds)
        } catch { throw CommandFailure(error, at: store.configuration) }
    }

    func perform<Value>(_ work: (SessionRemoval) async throws(SessionRemovalError) -> Value) async throws -> Value {
        do throws(SessionRemovalError) { return try await work(removal) } catch {
            guard case .redis(let cause) = error else { throw CommandFailure(.failed, "\(error)") }
            throw CommandFailure(cause, at: store.configuration)
        }
    }
}

private struct RemovalOutput: Encodable {
    var sessions = 0
    var keys = 0
    var chunks = 0
    var events = 0
    var deadLetters = 0
    var wouldRemove: Int?

    init(counts: RemovalCounts?, wouldRemove: Int = 0) {
        guard let counts else {
            self.wouldRemove = wouldRemove
            return
        }
        sessions = counts.sessions
        keys = counts.keys
        chunks = counts.chunks
        events = counts.events
        deadLetters = counts.deadLetters
    }

    func print(_ common: CommonOptions) throws {
        if common.json { return try Console.json(self) }
        if let wouldRemove { return Console.result("\(wouldRemove) sessions would be removed.") }
        Console.result("\(sessions) sessions removed (\(events) events, \(keys) keys, \(deadLetters) dead letters).")
    }
}
