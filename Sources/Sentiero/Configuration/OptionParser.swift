import Configuration
import Foundation
import Ingest
import Web

/// Reads one option from a provider, strictly: what cannot be read stops the start.
struct OptionParser {
    let option: ConfigurationOption

    /// - Returns: nil when the provider has nothing for this option.
    /// - Throws: `BadValue` with the reason.
    func value(from provider: some ConfigProvider, key: AbsoluteConfigKey) throws(BadValue) -> OptionValue? {
        switch option.kind {
        case .flag:
            guard case .bool(let flag)? = try content(provider, key, .bool, "must be true or false") else { return nil }
            return .flag(flag)
        case .integer(let range):
            guard case .int(let number)? = try content(provider, key, .int, "must be an integer") else { return nil }
            return .integer(try checked(number, range))
        case .size(let range):
            if case .int(let number)? = try? content(provider, key, .int, "") { return .integer(try checked(number, range)) }
            guard let text = try text(provider, key) else { return nil }
            return .integer(try checked(try size(text), range))
        case .watermark:
            if case .int(let number)? = try? content(provider, key, .int, "") { return .integer(try watermark(number)) }
            if case .double(let number)? = try? content(provider, key, .double, "") { return try fraction(number) }
            guard let text = try text(provider, key) else { return nil }
            return .integer(try watermark(try size(text)))
        case .rate:
            if case .int(let number)? = try? content(provider, key, .int, "") { return try rate(Double(number)) }
            guard case .double(let number)? = try content(provider, key, .double, "must be a number from 0 to 1") else { return nil }
            return try rate(number)
        case .list:
            return try list(provider, key).map(OptionValue.list)
        case .origins:
            guard let entries = try list(provider, key) else { return nil }
            return .list(try entries.map { entry throws(BadValue) in try WebOrigin.checked(entry) })
        case .keys:
            guard let entries = try list(provider, key) else { return nil }
            let keys = try entries.map(Self.projectKey)
            let projects = Dictionary(grouping: keys, by: \.value).mapValues { Set($0.map(\.project)) }
            if let (_, names) = projects.first(where: { $0.value.count > 1 }) {
                throw BadValue("gives one key to several projects: " + names.sorted().joined(separator: ", "))
            }
            return .keys(keys)
        case .choice(let choices):
            guard let text = try text(provider, key) else { return nil }
            guard choices.contains(text) else { throw BadValue("must be one of " + choices.joined(separator: ", ")) }
            return .text(text)
        case .choices(let choices):
            guard let entries = try list(provider, key) else { return nil }
            if let wrong = entries.first(where: { !choices.contains($0) }) {
                throw BadValue("has \(wrong), but may hold only " + choices.joined(separator: ", "))
            }
            return .list(entries)
        case .mapping(let names):
            guard let entries = try list(provider, key) else { return nil }
            return .mapping(try HeaderMapping.checked(entries, names: names))
        case .text:
            return try text(provider, key).map(OptionValue.text)
        case .name:
            guard let text = try text(provider, key) else { return nil }
            guard !text.allSatisfy(\.isWhitespace) else { throw BadValue("is blank") }
            return .text(text)
        case .label(let most):
            guard let text = try text(provider, key) else { return nil }
            guard !text.allSatisfy(\.isWhitespace), text.count <= most else { throw BadValue("must be 1 to \(most) characters, and not blank") }
            return .text(text)
        case .cookieName:
            guard let text = try text(provider, key) else { return nil }
            guard text.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
                throw BadValue("must be a cookie name: letters, digits and !#$%&'*+-.^_`|~")
            }
            return .text(text)
        case .object:
            guard let text = try text(provider, key) else { return nil }
            guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
                throw BadValue("must be a JSON object")
            }
            return .object(object)
        }
    }

    private func content(_ provider: some ConfigProvider, _ key: AbsoluteConfigKey, _ type: ConfigType, _ rule: String) throws(BadValue)
        -> ConfigContent?
    {
        do { return try provider.value(forKey: key, type: type).value?.content } catch { throw BadValue(rule) }
    }

    private func text(_ provider: some ConfigProvider, _ key: AbsoluteConfigKey) throws(BadValue) -> String? {
        guard case .string(let text)? = try content(provider, key, .string, "must be text") else { return nil }
        return text
    }

    /// In a file a list may also be written as the environment writes it.
    private func list(_ provider: some ConfigProvider, _ key: AbsoluteConfigKey) throws(BadValue) -> [String]? {
        if case .stringArray(let list)? = try? content(provider, key, .stringArray, "") { return list.filter { !$0.isEmpty } }
        guard case .string(let text)? = try content(provider, key, .string, "must be a list of texts") else { return nil }
        return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func checked(_ number: Int, _ range: ClosedRange<Int>) throws(BadValue) -> Int {
        guard range.contains(number) else {
            throw BadValue(
                range.upperBound == .max ? "must be at least \(range.lowerBound)" : "must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// Ingest would be refused for ever below what an empty Redis uses; such a number was more likely meant as a share.
    private func watermark(_ bytes: Int) throws(BadValue) -> Int {
        guard bytes == 1 || bytes >= 1_048_576 else { throw BadValue("must be a share above 0 and at most 1, or at least 1048576 bytes") }
        return bytes
    }

    private func fraction(_ number: Double) throws(BadValue) -> OptionValue {
        guard number > 0, number <= 1 else { throw BadValue("must be above 0 and at most 1, or a number of bytes") }
        return .fraction(number)
    }

    private func rate(_ number: Double) throws(BadValue) -> OptionValue {
        guard (0...1).contains(number) else { throw BadValue("must be a number from 0 to 1") }
        return .fraction(number)
    }

    private func size(_ text: String) throws(BadValue) -> Int {
        let lower = text.lowercased()
        for (suffix, shift) in [("kb", 10), ("mb", 20), ("gb", 30)] where lower.hasSuffix(suffix) {
            guard let number = Int(lower.dropLast(2)), (0...(Int.max >> shift)).contains(number) else { break }
            return number << shift
        }
        throw BadValue("must be a number of bytes, such as 1048576 or 512mb" + (option.kind == .watermark ? ", or a fraction such as 0.8" : ""))
    }

    private static func projectKey(_ entry: String) throws(BadValue) -> Projects.Key {
        // A secret may hold colons, a project name cannot.
        guard let colon = entry.lastIndex(of: ":") else { throw BadValue("must be pairs of key:project") }
        let key = entry[..<colon].trimmingCharacters(in: .whitespaces)
        let project = String(entry[entry.index(after: colon)...])
        guard !key.isEmpty else { throw BadValue("has a pair with a blank key") }
        guard Identifier.isValid(project) else { throw BadValue("has a project name that is not 1-128 letters, digits, hyphens or underscores") }
        return Projects.Key(value: key, project: project)
    }
}

/// Why a value was refused, to be read after the option's name.
struct BadValue: Error, Equatable {
    let rule: String
    init(_ rule: String) { self.rule = rule }
}
