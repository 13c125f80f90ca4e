/// What is redacted, validated (spec 01 section 3.3). Errors are found here, at start, and not in the middle of a batch.
public struct RedactionSettings: Sendable {
    public let urlMode: URLMode
    /// Query parameters kept as they are under `keepFiltered`, compared without case.
    public let urlParamAllowlist: [String]
    /// Query parameters dropped under `keepFiltered`, in addition to the built-in names.
    public let urlParamDenylist: [String]
    public let disabledPatterns: Set<BuiltInPattern>
    /// Built-in patterns applied to recorded page content as well; on the server only.
    public let domPatterns: Set<BuiltInPattern>
    /// The operator's expressions, applied after the built-in ones and to recorded page content too.
    public let customPatterns: [CustomPattern]
    /// Whether 13 to 19 digits must pass Luhn's check, and not be a time in milliseconds, to count as a card. The original took all.
    public let checksCards: Bool

    /// All names of ``BuiltInPattern``; nothing allowed, nothing added.
    public static let standard = RedactionSettings()

    private init() {
        urlMode = .strip
        urlParamAllowlist = []
        urlParamDenylist = []
        disabledPatterns = []
        domPatterns = []
        customPatterns = []
        checksCards = true
    }

    /// Reads settings as configured. A leading colon on a pattern's name (a Ruby symbol) is accepted.
    ///
    /// - Parameter urlMode: `strip`, `keep_all` or `keep_filtered`, also as the recorder spells them (`keepAll`).
    /// - Throws: on unknown names, with the nearest known one, and on expressions the engine cannot run.
    public init(
        urlMode: String? = nil,
        urlParamAllowlist: [String] = [],
        urlParamDenylist: [String] = [],
        disabledPatterns: [String] = [],
        domPatterns: [String] = [],
        customPatterns: [String] = [],
        checksCards: Bool = true
    ) throws(RedactionSettingsError) {
        self.urlMode = try Self.mode(urlMode)
        self.checksCards = checksCards
        self.urlParamAllowlist = urlParamAllowlist
        self.urlParamDenylist = urlParamDenylist
        self.disabledPatterns = try Self.patterns(disabledPatterns, option: "disabled_patterns")
        self.domPatterns = try Self.patterns(domPatterns, option: "dom_patterns")
        var compiled: [CustomPattern] = []
        for source in customPatterns {
            do throws(PatternError) {
                compiled.append(try CustomPattern(source))
            } catch {
                throw RedactionSettingsError(option: "custom_patterns", problem: .pattern(error))
            }
        }
        self.customPatterns = compiled
    }

    /// The names denied under `keepFiltered`, lower-cased and each once: what the recorder is told.
    public var effectiveURLParamDenylist: [String] {
        var seen: Set<String> = []
        return (URLParameterFilter.builtInDenylist + urlParamDenylist.map { $0.lowercased() }).filter { seen.insert($0).inserted }
    }

    private static func mode(_ name: String?) throws(RedactionSettingsError) -> URLMode {
        guard let name else { return .strip }
        if let mode = URLMode.allCases.first(where: { $0.rawValue == name || $0.wireName == name }) { return mode }
        throw .unknown(name, option: "url_mode", known: URLMode.allCases.map(\.rawValue))
    }

    private static func patterns(_ names: [String], option: String) throws(RedactionSettingsError) -> Set<BuiltInPattern> {
        var result: Set<BuiltInPattern> = []
        for name in names {
            guard let pattern = BuiltInPattern(rawValue: name.hasPrefix(":") ? String(name.dropFirst()) : name) else {
                throw .unknown(name, option: option, known: BuiltInPattern.allCases.map(\.rawValue))
            }
            result.insert(pattern)
        }
        return result
    }
}
