/// What happens to the query and fragment of fields that are URLs (spec 01 section 3.2). In every mode credentials before the
/// host are taken out and the path is redacted as text.
public enum URLMode: String, Sendable, CaseIterable, Codable {
    /// Both are cut off.
    case strip
    /// Both stay as they are.
    case keepAll = "keep_all"
    /// Parameters are filtered by name and redacted.
    case keepFiltered = "keep_filtered"

    /// The name in the recorder's configuration.
    public var wireName: String {
        switch self {
        case .strip: "strip"
        case .keepAll: "keepAll"
        case .keepFiltered: "keepFiltered"
        }
    }
}
