/// What a site puts into its pages (spec 01 section 1.10, spec 06 section 1).
public struct ScriptTag: Sendable {
    /// How the recorder is told its configuration.
    public enum Form: Sendable, Equatable {
        /// A JSON element and the script: what clients of the original know.
        case elements
        /// One script element with `data-` attributes; what the recorder assumes anyway is left out.
        case oneLine
    }

    /// What the script element needs besides its address.
    public struct Variant: Sendable, Equatable {
        /// For `nonce`: what the site's own template fills in.
        public var nonce: String?
        /// For `integrity`, such as `sha384-…`; comes with `crossorigin`, which browsers want for it.
        public var integrity: String?
        public var isAsync = false
        /// An inline script first, so that the page can call `Sentiero` before the recorder is there.
        public var queuesEarlyCalls = false

        public init() {}
    }

    public let eventsURL: String
    public let recorderURL: String
    let recorder: RecorderConfiguration

    /// The inline script of `queuesEarlyCalls`. Its hash goes into content security policies, so it never differs.
    static let queue = "window.Sentiero=window.Sentiero||{q:[]};"

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
    /// - Parameters:
    ///   - address: scheme and host in place of the configured `publicURL`.
    ///   - recorder: in place of the configured one.
    ///   - asset: path of the script below the mount, such as `/assets/recorder-1a2b.js`; nil: `/recorder.js`.
    public init(
        project: String, configuration: WebConfiguration, address: String? = nil, recorder: RecorderConfiguration? = nil, asset: String? = nil
    ) {
        let base = (address ?? configuration.publicURL) + configuration.mount
        let events = address.map { _ in base + "/events" } ?? configuration.eventsURL ?? base + "/events"
        let key = configuration.projects.names.count > 1 ? configuration.projects.browserKey(of: project) : nil
        let separator = events.contains("?") ? "&" : "?"
        self.init(
            eventsURL: key.map { events + separator + "key=" + QueryString.encode($0) } ?? events,
            recorderURL: asset.map { Self.base(of: events) + $0 },
            recorder: recorder ?? configuration.recorder)
    }

    /// The elements, ready to be pasted into a page.
    public func html(_ form: Form = .elements, _ variant: Variant = Variant()) throws -> String {
        let nonce = variant.nonce.map { #" nonce="\#(HTMLText.escaped($0))""# } ?? ""
        var lines: [String] = []
        if variant.queuesEarlyCalls { lines.append("<script\(nonce)>\(Self.queue)</script>") }
        if form == .elements {
            let object = try IslandJSON.encode(recorder.object(eventsURL: eventsURL))
            lines.append(#"<script type="application/json" id="sentiero-config">\#(object)</script>"#)
        }
        var script = #"<script src="\#(HTMLText.escaped(recorderURL))""#
        if form == .oneLine { script += try attributes() }
        if variant.isAsync { script += " async" }
        script += nonce
        if let integrity = variant.integrity { script += #" integrity="\#(HTMLText.escaped(integrity))" crossorigin="anonymous""# }
        lines.append(script + "></script>")
        return lines.joined(separator: "\n")
    }

    /// The configuration as attributes, the events URL first.
    private func attributes() throws -> String {
        var values = recorder.attributes
        // Told nothing, the one-line form respects GPC; a JSON element without it does not.
        if !recorder.respectGPC { values["respectGpc"] = .flag(false) }
        var text = #" data-events-url="\#(HTMLText.escaped(eventsURL))""#
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            text += " data-\(Self.kebabCase(name))="
            switch value {
            case .text(let value): text += "\"\(HTMLText.escaped(value))\""
            case .flag, .number, .null: text += "\"\(HTMLText.escaped(try IslandJSON.encode(value)))\""
            // JSON is full of double quotes, so it stands between single ones.
            case .list, .object: text += "'\(HTMLText.escapedInSingleQuotes(try IslandJSON.encode(value)))'"
            }
        }
        return text
    }

    static func kebabCase(_ name: String) -> String {
        name.reduce(into: "") { result, letter in result += letter.isUppercase ? "-" + letter.lowercased() : String(letter) }
    }

    /// An events URL that does not end in `/events` is the base itself.
    private static func base(of eventsURL: String) -> String {
        let path = eventsURL.prefix { $0 != "?" && $0 != "#" }
        return String(path.hasSuffix("/events") ? path.dropLast("/events".count) : path)
    }
}
