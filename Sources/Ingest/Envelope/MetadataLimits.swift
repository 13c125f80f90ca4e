/// Limits of session metadata (spec 01, 1.5). They are clamped, never refused: a batch must not be
/// lost, or sent again and stored twice, because a page wrote too much metadata.
public enum MetadataLimits {
    /// Keys kept of one call; the rest is left out.
    public static let maxKeys = 50
    /// Characters (Unicode scalars) kept of a key.
    public static let maxKeyCharacters = 128
    /// Characters (Unicode scalars) kept of a value's string form.
    public static let maxValueCharacters = 1024
    /// Characters (Unicode scalars) kept of a geographic value.
    public static let maxGeoCharacters = 256
    /// Keys a client may never set; only the server resolves them.
    public static let serverKeys: Set<String> = ["geo_country", "geo_city", "geo_region", "geo_timezone"]

    /// The first `limit` Unicode scalars of the text.
    public static func clamp(_ text: String, to limit: Int) -> String {
        // UTF-8 never has fewer bytes than scalars, so most texts need no count.
        if text.utf8.count <= limit { return text }
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) else {
            return text
        }
        return String(scalars[..<end])
    }
}
