import ArgumentParser
import RedisStore

/// `sentiero dead-letters`: entries that could not be processed.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Look at batches that could not be processed, try them again, or drop them.",
        subcommands: [DeadLettersList.self, DeadLettersShow.self, DeadLettersRedrive.self, DeadLettersDrop.self],
        defaultSubcommand: DeadLettersList.self
    )
}

/// Which letters are meant.
struct DeadLetterSelection: ParsableArguments {
    @ArgumentParser.Option(help: "Only of this project.")
    var project: String?

    @ArgumentParser.Option(help: "Only of this session.")
    var session: String?

    @ArgumentParser.Option(help: "Only with this reason.")
    var reason: String?

    var filter: DeadLetterFilter { DeadLetterFilter(project: project, session: session, reason: reason) }
    var isEmpty: Bool { project == nil && session == nil && reason == nil }
}

struct DeadLettersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List them, oldest first.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var selection: DeadLetterSelection

    @ArgumentParser.Option(help: "At most so many.")
    var limit = 100

    func run() async throws {
        let settings = try Settings()
        try settings.checkProject(selection.project)
        let store = try StoreConnection(settings: settings, name: "sentiero-dead-letters")
        defer { store.client.shutdown() }
        let letters = try await store.perform { () async throws in
            try await DeadLetters(client: store.client, schema: store.keys).list(selection.filter, limit: max(0, limit))
        }
        let shown = letters.map(ShownLetter.init)
        if common.json { return try Console.json(shown) }
        if shown.isEmpty { Console.complain("There are no dead letters.") }
        for letter in shown { Console.result(letter.line) }
    }
}

struct DeadLettersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one. Its body is not printed: it was not redacted.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The id, as listed.")
    var id: String

    func run() async throws {
        let store = try StoreConnection(settings: try Settings(), name: "sentiero-dead-letters")
        defer { store.client.shutdown() }
        let letter = try await DeadLetterAddress(id).find(in: store)
        let shown = try await store.perform { () async throws in try await ShownLetter(letter, opening: store.encryption) }
        if common.json { try Console.json(shown) } else { Console.result(shown.page) }
    }
}

struct DeadLettersRedrive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "redrive", abstract: "Put them back into the queue.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions
    @OptionGroup var targets: DeadLetterTargets

    func run() async throws {
        try await targets.run(verb: "put back", action: .redriveDeadLetters, common: common, destructive: destructive) {
            letters, letter throws(RedisError) in
            try await letters.redrive(letter)
        }
    }
}

struct DeadLettersDrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "drop", abstract: "Delete them for good.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions
    @OptionGroup var targets: DeadLetterTargets

    func run() async throws {
        try await targets.run(verb: "dropped", action: .dropDeadLetters, common: common, destructive: destructive) {
            letters, letter throws(RedisError) in
            try await letters.drop(letter)
        }
    }
}
