import ArgumentParser

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print results as JSON.")
    var json = false

    @Flag(help: "Print results only: no progress, no configuration.")
    var quiet = false
}

/// What every destructive command takes besides.
struct DestructiveOptions: ParsableArguments {
    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    /// - Throws: `CommandFailure` when nobody agreed.
    func confirm(_ question: String) throws {
        guard yes || Console.confirms(question) else { throw CommandFailure(.failed, "Nothing was changed. Use --yes to go on without asking.") }
    }
}
