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
        verb: String, common: CommonOptions, destructive: DestructiveOptions,
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
        var done = 0
        if !destructive.dryRun {
            done = try await store.perform { () async throws in
                let letters = try DeadLetters(client: store.client, schema: store.keys)
                var count = 0
                for letter in chosen where try await act(letters, letter) { count += 1 }
                return count
            }
        }
        if common.json { return try Console.json(["matched": chosen.count, "done": done]) }
        Console.result(destructive.dryRun ? "\(chosen.count) would be \(verb)." : "\(done) of \(chosen.count) \(verb).")
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
