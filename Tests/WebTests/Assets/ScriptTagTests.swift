import Foundation
import Testing

@testable import Web

@Suite struct ScriptTagTests {
    static func island(_ html: String) throws -> [String: JSONValue] {
        let match = try #require(
            html.firstMatch(of: /<script type="application\/json" id="sentiero-config">(.*)<\/script>\n<script src="[^"]*"><\/script>/))
        return try JSONDecoder().decode([String: JSONValue].self, from: Data(match.1.utf8))
    }

    @Test(
        "01-101 a URL that closes the element does not",
        arguments: ["https://x.test/</script><b>&\u{2028}\u{2029}/events", "https://x.test/events?a=1&b=2"])
    func escaped(url: String) throws {
        let html = try ScriptTag(eventsURL: url, recorder: RecorderConfiguration()).html()
        let config = html.dropFirst(#"<script type="application/json" id="sentiero-config">"#.count).prefix { $0 != "<" }
        for character in ["<", ">", "&", "\u{2028}", "\u{2029}"] { #expect(!config.contains(character)) }
        #expect(try Self.island(html)["eventsUrl"] == .text(url))
        #expect(html.components(separatedBy: "</script>").count == 3)
    }

    @Test("what is emitted by default: features that are off are left out")
    func standard() throws {
        let config = try Self.island(ScriptTag(eventsURL: "/sentiero/events", recorder: RecorderConfiguration()).html())
        #expect(
            Set(config.keys) == [
                "eventsUrl", "flushIntervalMs", "flushEventThreshold", "recorderOptions", "crossTabSessions", "redaction", "sessionIdleTimeoutMs",
                "sessionMaxAgeMs", "respectGpc",
            ])
        #expect(config["flushIntervalMs"] == .number(10_000))
        #expect(config["sessionIdleTimeoutMs"] == .number(21_600_000))
        #expect(config["sessionMaxAgeMs"] == .number(604_800_000))
        #expect(
            config["recorderOptions"]
                == .object([
                    "maskAllInputs": .flag(true), "maskInputOptions": .object(["password": .flag(true)]), "blockSelector": .text("[data-rr-block]"),
                    "maskTextSelector": .text("[data-rr-mask]"), "ignoreSelector": .text("[data-rr-ignore]"),
                ]))
        guard case .object(let redaction)? = config["redaction"], case .list(let denied)? = redaction["urlParamDenylist"] else {
            Issue.record("no redaction")
            return
        }
        #expect(redaction["urlMode"] == .text("strip"))
        #expect(denied.count == 18)
        #expect(redaction["cardCheck"] == nil)
    }

    @Test("the recorder hears that any digits are cards")
    func cardCheck() {
        var configuration = RecorderConfiguration()
        configuration.redaction.checksCards = false
        guard case .object(let config) = configuration.object(eventsURL: "/events"), case .object(let redaction)? = config["redaction"] else {
            Issue.record("no redaction")
            return
        }
        #expect(redaction["cardCheck"] == .flag(false))
    }

    @Test(
        "passwords stay masked whatever the operator writes",
        arguments: [
            JSONValue.object(["password": .flag(false), "email": .flag(true)]), .text("none"), .flag(false),
        ])
    func passwords(given: JSONValue) throws {
        var recorder = RecorderConfiguration()
        recorder.recorderOptions = ["maskInputOptions": given, "maskAllInputs": .flag(false), "sampling": .object(["scroll": .number(300)])]
        guard case .object(let config) = recorder.object(eventsURL: "/events"), case .object(let options)? = config["recorderOptions"] else {
            Issue.record("no options")
            return
        }
        guard case .object(let inputs)? = options["maskInputOptions"] else {
            Issue.record("no input options")
            return
        }
        #expect(inputs["password"] == .flag(true))
        #expect(options["maskAllInputs"] == .flag(true), "a first-class option wins")
        #expect(options["sampling"] == .object(["scroll": .number(300)]))
    }

    @Test(
        "recorder URL",
        arguments: [
            ("https://x.test/sentiero/events", nil, "https://x.test/sentiero/recorder.js"), ("/events", nil, "/recorder.js"),
            ("https://x.test/collect", nil, "https://x.test/collect/recorder.js"), ("/events?key=pub", nil, "/recorder.js"),
            ("/events", #"https://cdn.test/r.js?a=1&b="2""#, "https://cdn.test/r.js?a=1&amp;b=&quot;2&quot;"),
        ] as [(String, String?, String)])
    func recorderURL(events: String, explicit: String?, expected: String) throws {
        let html = try ScriptTag(eventsURL: events, recorderURL: explicit, recorder: RecorderConfiguration()).html()
        #expect(html.contains(#"<script src="\#(expected)"></script>"#))
    }

    @Test("with several projects the tag carries the project's public key")
    func projectKey() throws {
        var configuration = WebConfiguration()
        configuration.publicURL = "https://x.test"
        configuration.mount = "/s"
        #expect(ScriptTag(project: "default", configuration: configuration).eventsURL == "https://x.test/s/events")
        configuration.projects = Projects(browserKeys: [.init(value: "p1", project: "one"), .init(value: "p2", project: "two")])
        #expect(ScriptTag(project: "two", configuration: configuration).eventsURL == "https://x.test/s/events?key=p2")
    }

    /// Attributes of the only script element, as a browser reads them.
    static func attributes(_ html: String) throws -> [String: String] {
        let element = try #require(html.wholeMatch(of: /<script( .*)><\/script>/))
        var result: [String: String] = [:]
        for match in element.1.matches(of: /\s([a-z-]+)(?:="([^"]*)"|='([^']*)')?/) {
            let raw = match.2 ?? match.3 ?? ""
            #expect(!raw.contains("<") && !raw.contains(">"))
            var text = String(raw)
            for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
                text = text.replacing(entity, with: character)
            }
            result[String(match.1)] = text
        }
        return result
    }

    @Test("one line: what the recorder assumes anyway is left out")
    func oneLine() throws {
        let tag = ScriptTag(eventsURL: "https://x.test/events", recorder: RecorderConfiguration())
        #expect(try tag.html(.oneLine) == #"<script src="https://x.test/recorder.js" data-events-url="https://x.test/events"></script>"#)
    }

    @Test("one line: every option under its name, lists and objects as JSON, nothing breaks out of its attribute")
    func oneLineOptions() throws {
        var recorder = RecorderConfiguration()
        let hostile = #"'"><script>alert(1)</script>&amp;"#
        recorder.sampleRate = 0.1
        recorder.requireConsent = true
        recorder.respectGPC = false
        recorder.crossTabSessions = false
        recorder.sessionIdleTimeout = 60
        recorder.appVersion = hostile
        recorder.startURLs = ["https://a.test/*", hostile]
        recorder.blockSelector = hostile
        recorder.redaction.customPatterns = [hostile]
        let attributes = try Self.attributes(try ScriptTag(eventsURL: "/events?a=\(hostile)", recorder: recorder).html(.oneLine))
        #expect(
            Set(attributes.keys) == [
                "src", "data-events-url", "data-sample-rate", "data-require-consent", "data-respect-gpc", "data-cross-tab-sessions",
                "data-session-idle-timeout-ms", "data-app-version", "data-start-urls", "data-recorder-options", "data-redaction",
            ])
        #expect(attributes["data-events-url"] == "/events?a=\(hostile)")
        #expect(attributes["data-sample-rate"] == "0.1")
        #expect(attributes["data-respect-gpc"] == "false")
        #expect(attributes["data-session-idle-timeout-ms"] == "60000")
        #expect(attributes["data-app-version"] == hostile)
        let list = try JSONDecoder().decode([String].self, from: Data((attributes["data-start-urls"] ?? "").utf8))
        #expect(list == ["https://a.test/*", hostile])
        let options = try JSONDecoder().decode([String: JSONValue].self, from: Data((attributes["data-recorder-options"] ?? "").utf8))
        #expect(options["blockSelector"] == .text(hostile))
        #expect(options["maskAllInputs"] == .flag(true))
        let redaction = try JSONDecoder().decode([String: JSONValue].self, from: Data((attributes["data-redaction"] ?? "").utf8))
        #expect(redaction["customPatterns"] == .list([.text(hostile)]))
    }

    @Test("nonce, integrity, async and early calls", arguments: [ScriptTag.Form.elements, .oneLine])
    func variants(form: ScriptTag.Form) throws {
        var variant = ScriptTag.Variant()
        variant.nonce = #"a"b"#
        variant.integrity = "sha384-abc"
        variant.isAsync = true
        variant.queuesEarlyCalls = true
        let html = try ScriptTag(eventsURL: "/events", recorderURL: "/assets/recorder-1a.js", recorder: RecorderConfiguration()).html(form, variant)
        let lines = html.split(separator: "\n")
        #expect(lines.count == (form == .elements ? 3 : 2))
        #expect(lines.first == #"<script nonce="a&quot;b">window.Sentiero=window.Sentiero||{q:[]};</script>"#)
        #expect(lines.last?.hasPrefix(#"<script src="/assets/recorder-1a.js""#) == true)
        #expect(lines.last?.hasSuffix(#" async nonce="a&quot;b" integrity="sha384-abc" crossorigin="anonymous"></script>"#) == true)
    }

    @Test("a public key cannot add to the address")
    func hostileKey() {
        var configuration = WebConfiguration()
        configuration.projects = Projects(browserKeys: [.init(value: "a&b=\"c", project: "one"), .init(value: "p2", project: "two")])
        #expect(ScriptTag(project: "one", configuration: configuration).eventsURL == "/events?key=a%26b%3D%22c")
    }
}
