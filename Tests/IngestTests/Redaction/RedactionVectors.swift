import Foundation
import Ingest
import Testing

/// One row of the table that the Swift and the JavaScript twin share.
struct RedactionVector: CustomTestStringConvertible, Sendable {
    enum Kind: String { case text, url, event, metadata }

    var name: String
    var kind: Kind
    var settings: RedactionSettings
    /// Text of a text or URL; JSON text of the others.
    var input: String
    var output: String

    var testDescription: String { "\(kind.rawValue): \(name)" }

    static let all: [RedactionVector] = {
        do {
            return try load()
        } catch {
            Issue.record("the vectors do not load: \(error)")
            return []
        }
    }()

    private struct Malformed: Error {}

    private static func load() throws -> [RedactionVector] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/redaction-vectors", withExtension: "json"))
        let rows = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]]
        return try (rows ?? []).map { row in
            guard let name = row["name"] as? String, let kind = (row["kind"] as? String).flatMap(Kind.init),
                let input = row["input"], let output = row["output"]
            else { throw Malformed() }
            let settings = row["settings"] as? [String: Any] ?? [:]
            func list(_ key: String) -> [String] { settings[key] as? [String] ?? [] }
            return RedactionVector(
                name: name, kind: kind,
                settings: try RedactionSettings(
                    urlMode: settings["urlMode"] as? String, urlParamAllowlist: list("urlParamAllowlist"),
                    urlParamDenylist: list("urlParamDenylist"), disabledPatterns: list("disabledPatterns"),
                    domPatterns: list("domPatterns"), customPatterns: list("customPatterns"),
                    checksCards: settings["cardCheck"] as? Bool ?? true),
                input: try text(input), output: try text(output))
        }
    }

    private static func text(_ value: Any) throws -> String {
        if let text = value as? String { return text }
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys]), as: UTF8.self)
    }
}

/// JSON text with its members in order and its escapes undone, to compare what it says and not how.
func canonical(_ json: some Sequence<UInt8>) -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(json), options: [.fragmentsAllowed]),
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
    else { return "not JSON" }
    return String(decoding: data, as: UTF8.self)
}

extension Redactor {
    func event(_ json: String, counts: inout RedactionCounts) -> RedactedEvent {
        let object = (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any]
        let number = object?["type"] as? NSNumber
        return event(json, type: number.flatMap { Int(exactly: $0.doubleValue) }, counts: &counts)
    }

    func event(_ json: String, type: Int?, counts: inout RedactionCounts) -> RedactedEvent {
        Array(json.utf8).withUnsafeBytes { event($0, type: type, counts: &counts) }
    }

    func metadata(_ json: String) -> RedactedMetadata {
        Array(json.utf8).withUnsafeBytes { metadata($0) }
    }

    /// The text after redaction; nil when dropped.
    func redactedEvent(_ json: String) -> String? {
        var counts = RedactionCounts()
        switch event(json, counts: &counts) {
        case .unchanged: return json
        case .changed(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .dropped: return nil
        }
    }
}

extension RedactedMetadata {
    var json: [UInt8] {
        var json = Array("{".utf8)
        for (index, entry) in entries.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += (try? JSONSerialization.data(withJSONObject: entry.key, options: [.fragmentsAllowed])) ?? Data()
            json.append(UInt8(ascii: ":"))
            json += entry.value
        }
        return json + Array("}".utf8)
    }
}
