/// The two elements a site puts into its pages (spec 01 section 1.10).
public struct ScriptTag: Sendable {
    public let eventsURL: String
    public let recorderURL: String
    private let recorder: RecorderConfiguration

    /// - Parameters:
    ///   - eventsURL: where batches go, with the project's public key in its query when there are several projects.
    ///   - recorderURL: the script; by default the events URL without its trailing `/events`, plus `/recorder.js`, which stays right
    ///     when the recorder is updated. (The original's default is the hashed asset; pass that for the same effect.)
    public init(eventsURL: String, recorderURL: String? = nil, recorder: RecorderConfiguration) {
        self.eventsURL = eventsURL
        self.recorderURL = recorderURL ?? Self.base(of: eventsURL) + "/recorder.js"
        self.recorder = recorder
    }

    /// The tag of one project of this installation.
    public init(project: String, configuration: WebConfiguration) {
        let base = configuration.publicURL + configuration.mount
        let events = configuration.eventsURL ?? base + "/events"
        let key = configuration.projects.names.count > 1 ? configuration.projects.browserKey(of: project) : nil
        let separator = events.contains("?") ? "&" : "?"
        self.init(eventsURL: key.map { events + separator + "key=" + $0 } ?? events, recorder: configuration.recorder)
    }

    /// Both elements, ready to be pasted into a page.
    public func html() throws -> String {
        let object = try IslandJSON.encode(recorder.object(eventsURL: eventsURL))
        return """
            <script type="application/json" id="sentiero-config">\(object)</script>
            <script src="\(Self.escaped(recorderURL))"></script>
            """
    }

    /// An events URL that does not end in `/events` is the base itself.
    private static func base(of eventsURL: String) -> String {
        let path = eventsURL.prefix { $0 != "?" && $0 != "#" }
        return String(path.hasSuffix("/events") ? path.dropLast("/events".count) : path)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
