import Foundation

/// What a server told around an exception, nested one level as `key.sub` (spec 03 section 4).
struct IssueContext: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let name: String
        let value: String
    }

    let entries: [Entry]

    /// - Parameter json: a JSON object's text; anything else is shown as it is.
    init(json: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            entries = [Entry(name: "context", value: json)]
            return
        }
        entries = object.sorted { $0.key < $1.key }.flatMap { key, value -> [Entry] in
            guard let members = value as? [String: Any], !members.isEmpty else { return [Entry(name: key, value: Self.text(value))] }
            return members.sorted { $0.key < $1.key }.map { Entry(name: "\(key).\($0.key)", value: Self.text($0.value)) }
        }
    }

    /// A string without its quotes, anything else as JSON.
    private static func text(_ value: Any) -> String {
        if let text = value as? String { return text }
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
