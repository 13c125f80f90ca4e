/// Text inside attributes.
enum HTMLText {
    static func escaped(_ text: String) -> String { escaped(text, keeping: "") }

    /// For JSON: double quotes stay readable.
    static func escapedInSingleQuotes(_ text: String) -> String { escaped(text, keeping: "\"") }

    private static func escaped(_ text: String, keeping kept: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "'": result += "&#39;"
            case "\"" where kept.isEmpty: result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
