extension InstallView {
    /// - Parameters:
    ///   - guessed: address under which the operator reached this page, when none is configured.
    init(
        frame: Frame, choices: InstallChoices, configuration: WebConfiguration, project: String, assets: Assets, guessed: String?,
        arrival: ArrivalView,
        urls: DashboardURLs
    ) throws {
        let address = choices.address ?? guessed
        var variant = ScriptTag.Variant()
        variant.nonce = choices.nonce ? Self.placeholder : nil
        variant.integrity = choices.integrity ? assets.file(named: "recorder")?.integrity : nil
        variant.isAsync = choices.isAsync
        variant.queuesEarlyCalls = choices.queuesEarlyCalls
        let script = ScriptTag(
            project: project, configuration: configuration, address: address, recorder: choices.recorder,
            asset: choices.integrity ? assets.path("recorder") : nil)
        let site = SitePolicy(script, variant)

        self.frame = frame
        action = urls.install
        forms = [
            Choice(value: "line", title: "One line", hint: "everything in attributes", isOn: choices.form == .oneLine),
            Choice(value: "json", title: "JSON element", hint: "as in Sentiero for Ruby", isOn: choices.form == .elements),
        ]
        captures = InstallChoices.captures.map {
            Check(name: $0.name, title: $0.title, hint: $0.hint, isOn: choices.recorder[keyPath: $0.path])
        }
        console = InstallChoices.consoleLevels.map {
            Choice(value: $0.name, title: $0.title, hint: "", isOn: Set($0.levels) == Set(choices.recorder.captureConsole))
        }
        maskings = [
            Choice(value: "inputs", title: "Hide what is typed", hint: "text of the page is shown", isOn: choices.masking == .inputs),
            Choice(value: "strict", title: "Hide all text", hint: "only the layout can be seen", isOn: choices.masking == .strict),
            Choice(value: "secrets", title: "Show what is typed", hint: "but passwords, codes and card fields", isOn: choices.masking == .secrets),
        ]
        needsConsent = choices.recorder.requireConsent
        respectsGPC = choices.recorder.respectGPC
        sample = Self.percent(choices.recorder.sampleRate)
        errorSample = Self.percent(choices.recorder.errorSampleRate)
        seconds = choices.recorder.minDurationMs / 1000
        version = choices.recorder.appVersion ?? ""
        variants = [
            Check(name: "nonce", title: "CSP nonce", hint: "your template fills it in", isOn: choices.nonce),
            Check(name: "integrity", title: "Integrity", hint: "this build and no other", isOn: choices.integrity),
            Check(name: "async", title: "Load without blocking", hint: "the first moments may be missing", isOn: choices.isAsync),
            Check(name: "queue", title: "Early calls", hint: "Sentiero.q before the recorder is there", isOn: choices.queuesEarlyCalls),
        ]
        self.address = guessed == nil ? nil : address
        problems = choices.problems

        tag = try script.html(choices.form, variant)
        lines = tag.split(separator: "\n").count
        policy = [
            Directive(name: "script-src", value: site.scriptSources.joined(separator: " ")),
            Directive(name: "connect-src", value: site.connectSources.joined(separator: " ")),
        ]
        hasNonce = choices.nonce
        hasIntegrity = choices.integrity
        banner = choices.recorder.requireConsent ? InstallSnippets.consentBanner(nonce: variant.nonce) : nil
        page = InstallSnippets.page(tag: tag, banner: banner)
        notes = Self.notes(choices, configuration, project: project, isGuessed: guessed != nil && choices.address == nil)
        facts = Self.facts(assets)
        self.arrival = arrival
        checkURL = urls.installCheck
        sessionsURL = urls.sessions()
    }

    /// What the operator's template replaces by the nonce of each answer.
    static let placeholder = "NONCE-OF-THIS-RESPONSE"

    static func percent(_ share: Double) -> String {
        let tenThousandths = Int((share * 1_000_000).rounded())
        var text = String(tenThousandths / 10_000)
        if tenThousandths % 10_000 != 0 {
            var rest = String(tenThousandths % 10_000)
            rest = String(repeating: "0", count: 4 - rest.count) + rest
            while rest.hasSuffix("0") { rest.removeLast() }
            text += "." + rest
        }
        return text
    }

    private static func notes(_ choices: InstallChoices, _ configuration: WebConfiguration, project: String, isGuessed: Bool) -> [String] {
        var notes: [String] = []
        let projects = configuration.projects
        if projects.names.count > 1, projects.browserKey(of: project) == nil {
            notes.append("\(project) has no browser key, so its recordings are refused: add one to SENTIERO_BROWSER_KEYS.")
        }
        let origins = configuration.lane.corsOrigins
        notes.append(
            origins.isEmpty
                ? "Pages of any origin may send. Name yours in SENTIERO_CORS_ORIGINS, and others are refused."
                : "Pages of \(origins.joined(separator: ", ")) may send; others are \(configuration.lane.corsEnforce ? "refused" : "taken, too").")
        if isGuessed {
            notes.append("SENTIERO_PUBLIC_URL is not set: the address is the one you opened this page with. It must be one your visitors can reach.")
        }
        if choices.recorder.captureErrors, !configuration.recorder.captureErrors {
            notes.append("SENTIERO_CAPTURE_ERRORS is off here, so sessions with errors are recorded but not marked in the list.")
        }
        if !choices.recorder.respectGPC, configuration.lane.respectGPC {
            notes.append("This server drops what browsers with Global Privacy Control send, whatever the tag says (SENTIERO_RESPECT_GPC).")
        }
        return notes
    }

    private static func facts(_ assets: Assets) -> [ReplayView.Fact] {
        var facts: [ReplayView.Fact] = []
        func add(_ name: String, _ value: String?, isCode: Bool = false) {
            if let value { facts.append(ReplayView.Fact(name: name, value: value, isCode: isCode)) }
        }
        add("Recorder", assets.version("recorder"), isCode: true)
        add("Integrity", assets.file(named: "recorder")?.integrity, isCode: true)
        if let sizes = assets.sizes("recorder") {
            let served = sizes.gzip.map { "\(kilobytes($0)) with gzip, " } ?? ""
            let best = sizes.brotli.map { "\(kilobytes($0)) with brotli, " } ?? ""
            add("Size", "\(best)\(served)\(kilobytes(sizes.plain)) unpacked")
        }
        add("Player", assets.version("player"), isCode: true)
        add("Hash of the player", assets.hash("player"), isCode: true)
        return facts
    }

    /// `31.9 KB`
    private static func kilobytes(_ bytes: Int) -> String { "\(bytes / 1024).\(bytes % 1024 * 10 / 1024) KB" }
}
