import Foundation

/// What the server keeps of a report (spec 01, 1.7 and 1.8); more is not worth sending.
enum ReportLimits {
    static let classCharacters = 500
    static let messageCharacters = 4000
    static let frames = 100
    static let frameCharacters = 1000
    static let nameCharacters = 200
    /// Of a context or payload, as JSON. The server replaces the whole of a larger one.
    static let objectBytes = 16_384
    /// Levels of a context or payload.
    static let depth = 32
    static let truncated: ReportValue = "[TRUNCATED]"

    /// What is looked at of a context or payload, so that the caller never works long for one.
    static let values = 1000
    static let textBytes = 262_144
    static let keyCharacters = 200
    /// Of a text that is redacted before it is cut.
    static let redactedCharacters = 20_000

    /// The first so many Unicode scalars.
    static func cut(_ text: String, to scalars: Int) -> String {
        // As many bytes are enough to know that it is short.
        guard text.utf8.count > scalars else { return text }
        return String(text.unicodeScalars.prefix(scalars))
    }

    /// An object that the server keeps.
    static func fitting(_ object: [String: ReportValue]) -> [String: ReportValue] {
        ObjectFitting.fitted(BoundedWalk.bounded(object), to: objectBytes)
    }

    /// JSON with sorted keys: the same report is always the same bytes.
    static func encoded(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Fails only for numbers that are not finite, and those are encoded as null.
        return (try? encoder.encode(value)) ?? Data()
    }
}
