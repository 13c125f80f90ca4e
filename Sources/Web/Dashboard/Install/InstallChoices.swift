import Ingest

/// What the form of the Install page was set to: at first as the server is configured, then as its query says.
struct InstallChoices: Sendable, Equatable {
    enum Masking: String, CaseIterable, Sendable {
        /// What is typed is hidden.
        case inputs
        /// All text is hidden.
        case strict
        /// Only what is never shown is hidden: passwords, one-time codes, card fields.
        case secrets
    }

    var form = ScriptTag.Form.oneLine
    var recorder: RecorderConfiguration
    var masking: Masking
    var nonce = false
    var integrity = false
    var isAsync = false
    var queuesEarlyCalls = false
    /// Scheme and host of this server as the site's visitors reach it; nil: as configured.
    var address: String?
    /// What could not be used, for the person who entered it.
    var problems: [String] = []

    /// A capture that is on or off.
    struct Capture: Sendable {
        let name: String
        let title: String
        let hint: String
        let path: any WritableKeyPath<RecorderConfiguration, Bool> & Sendable
    }

    static let captures = [
        Capture(name: "metadata", title: "Page facts", hint: "address, referrer, browser, size, first page", path: \.captureMetadata),
        Capture(name: "errors", title: "Script errors", hint: "message, file, stack", path: \.captureErrors),
        Capture(name: "clicks", title: "Clicks", hint: "the selector of what was clicked", path: \.captureClicks),
        Capture(name: "navigation", title: "Links", hint: "address and text of links followed", path: \.trackNavigation),
        Capture(name: "forms", title: "Forms", hint: "that one was sent; never values", path: \.trackForms),
        Capture(name: "custom", title: "Custom events", hint: "elements with data-sentiero-track-…", path: \.trackCustomEvents),
        Capture(name: "vitals", title: "Web vitals", hint: "LCP, CLS, INP, FCP, TTFB", path: \.captureWebVitals),
        Capture(name: "network", title: "Requests", hint: "method, address, status, duration; never bodies", path: \.captureNetwork),
    ]

    /// Console levels by the name of the choice.
    static let consoleLevels: [(name: String, title: String, levels: [String])] = [
        ("none", "Nothing", []), ("error", "Errors", ["error"]), ("warn", "Errors and warnings", ["error", "warn"]),
        ("all", "Everything", ["log", "info", "warn", "error", "debug"]),
    ]

    /// - Parameter query: of the page; without `chosen` its form was not used yet.
    init(_ query: QueryString, configured: RecorderConfiguration) {
        recorder = configured
        masking = configured.strictMasking ? .strict : configured.maskAllInputs ? .inputs : .secrets
        address = nil
        if let text = query.text("address") {
            let shape = /https?:\/\/(?:[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\/?/
            if text.wholeMatch(of: shape) != nil {
                address = text.hasSuffix("/") ? String(text.dropLast()) : text
            } else {
                problems.append("“\(text)” is no address such as https://replay.example, so it was not used.")
            }
        }
        guard query["chosen"] == "1" else { return }
        form = query["form"] == "json" ? .elements : .oneLine
        for capture in Self.captures { recorder[keyPath: capture.path] = query[capture.name] == "1" }
        if let console = Self.consoleLevels.first(where: { $0.name == query["console"] }) { recorder.captureConsole = console.levels }
        masking = query["masking"].flatMap(Masking.init) ?? masking
        recorder.strictMasking = masking == .strict
        recorder.maskAllInputs = masking != .secrets
        recorder.requireConsent = query["consent"] == "1"
        recorder.respectGPC = query["gpc"] == "1"
        recorder.sampleRate = share("sample", query, configured.sampleRate)
        recorder.errorSampleRate = share("error_sample", query, configured.errorSampleRate)
        recorder.minDurationMs = query.number("seconds", default: 0, in: 0...3600) * 1000
        recorder.appVersion = query.text("version").map { String($0.prefix(64)) }
        nonce = query["nonce"] == "1"
        integrity = query["integrity"] == "1"
        isAsync = query["async"] == "1"
        queuesEarlyCalls = query["queue"] == "1"
        if recorder.errorSampleRate > 0, !recorder.captureErrors {
            problems.append("Recording around errors needs “Script errors”, so it has no effect as chosen.")
        }
    }

    /// A percentage as a share, exact to a ten-thousandth of a percent.
    private mutating func share(_ name: String, _ query: QueryString, _ standard: Double) -> Double {
        guard let text = query.text(name) else { return standard }
        guard let percent = Double(text), (0...100).contains(percent) else {
            problems.append("“\(text)” is no percentage between 0 and 100, so it was not used.")
            return standard
        }
        return (percent * 10_000).rounded() / 1_000_000
    }

    static func == (left: InstallChoices, right: InstallChoices) -> Bool {
        left.form == right.form && left.masking == right.masking && left.address == right.address && left.problems == right.problems
            && left.recorder.object(eventsURL: "") == right.recorder.object(eventsURL: "")
    }
}
