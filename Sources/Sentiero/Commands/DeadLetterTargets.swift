import ArgumentParser
import RedisStore

/// The letters a command works on: ids, or all that match.
struct DeadLetterTargets: ParsableArguments {
    @Argument(help: "Ids, as listed.")
    var ids: [String] = []

    @Flag(help: "All of them, or all that the filters match.")
    var all = false

    @OptionGroup var selection: DeadLetterSelection

    func validate() throws {
        guard ids.isEmpty == (all || !selection.isEmpty) else { throw ValidationError("Name either ids, or --all, or a filter.") }
    }

    /// - Parameter act: what is done to each; false when it was gone already.
    func run(
        verb: String, action: AuditAction, common: CommonOptions, destructive: DestructiveOptions,
        _ act: (DeadLetters, DeadLetter) async throws(RedisError) -> Bool
    ) async throws {
        let settings = try Settings()
        try settings.checkProject(selection.project)
        let store = try StoreConnection(settings: settings, name: "sentiero-dead-letters")
        defer { store.client.shutdown() }
        let chosen: [DeadLetter]
        if ids.isEmpty {
            chosen = try await store.perform { () async throws in
                try await DeadLetters(client: store.client, schema: store.keys).list(selection.filter)
            }
        } else {
            var found: [DeadLetter] = []
            for id in ids { found.append(try await DeadLetterAddress(id).find(in: store)) }
            chosen = found
        }
        if !destructive.dryRun, !chosen.isEmpty { try destructive.confirm("\(chosen.count) dead letters will be \(verb).") }
        var done: [DeadLetter] = []
        if !destructive.dryRun {
            let audit = try CommandAudit(store, common)
            do {
                try await store.perform { () async throws in
                    let letters = try DeadLetters(client: store.client, schema: store.keys)
                    for letter in chosen where try await act(letters, letter) { done.append(letter) }
                }
            } catch {
                await note(done, action, .failed, in: audit)
                throw error
            }
            await note(done, action, .ok, in: audit)
        }
        if common.json { return try Console.json(["matched": chosen.count, "done": done.count]) }
        Console.result(destructive.dryRun ? "\(chosen.count) would be \(verb)." : "\(done.count) of \(chosen.count) \(verb).")
    }

    /// One entry per project. A single letter's session is named, of many only how many there were.
    private func note(_ letters: [DeadLetter], _ action: AuditAction, _ result: AuditResult, in audit: CommandAudit) async {
        for (project, letters) in Dictionary(grouping: letters, by: \.project).sorted(by: { $0.key < $1.key }) {
            let sessions = Set(letters.map(\.session))
            let target = sessions.count == 1 ? sessions.first.flatMap { $0.isEmpty ? nil : "session:" + $0 } : nil
            await audit.record(
                action, project: project.isEmpty ? nil : project, target: target, result: result, detail: [("letters", .integer(letters.count))])
        }
    }
}

/// `shard/id`, or the id alone.
struct DeadLetterAddress {
    let shard: Int?
    let id: StreamID
    private let text: String

    init(_ text: String) throws {
        let parts = text.split(separator: "/")
        guard let last = parts.last, let id = StreamID(String(last)), parts.count <= 2, parts.count == 1 || Int(parts[0]) != nil else {
            throw CommandFailure(.wrongUse, "\(text) is not the id of a dead letter.")
        }
        self.text = text
        self.id = id
        shard = parts.count == 2 ? Int(parts[0]) : nil
    }

    func find(in store: StoreConnection) async throws -> DeadLetter {
        let letter = try await store.perform { () async throws in
            try await DeadLetters(client: store.client, schema: store.keys).show(id, shard: shard)
        }
        guard let letter else { throw CommandFailure(.failed, "There is no dead letter \(text).") }
        return letter
    }
}
