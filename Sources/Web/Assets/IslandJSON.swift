import Foundation

/// JSON that can stand inside a `<script type="application/json">` element (spec 01 section 1.10, spec 03 section 1.2).
public enum IslandJSON {
    /// Encodes with sorted keys and writes `<`, `>`, `&`, U+2028 and U+2029 as `\uXXXX`, so that the text can never close its element.
    public static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "\\u003c"
            case ">": result += "\\u003e"
            case "&": result += "\\u0026"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
