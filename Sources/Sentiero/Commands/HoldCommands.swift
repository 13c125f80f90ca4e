import ArgumentParser
import Foundation
import Ingest
import RedisStore
import Web

/// `sentiero hold`: keeps a session whatever retention says.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Put a session under a legal hold: it neither expires nor can it be deleted until it is released.")

    @OptionGroup var common: CommonOptions

    @ArgumentParser.Option(help: "Id of the session.")
    var session: String

    @ArgumentParser.Option(help: "Why, for everybody who sees the session; at most 500 characters.")
    var reason: String

    @ArgumentParser.Option(help: "Its project; needed when several are configured.")
    var project: String?

    func validate() throws {
        guard Identifier.isValid(session) else { throw ValidationError("\(session) is not a session id.") }
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("A hold needs a reason.") }
        guard reason.count <= LegalHold.maxReasonCharacters else {
            throw ValidationError("A reason has at most \(LegalHold.maxReasonCharacters) characters.")
        }
    }

    func run() async throws {
        let settings = try Settings()
        let project = try settings.oneProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-hold")
        defer { store.client.shutdown() }
        let audit = try CommandAudit(store, common)
        let isHeld = try await store.holding { hold throws(LegalHoldError) in
            try await hold.hold(project: project, session: session, reason: reason)
        }
        await audit.record(
            .holdSession, project: project, target: "session:" + session, result: isHeld ? .ok : .failed, detail: [("reason", .text(reason))])
        guard isHeld else { throw CommandFailure(.failed, "There is no session \(session) in \(project).") }
        if common.json { return try Console.json(["session": session, "state": "held"]) }
        Console.result("\(session) is held: nothing of it expires or can be deleted.")
    }
}

/// `sentiero release`: ends a hold.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "End a legal hold. A session past its retention is removed then, so that is asked first.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @ArgumentParser.Option(help: "Id of the session.")
    var session: String

    @ArgumentParser.Option(help: "Its project; needed when several are configured.")
    var project: String?

    func validate() throws {
        guard Identifier.isValid(session) else { throw ValidationError("\(session) is not a session id.") }
    }

    func run() async throws {
        let settings = try Settings()
        let project = try settings.oneProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-release")
        defer { store.client.shutdown() }
        let audit = try CommandAudit(store, common)
        try await confirm(store, project)
        let release = try await store.holding { hold throws(LegalHoldError) in try await hold.release(project: project, session: session) }
        let target = "session:" + session
        switch release {
        case .released(let expiresAtMs):
            await audit.record(.releaseSession, project: project, target: target)
            let expiry = expiresAtMs.map { "It expires \(Moment.text($0))." } ?? "It is kept forever, because retention_period is 0."
            try print("released", "\(session) is released. \(expiry)", expiresAtMs.map(Moment.text))
        case .notHeld:
            try print("free", "\(session) was not held.", nil)
        case .absent:
            await audit.record(.releaseSession, project: project, target: target, result: .failed)
            throw CommandFailure(.failed, "There is no session \(session) in \(project).")
        }
    }

    private func confirm(_ store: StoreConnection, _ project: String) async throws {
        let retention = store.settings.integer("retention_period") ?? 0
        guard !yes, retention > 0 else { return }
        let row = try await store.perform { try await SessionStore(redis: store.client, keys: store.keys).find(session, project: project).row }
        guard let row, row.hold != nil, row.updatedAt + Double(retention) <= Date.now.timeIntervalSince1970 else { return }
        guard Console.confirms("\(session) is past its retention and will be removed within a minute.") else {
            throw CommandFailure(.failed, "\(session) is past its retention and would be removed. Use --yes to release it all the same.")
        }
    }

    private func print(_ state: String, _ sentence: String, _ expiry: String?) throws {
        guard common.json else { return Console.result(sentence) }
        var answer = ["session": session, "state": state]
        answer["expires_at"] = expiry
        try Console.json(answer)
    }
}

/// `sentiero holds`: what is held, since when and why.
struct HoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds", abstract: "List the sessions under a legal hold, the longest standing first.")

    @OptionGroup var common: CommonOptions

    @ArgumentParser.Option(help: "Only this project (default: all configured).")
    var project: String?

    private struct Shown: Encodable {
        let project, session, since, updated, reason: String
    }

    func run() async throws {
        let settings = try Settings()
        try settings.checkProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-holds")
        defer { store.client.shutdown() }
        var shown: [Shown] = []
        for name in project.map({ [$0] }) ?? settings.projects.names {
            let held = try await store.perform {
                try await LegalHold(client: store.client, schema: store.keys, retentionSeconds: nil, keys: nil).list(project: name)
            }
            shown += held.map {
                Shown(
                    project: name, session: $0.session, since: Moment.text(Int64($0.hold.since) * 1000),
                    updated: Moment.text(Int64($0.updatedAt) * 1000),
                    reason: $0.hold.reason)
            }
        }
        if common.json { return try Console.json(shown) }
        if shown.isEmpty { Console.complain("No session is under a legal hold.") }
        for hold in shown { Console.result([hold.project, hold.session, "since \(hold.since)", hold.reason].joined(separator: "  ")) }
    }
}

extension StoreConnection {
    /// Runs work on holds with its errors as sentences.
    fileprivate func holding<Value>(_ work: (LegalHold) async throws(LegalHoldError) -> Value) async throws -> Value {
        let hold: LegalHold
        do throws(RedisError) {
            hold = try LegalHold(
                client: client, schema: keys, retentionSeconds: settings.integer("retention_period"),
                errorRetentionSeconds: settings.integer("retention_errors"), keys: encryption?.sessions)
        } catch { throw CommandFailure(error, at: configuration) }
        do throws(LegalHoldError) { return try await work(hold) } catch {
            guard case .redis(let cause) = error else { throw CommandFailure(.wrongUse, error.description) }
            throw CommandFailure(cause, at: configuration)
        }
    }
}
