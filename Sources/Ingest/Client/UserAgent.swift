/// Coarse buckets of a `User-Agent` header, all that is kept of it (spec 01, 4.4).
public enum UserAgent {
    /// `Edge`, `Opera`, `Chrome`, `Safari`, `Firefox` or `Other`; `nil` for an empty text.
    public static func browser(_ text: String) -> String? {
        firstMatch(in: text, of: browsers, otherwise: "Other")
    }

    /// `Tablet`, `Mobile` or `Desktop`; `nil` for an empty text.
    public static func device(_ text: String) -> String? {
        firstMatch(in: text, of: devices, otherwise: "Desktop")
    }

    private struct Mark {
        let text: [UInt8]
        let bucket: String

        init(_ text: String, _ bucket: String) {
            self.text = Array(text.utf8)
            self.bucket = bucket
        }
    }

    /// In lower case, first match wins: Edge and Opera also say Chrome, and Chrome also says Safari.
    private static let browsers = [
        Mark("edg/", "Edge"), Mark("opr/", "Opera"), Mark("opera", "Opera"), Mark("chrome/", "Chrome"),
        Mark("safari/", "Safari"), Mark("firefox/", "Firefox"),
    ]

    private static let devices = [
        Mark("tablet", "Tablet"), Mark("ipad", "Tablet"), Mark("mobile", "Mobile"), Mark("android", "Mobile"),
        Mark("iphone", "Mobile"),
    ]

    private static func firstMatch(in text: String, of marks: [Mark], otherwise: String) -> String? {
        guard !text.isEmpty else { return nil }
        let lower = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        return marks.first { contains(lower, $0.text) }?.bucket ?? otherwise
    }

    private static func contains(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
        guard text.count >= mark.count else { return false }
        return text.withUnsafeBufferPointer { text in
            mark.withUnsafeBufferPointer { mark in
                (0...text.count - mark.count).contains { start in
                    text[start] == mark[0] && mark.indices.allSatisfy { text[start + $0] == mark[$0] }
                }
            }
        }
    }
}
