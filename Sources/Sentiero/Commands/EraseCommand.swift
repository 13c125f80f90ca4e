import ArgumentParser
import Ingest
import RedisStore
import Web

/// `sentiero erase`: everything of some sessions, on a person's request.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase sessions by id, by user or by time. Late batches of theirs are refused, too.",
        discussion: """
            Exit status 0: everything is gone. 1: something is left, and standard error says what: sessions under a legal hold, or batches that
            still wait in the queue; erase again when they have been processed.
            """)

    /// Seconds workers are waited for.
    private static let patience = 60

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions

    @ArgumentParser.Option(help: "Id of a session; may be repeated.")
    var session: [String] = []

    @ArgumentParser.Option(help: "All sessions with exactly this value of the metadata key user_key (default: userId).")
    var user: String?

    @ArgumentParser.Option(help: "Sessions last updated at or after this date (UTC) or RFC 3339 time.")
    var since: Moment?

    @ArgumentParser.Option(help: "Sessions last updated at or before this date, its whole day included, or time.")
    var until: Moment?

    @ArgumentParser.Option(help: "Their project; needed when several are configured.")
    var project: String?

    func validate() throws {
        let ways = [!session.isEmpty, user != nil, since != nil || until != nil]
        guard ways.count(where: \.self) == 1 else { throw ValidationError("Name either --session, or --user, or --since and --until.") }
        for id in session where !Identifier.isValid(id) { throw ValidationError("\(id) is not a session id. Nothing was erased.") }
        if let user, user.allSatisfy(\.isWhitespace) { throw ValidationError("--user is blank.") }
        if let since, let until, since.firstMs > until.lastMs { throw ValidationError("--since is after --until. Nothing was erased.") }
    }

    func run() async throws {
        let settings = try Settings()
        let project = try settings.oneProject(project)
        if user != nil, (settings.text("user_key") ?? "").isEmpty { throw CommandFailure(.wrongUse, SessionRemovalError.noUserKey.description) }
        let store = try StoreConnection(settings: settings, name: "sentiero-erase")
        defer { store.client.shutdown() }
        let selection: ErasureSelection
        if let user {
            selection = .user(user)
        } else if !session.isEmpty {
            selection = .sessions(session)
        } else {
            selection = .range(try RemovalRange(sinceMs: since?.firstMs, untilMs: until?.lastMs))
        }
        let erasure = try Erasing(store: store, patienceSeconds: Self.patience)
        if destructive.dryRun {
            let receipt = try await erasure.perform(selection, project: project, dryRun: true)
            return try ErasureOutput(receipt: receipt, isSearch: session.isEmpty, isDryRun: true).print(common)
        }
        let audit = try CommandAudit(store, common)
        if !destructive.yes {
            let count = try await erasure.perform(selection, project: project, dryRun: true).sessions
            try destructive.confirm("\(count) sessions of \(project) will be erased.")
        }
        let isQuiet = common.quiet
        let trace = ErasureTrace(selection, project: project, userKey: settings.text("user_key") ?? "")
        await trace.begin(in: audit)
        do {
            let receipt = try await erasure.perform(selection, project: project) { progress in
                if !isQuiet { Console.complain(progress.sentence) }
            }
            await trace.record(receipt, in: audit)
            try ErasureOutput(receipt: receipt, isSearch: session.isEmpty, isDryRun: false).print(common)
            if !receipt.isComplete { throw CommandFailure(.failed) }
        } catch let failure as CommandFailure where !failure.sentence.isEmpty {
            await trace.record(nil, in: audit)
            throw failure
        }
    }
}

/// Erasure with its errors as sentences.
private struct Erasing {
    private let store: StoreConnection
    private let erasure: Erasure

    init(store: StoreConnection, patienceSeconds: Int) throws {
        self.store = store
        do throws(RedisError) {
            erasure = try Erasure(
                client: store.client, schema: store.keys, tombstoneSeconds: store.settings.tombstoneSeconds,
                userKey: store.settings.text("user_key") ?? "", patienceSeconds: patienceSeconds,
                keys: store.encryption?.sessions)
        } catch { throw CommandFailure(error, at: store.configuration) }
    }

    func perform(
        _ selection: ErasureSelection, project: String, dryRun: Bool = false, progress: @Sendable (ErasureProgress) -> Void = { _ in }
    ) async throws -> ErasureReceipt {
        do throws(SessionRemovalError) {
            return try await erasure.erase(selection, project: project, dryRun: dryRun, progress: progress)
        } catch {
            guard case .redis(let cause) = error else { throw CommandFailure(.failed, error.description) }
            throw CommandFailure(cause, at: store.configuration)
        }
    }
}

extension ErasureProgress {
    fileprivate var sentence: String {
        switch self {
        case .removed(let sessions): "\(sessions) sessions removed"
        case .waiting(let partitions): "waiting for workers: \(partitions) partitions hold batches from before"
        }
    }
}
