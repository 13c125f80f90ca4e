import Foundation

/// Results go to standard output, everything else to standard error, so that output can be piped.
enum Console {
    static func result(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func complain(_ text: String) {
        if !text.isEmpty { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    }

    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Asks on the terminal; without one the answer is no.
    static func confirms(_ question: String) -> Bool {
        guard isatty(0) == 1 else { return false }
        complain(question + " [y/N]")
        return ["y", "yes"].contains(readLine()?.trimmingCharacters(in: .whitespaces).lowercased())
    }
}
