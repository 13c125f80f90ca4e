import Foundation
import Ingest

/// A seeded, structure-aware fuzz target: builds events around planted secrets, sometimes damages their bytes, and checks
/// what must hold of any of them. Every failure names its seed.
struct RedactionFuzz {
    struct Failure: Error, CustomStringConvertible {
        var seed: UInt64
        var reason: String
        var event: String
        var description: String { "seed \(seed): \(reason): \(event)" }
    }

    static let secrets = ["alice@secret.co", "eyJhbGc.eyJzdWI.sig9_-x", "0123456789abcdefABCDEF0123456789", "4111 1111 1111 1111", "ACCT-123456"]
    static let fillers = [
        "a", " ", "é", "\u{A0}", "😀", "\"", "\\", "\n", "\u{01}", "?", "#", "&", "=", "%", "/", "https://x.y/", "@", ".", "-", "12", "eyJ",
        "[redacted]", "%40", "//u@h/", "+", "%2B", "%25",
    ]
    static let keys = ["url", "text", "message", "stack", "source", "selector", "name", "href", "a", "payload", "tag", "data", "é", ""]
    static let tags = ["navigation", "error", "__click", "__form_submit", "x", ""]

    static let redactors: [Redactor] = {
        let all = BuiltInPattern.allCases.map(\.rawValue)
        let custom = [#"ACCT-\d{6}"#]
        return URLMode.allCases.compactMap {
            try? Redactor(settings: RedactionSettings(urlMode: $0.rawValue, domPatterns: all, customPatterns: custom))
        }
    }()

    let seed: UInt64
    private var numbers: SeededNumbers
    private var plants = 0

    init(seed: UInt64) {
        self.seed = seed
        numbers = SeededNumbers(seed: seed)
    }

    /// One execution.
    static func run(seed: UInt64) throws {
        var fuzz = RedactionFuzz(seed: seed)
        try fuzz.run()
    }

    private mutating func run() throws {
        let type = numbers.pick([2, 3, 4, 5, 5, 5, 6, 6, 9])
        let mode = numbers.below(Self.redactors.count)
        let redactor = Self.redactors[mode]
        let intact = Array(event(type).utf8)
        var bytes = intact
        let isDamaged = numbers.below(4) == 0
        if isDamaged { damage(&bytes) }

        guard let first = try result(redactor, bytes, type, isDamaged: isDamaged) else { return }
        // What came out is stable, and whole JSON.
        guard let second = try result(redactor, first, type, isDamaged: false), second == first else {
            throw failure("redacting twice changes more", bytes)
        }
        // With keepAll queries are kept on purpose.
        if isDamaged || URLMode.allCases[mode] == .keepAll { return }
        let text = String(decoding: decoded(first), as: UTF8.self)
        for secret in Self.secrets where text.contains(secret) { throw failure("\(secret) is still there", bytes) }
        if seed % 16 == 0, (try? JSONSerialization.jsonObject(with: Data(first))) == nil { throw failure("no JSON comes out", bytes) }
        if seed % 8 == 0 {
            let metadata = intact.withUnsafeBytes { redactor.metadata($0) }
            if metadata.entries.isEmpty { throw failure("metadata is lost", bytes) }
        }
    }

    /// The bytes to store; nil when dropped.
    private func result(_ redactor: Redactor, _ bytes: [UInt8], _ type: Int, isDamaged: Bool) throws -> [UInt8]? {
        var counts = RedactionCounts()
        let result = bytes.withUnsafeBytes { redactor.event($0, type: type, counts: &counts) }
        switch result {
        case .unchanged:
            if counts.total > 0 { throw failure("counts without a change", bytes) }
            return bytes
        case .changed(let output):
            if output == bytes { throw failure("a change without a difference", bytes) }
            if counts.total == 0 { throw failure("a change without counts", bytes) }
            return output
        case .dropped:
            if !isDamaged { throw failure("dropped", bytes) }
            return nil
        }
    }

    private func failure(_ reason: String, _ bytes: [UInt8]) -> Failure {
        Failure(seed: seed, reason: reason, event: String(decoding: bytes, as: UTF8.self))
    }

    /// The texts of all strings, escapes undone.
    private func decoded(_ json: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        guard let value = try? JSONSerialization.jsonObject(with: Data(json)) else { return json }
        var pending = [value]
        while let next = pending.popLast() {
            switch next {
            case let text as String: output += Array(text.utf8) + [0]
            case let list as [Any]: pending += list
            case let object as [String: Any]:
                for (key, value) in object {
                    output += Array(key.utf8) + [0]
                    pending.append(value)
                }
            default: break
            }
        }
        return output
    }

    private mutating func event(_ type: Int) -> String {
        let data =
            switch type {
            case 4: #"{"href":\#(string()),"width":\#(value(1))}"#
            case 5: #"{"tag":\#(numbers.below(4) == 0 ? value(1) : quoted(numbers.pick(Self.tags))),"payload":\#(value(3))\#(member())}"#
            case 6: #"{"plugin":\#(string()),"payload":\#(value(3))\#(member())}"#
            default: value(3)
            }
        return numbers.below(2) == 0
            ? #"{"type":\#(type),"data":\#(data),"timestamp":1\#(member())}"# : #" { "timestamp" : 1 , "data" : \#(data) , "type" : \#(type) } "#
    }

    /// One more, now and then, where no recorder of ours writes any.
    private mutating func member() -> String { numbers.below(4) == 0 ? #","m\#(numbers.below(9))":\#(value(2))"# : "" }

    private mutating func value(_ depth: Int) -> String {
        switch numbers.below(depth > 0 ? 6 : 3) {
        case 0, 1: return string()
        case 2: return numbers.pick(["1", "-1.5e3", "true", "false", "null", "1718000000000"])
        case 3: return "[" + (0..<numbers.below(4)).map { _ in value(depth - 1) }.joined(separator: ",") + "]"
        default:
            var seen: Set<String> = []  // of repeated keys the check would see only one
            var members: [String] = []
            for _ in 0..<numbers.below(4) {
                let key = numbers.below(4) == 0 ? text() : numbers.pick(Self.keys)
                if seen.insert(key).inserted { members.append(quoted(key) + ":" + value(depth - 1)) }
            }
            return "{" + members.joined(separator: ", ") + "}"
        }
    }

    private mutating func string() -> String { quoted(text()) }

    private mutating func text() -> String {
        var text = ""
        for _ in 0..<numbers.below(6) { text += numbers.pick(Self.fillers) }
        if numbers.below(3) == 0 {
            // Apart from the rest, or a filler could make it something else ("x" before a card).
            text += " " + numbers.pick(Self.secrets) + " "
            for _ in 0..<numbers.below(3) { text += numbers.pick(Self.fillers) }
        }
        return text
    }

    /// As a JSON token, any character perhaps as an escape.
    private mutating func quoted(_ text: String) -> String {
        let escapesAll = numbers.below(6) == 0
        var token = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C: token += "\\" + String(UnicodeScalar(UInt8(unit)))
            case 0..<0x20: token += unit == 10 ? "\\n" : escape(unit)
            case 0x20..<0x7F where !escapesAll: token += String(UnicodeScalar(UInt8(unit)))
            default: token += escape(unit)
            }
        }
        if !escapesAll, numbers.below(2) == 0, text.utf16.contains(where: { $0 > 0x7F }),
            !text.utf16.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C })
        {
            return "\"" + text + "\""
        }
        return token + "\""
    }

    private func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0...numbers.below(4) where !bytes.isEmpty {
            let place = numbers.below(bytes.count)
            switch numbers.below(4) {
            case 0: bytes[place] = UInt8(numbers.below(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.removeLast(bytes.count - place)
            default: bytes.insert(numbers.pick(Array(#"{}[]":,\u?#@"#.utf8)), at: place)
            }
        }
    }
}
