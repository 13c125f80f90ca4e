import Foundation

/// Reads one small stored JSON text.
enum JSONText {
    /// - Returns: the string when the text is a JSON string; nil for any other value.
    static func string(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "\"") else { return nil }
        // Most values hold no escape; decoding is for the rest.
        if text.utf8.count >= 2, text.utf8.last == UInt8(ascii: "\""), !text.utf8.contains(UInt8(ascii: "\\")) {
            return String(text.dropFirst().dropLast())
        }
        return try? JSONDecoder().decode(String.self, from: Data(text.utf8))
    }
}
