import Crypto
import Foundation

/// An entry as one line of JSON, the same text in the stream and in the log (spec 06 section 8).
enum AuditText {
    /// Longest text of one member; what a client can choose must not fill the log.
    static let maxCharacters = 512

    /// - Parameters:
    ///   - previous: hash of the shard's previous line; empty for the first.
    ///   - isStored: false for a line that only the log has: its place in the chain is not known.
    static func line(_ record: AuditRecord, previous: String, isStored: Bool = true) -> String {
        var text = "{\"at\":"
        append(record.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), to: &text)
        let members = [
            ("action", record.action.rawValue), ("actor", record.actor), ("ip", record.ip), ("project", record.project), ("target", record.target),
            ("path", record.path), ("result", record.result.rawValue),
        ]
        for (name, value) in members {
            text += ",\"\(name)\":"
            if let value { append(value, to: &text) } else { text += "null" }
        }
        text += ",\"detail\":{"
        for (index, (name, value)) in record.detail.enumerated() {
            if index > 0 { text += "," }
            append(name, to: &text)
            text += ":"
            switch value {
            case .text(let value): append(value, to: &text)
            case .integer(let number): text += "\(number)"
            case .flag(let flag): text += flag ? "true" : "false"
            }
        }
        text += "}"
        if isStored {
            text += ",\"prev\":\"\(previous)\"}"
        } else {
            text += ",\"prev\":null,\"stored\":false}"
        }
        return text
    }

    /// Lower-case hexadecimal SHA-256 of a line: `prev` of the next one.
    static func hash(_ line: String) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in SHA256.hash(data: Array(line.utf8)) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(text)
    }

    /// Cut by scalars, so that a single character made of thousands of them is cut, too.
    private static func append(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars.prefix(maxCharacters) {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            // Also the separators that some readers of lines take for line ends.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
