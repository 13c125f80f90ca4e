import Configuration
import Foundation
import Web

/// The configuration in force: environment over file over defaults (DESIGN.md section 7).
struct Settings: Sendable {
    private(set) var values: [String: OptionValue] = [:]
    private(set) var sources: [String: OptionSource] = [:]

    /// - Parameters:
    ///   - environment: all variables of the process; only those that begin with `SENTIERO_` matter.
    ///   - readFile: returns the contents of the file that `SENTIERO_CONFIG` names, nil when it cannot be read.
    /// - Throws: `SettingsError` naming everything that is wrong, not only the first.
    init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        readFile: (String) -> Data? = { FileManager.default.contents(atPath: $0) }
    ) throws(SettingsError) {
        var problems: [String] = []
        let ours = environment.filter { $0.key.hasPrefix("SENTIERO_") && !KubernetesNames.matches($0.key, value: $0.value) }
        for name in ours.keys.sorted() where name != "SENTIERO_CONFIG" {
            let short = name.dropFirst("SENTIERO_".count).lowercased()
            if OptionTable.option(short) == nil {
                problems.append("\(name) is not an option. Did you mean SENTIERO_\(NearestName.to(short).uppercased())?")
            }
        }
        let file = Self.fileValues(ours["SENTIERO_CONFIG"], readFile, &problems)
        for name in file.keys.sorted() where OptionTable.option(name) == nil {
            problems.append("\(name) in \(ours["SENTIERO_CONFIG"] ?? "") is not an option. Did you mean \(NearestName.to(name))?")
        }
        let variables = EnvironmentVariablesProvider(environmentVariables: ours.filter { !$0.value.isEmpty })
        let fileProvider = InMemoryProvider(
            name: "file", values: Dictionary(uniqueKeysWithValues: file.map { (AbsoluteConfigKey([$0.key]), $0.value) }))
        for option in OptionTable.all {
            let parser = OptionParser(option: option)
            if option.isSecret, let text = ours[option.environmentName], text.allSatisfy(\.isWhitespace) {
                problems.append("\(option.environmentName) is blank. Remove it or give it a value.")
                continue
            }
            do throws(BadValue) {
                if let value = try parser.value(from: variables, key: AbsoluteConfigKey(["sentiero", option.name])) {
                    set(option, value, .environment)
                    continue
                }
            } catch {
                problems.append("\(option.environmentName) \(error.rule).")
                continue
            }
            do throws(BadValue) {
                if let value = try parser.value(from: fileProvider, key: AbsoluteConfigKey([option.name])) {
                    if option.isSecret, value == .text("") || value == .keys([]) || value == .list([]) { throw BadValue("is blank") }
                    set(option, value, .file)
                    continue
                }
            } catch {
                problems.append("\(option.name) in \(ours["SENTIERO_CONFIG"] ?? "") \(error.rule).")
                continue
            }
            guard let standard = option.standard else { continue }
            let defaults = EnvironmentVariablesProvider(environmentVariables: [option.environmentName: standard])
            if let value = try? parser.value(from: defaults, key: AbsoluteConfigKey(["sentiero", option.name])) { set(option, value, .standard) }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
    }

    private mutating func set(_ option: ConfigurationOption, _ value: OptionValue, _ source: OptionSource) {
        values[option.name] = value
        sources[option.name] = source
    }

    /// The file's members as provider values. Objects travel as their JSON text, which is how the environment gives them.
    private static func fileValues(_ path: String?, _ readFile: (String) -> Data?, _ problems: inout [String]) -> [String: ConfigValue] {
        guard let path, !path.isEmpty else { return [:] }
        guard let data = readFile(path) else {
            problems.append("SENTIERO_CONFIG names \(path), which cannot be read.")
            return [:]
        }
        guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
            problems.append("SENTIERO_CONFIG names \(path), which does not hold a JSON object.")
            return [:]
        }
        return object.compactMapValues { value in value.content.map { ConfigValue($0, isSecret: false) } }
    }
}

extension JSONValue {
    /// nil for null, which means "not set".
    fileprivate var content: ConfigContent? {
        switch self {
        case .null: return nil
        case .flag(let flag): return .bool(flag)
        case .number(let number): return Int(exactly: number).map(ConfigContent.int) ?? .double(number)
        case .text(let text): return .string(text)
        case .list(let list):
            return .stringArray(
                list.map { element in
                    if case .text(let text) = element { return text }
                    return (try? IslandJSON.encode(element)) ?? ""
                })
        case .object: return (try? IslandJSON.encode(self)).map(ConfigContent.string)
        }
    }
}

/// Everything that is wrong with a configuration.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let problems: [String]
    var description: String { problems.joined(separator: "\n") }
}
