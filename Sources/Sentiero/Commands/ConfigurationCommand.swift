import ArgumentParser

/// `sentiero configuration`: what is in force, or what there is.
struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "configuration", abstract: "Print the configuration in force, secrets hidden.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print the reference of all options instead (docs/configuration.md).")
    var markdown = false

    func run() throws {
        if markdown { return Console.result(ConfigurationDocument.markdown.trimmingSuffix(while: \.isNewline)) }
        let settings = try Settings()
        if common.json { try Console.json(settings.printable) } else { Console.result(settings.listing) }
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, predicate(last) { text.removeLast() }
        return String(text)
    }
}
