import ArgumentParser

@main
struct Sentiero: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentiero", abstract: "Self-hosted session recording on Redis.", subcommands: [DemoCommand.self])
}
