import Ingest

/// What the script tag tells the recorder (spec 01 sections 2.1 and 2.8, spec 06 section 1).
public struct RecorderConfiguration: Sendable {
    public var flushIntervalMs = 10_000
    public var flushEventThreshold = 50
    public var crossTabSessions = true
    /// Seconds.
    public var sessionIdleTimeout = 21_600
    /// Seconds.
    public var sessionMaxAge = 604_800
    public var captureMetadata = false
    public var captureErrors = false
    public var trackNavigation = false
    public var trackCustomEvents = false
    public var captureWebVitals = false
    public var captureClicks = false
    public var trackForms = false
    /// Levels of console messages to record; none when empty.
    public var captureConsole: [String] = []
    public var captureNetwork = false
    /// At most 64 characters.
    public var appVersion: String?
    public var requireConsent = false
    /// Share of sessions, 0...1.
    public var sampleRate = 1.0
    /// Share of the sessions not sampled, 0...1.
    public var errorSampleRate = 0.0
    public var minDurationMs = 0
    /// Globs on origin and path.
    public var startURLs: [String] = []
    public var stopURLs: [String] = []
    /// Tags of custom events.
    public var startEvents: [String] = []
    public var stopEvents: [String] = []
    public var strictMasking = false
    /// Bytes; set when the server takes less than the recorder would send at once.
    public var maxBodyBytes: Int?
    public var maxInflatedBytes: Int?
    /// Set when `user_opt_out` is on.
    public var optOutCookieName: String?
    public var respectGPC = true
    /// The operator's rrweb options, camelCase, passed through.
    public var recorderOptions: [String: JSONValue] = [:]
    public var maskAllInputs = true
    public var blockSelector = "[data-rr-block]"
    public var maskTextSelector = "[data-rr-mask]"
    public var ignoreSelector = "[data-rr-ignore]"
    public var redaction = BrowserRedaction()

    public init() {}

    /// The configuration element as JSON. Features that are off are left out, as the original does.
    public func object(eventsURL: String) -> JSONValue {
        var result: [String: JSONValue] = [
            "eventsUrl": .text(eventsURL),
            "flushIntervalMs": .number(Double(flushIntervalMs)),
            "flushEventThreshold": .number(Double(flushEventThreshold)),
            "crossTabSessions": .flag(crossTabSessions),
            "sessionIdleTimeoutMs": .number(Double(sessionIdleTimeout) * 1000),
            "sessionMaxAgeMs": .number(Double(sessionMaxAge) * 1000),
            "recorderOptions": .object(effectiveRecorderOptions),
            "redaction": redaction.object,
        ]
        let features = [
            "captureMetadata": captureMetadata, "captureErrors": captureErrors, "trackNavigation": trackNavigation,
            "trackCustomEvents": trackCustomEvents, "captureWebVitals": captureWebVitals, "captureClicks": captureClicks,
            "trackForms": trackForms, "respectGpc": respectGPC, "captureNetwork": captureNetwork, "requireConsent": requireConsent,
            "strictMasking": strictMasking,
        ]
        for (name, isOn) in features where isOn { result[name] = .flag(true) }
        let lists = [
            "captureConsole": captureConsole, "startUrls": startURLs, "stopUrls": stopURLs, "startEvents": startEvents, "stopEvents": stopEvents,
        ]
        for (name, entries) in lists where !entries.isEmpty { result[name] = .list(entries.map(JSONValue.text)) }
        if sampleRate < 1 { result["sampleRate"] = .number(sampleRate) }
        if errorSampleRate > 0 { result["errorSampleRate"] = .number(errorSampleRate) }
        if minDurationMs > 0 { result["minDurationMs"] = .number(Double(minDurationMs)) }
        if let maxBodyBytes { result["maxBodyBytes"] = .number(Double(maxBodyBytes)) }
        if let maxInflatedBytes { result["maxInflatedBytes"] = .number(Double(maxInflatedBytes)) }
        if let appVersion { result["appVersion"] = .text(appVersion) }
        if let optOutCookieName { result["optOutCookieName"] = .text(optOutCookieName) }
        return .object(result)
    }

    /// What differs from what a recorder does that is told nothing, without the events URL.
    var attributes: [String: JSONValue] {
        guard case .object(let ours) = object(eventsURL: ""), case .object(let standard) = RecorderConfiguration().object(eventsURL: "") else {
            return [:]
        }
        return ours.filter { standard[$0.key] != $0.value }
    }

    /// The operator's options, under ours, under the password rule nobody can switch off.
    private var effectiveRecorderOptions: [String: JSONValue] {
        var options = recorderOptions
        options["maskAllInputs"] = .flag(maskAllInputs)
        options["blockSelector"] = .text(blockSelector)
        options["maskTextSelector"] = .text(maskTextSelector)
        options["ignoreSelector"] = .text(ignoreSelector)
        var inputs: [String: JSONValue] = [:]
        if case .object(let given)? = options["maskInputOptions"] { inputs = given }
        inputs["password"] = .flag(true)
        options["maskInputOptions"] = .object(inputs)
        return options
    }
}

/// The redaction settings the browser applies before the server does (spec 01 section 3).
public struct BrowserRedaction: Sendable {
    /// `strip`, `keepAll` or `keepFiltered`.
    public var urlMode = "strip"
    public var urlParamAllowlist: [String] = []
    /// Parameters removed under `keepFiltered`, the built-in ones among them.
    public var urlParamDenylist = RedactionSettings.standard.effectiveURLParamDenylist
    public var disabledPatterns: [String] = []
    public var customPatterns: [String] = []
    /// See `RedactionSettings.checksCards`; said to the browser only when off.
    public var checksCards = true

    public init() {}

    var object: JSONValue {
        var result: [String: JSONValue] = [
            "urlMode": .text(urlMode),
            "urlParamAllowlist": .list(urlParamAllowlist.map { .text($0.lowercased()) }),
            "urlParamDenylist": .list(urlParamDenylist.map(JSONValue.text)),
            "disabledPatterns": .list(disabledPatterns.map(JSONValue.text)),
            "customPatterns": .list(customPatterns.map(JSONValue.text)),
        ]
        if !checksCards { result["cardCheck"] = .flag(false) }
        return .object(result)
    }
}
