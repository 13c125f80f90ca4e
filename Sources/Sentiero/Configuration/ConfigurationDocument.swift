/// `docs/configuration.md`, made from the table. A test holds the file equal to it; `sentiero configuration --markdown` prints it.
enum ConfigurationDocument {
    static var markdown: String {
        var text = """
            # Configuration

            Every option can be set in the environment as `SENTIERO_` and its name in capitals, or under its name in the JSON file that
            `SENTIERO_CONFIG` names. The environment wins. Unknown names and values that cannot be understood stop the start, with the
            nearest known name; an empty variable counts as not set, except for secrets, where blank is an error. Names that Kubernetes
            sets for services (`SENTIERO_SERVICE_HOST`, `SENTIERO_PORT=tcp://…`) are ignored. The configuration in force is printed at start,
            secrets hidden.

            Lists are separated by commas in the environment and are arrays in the file; objects are JSON in both. Sizes take `kb`, `mb` and
            `gb` (powers of 1024).

            <!-- Made from Sources/Sentiero/Configuration/OptionTable.swift; do not edit. -->

            """
        for group in OptionTable.groups {
            text += "\n## \(group.title)\n\n| Option | Type | Default | |\n|---|---|---|---|\n"
            for option in group.options {
                let standard = option.standard.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? "not set"
                text += "| `\(option.environmentName)` | \(type(of: option)) | \(standard) | \(option.about) |\n"
            }
        }
        return text
    }

    private static func type(of option: ConfigurationOption) -> String {
        switch option.kind {
        case .text, .name, .cookieName: "text"
        case .label(let most): "text of at most \(most) characters"
        case .flag: "`true` or `false`"
        case .integer: "integer"
        case .size: "bytes"
        case .watermark: "fraction or bytes"
        case .rate: "number from 0 to 1"
        case .list, .origins: "list"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .choices(let choices): "list of " + choices.map { "`\($0)`" }.joined(separator: ", ")
        case .keys, .mapping: "list of pairs"
        case .object: "JSON object"
        }
    }
}
