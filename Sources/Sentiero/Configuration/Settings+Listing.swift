import Web

/// The configuration as it may be shown.
extension Settings {
    /// Name to value, secrets hidden, in the table's order; options that are not set are left out.
    var shown: [(name: String, value: String, source: OptionSource)] {
        OptionTable.all.compactMap { option in
            guard let value = values[option.name], let source = sources[option.name] else { return nil }
            return (option.name, Self.text(of: value, for: option), source)
        }
    }

    var printable: [String: String] { Dictionary(uniqueKeysWithValues: shown.map { ($0.name, $0.value) }) }

    var listing: String {
        let width = shown.map(\.name.count).max() ?? 0
        var lines = shown.map { entry in
            entry.name + String(repeating: " ", count: width - entry.name.count) + "  " + entry.value
                + (entry.source == .standard ? "" : "  (\(entry.source.rawValue))")
        }
        if integer("retention_period") == 0 { lines.append("Personal data is kept forever, because retention_period is 0.") }
        return lines.joined(separator: "\n")
    }

    private static func text(of value: OptionValue, for option: ConfigurationOption) -> String {
        if option.isSecret { return "(hidden)" }
        switch value {
        case .text(let text): return option.name.hasSuffix("redis_url") ? withoutPassword(text) : text
        case .flag(let flag): return String(flag)
        case .integer(let number): return String(number)
        case .fraction(let number): return String(number)
        case .list(let list): return list.joined(separator: ",")
        case .keys(let keys): return keys.map { "\($0.value):\($0.project)" }.joined(separator: ",")
        case .mapping(let pairs): return pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        case .object: return "(object)"
        }
    }

    /// Everything before the last `@` of the authority is a login.
    static func withoutPassword(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), let at = url.lastIndex(of: "@"), at >= scheme.upperBound else { return url }
        return url[..<scheme.upperBound] + "(hidden)" + url[at...]
    }
}
