import Foundation

/// A mail as SMTP sends it: headers nothing can be put into, a body of short lines, dots stuffed.
public struct MailText: Sendable {
    public var from: String
    public var to: [String]
    public var subject: String
    /// Lines end with a line feed.
    public var text: String
    /// The same on every attempt.
    public var id: String
    /// ms since 1970.
    public var atMs: Int64

    public init(from: String, to: [String], subject: String, text: String, id: String, atMs: Int64) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.id = id
        self.atMs = atMs
    }

    /// What follows DATA, with the dot that ends it.
    public var wire: String {
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 } && text.split(separator: "\n").allSatisfy { $0.utf8.count <= 900 }
        let headers = [
            "From: Sentiero <\(Self.line(from))>",
            "To: \(to.map(Self.line).joined(separator: ",\r\n "))",
            "Subject: \(Self.header(subject))",
            "Date: \(date)",
            "Message-ID: <\(Self.line(id))@\(Self.line(domain))>",
            "\(AlertSignature.deliveryHeader): \(Self.line(id))",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")",
        ]
        let body = isPlain ? Self.stuffed(text) : Self.base64(text)
        return headers.joined(separator: "\r\n") + "\r\n\r\n" + body + ".\r\n"
    }

    private var date: String {
        let iso = AlertMessage.rfc3339(Double(atMs) / 1000)
        let parts = iso.split { "-T:Z".contains($0) }.map(String.init)
        guard parts.count == 6, let month = Int(parts[1]), (1...12).contains(month) else { return iso }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1 January 1970 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(max(atMs, 0) / 86_400_000 % 7)]
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }

    /// An address as a command takes it: without what could end it.
    public static func address(_ text: String) -> String { line(text).filter { !"<> ".contains($0) } }

    /// Without anything that could end a line.
    public static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
    }

    /// A header's value: as it is, or in encoded words of at most 75 characters (RFC 2047).
    static func header(_ text: String) -> String {
        let line = line(text)
        if line.utf8.allSatisfy({ $0 < 0x80 }), line.utf8.count <= 200, !line.contains("=?") { return line }
        var words: [[UInt8]] = [[]]
        for scalar in line.unicodeScalars.prefix(300) {
            let bytes = Array(String(scalar).utf8)
            // 45 bytes are 60 characters of base64; a scalar is never cut.
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Lines of the wire; a line that begins with a dot gets a second one.
    static func stuffed(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines.map { ($0.utf8.first == UInt8(ascii: ".") ? "." : "") + $0 + "\r\n" }.joined()
    }

    private static func base64(_ text: String) -> String {
        let all = Array(Data(text.utf8).base64EncodedString().utf8)
        return stride(from: 0, to: all.count, by: 76)
            .map { String(decoding: all[$0..<min($0 + 76, all.count)], as: UTF8.self) + "\r\n" }.joined()
    }
}
