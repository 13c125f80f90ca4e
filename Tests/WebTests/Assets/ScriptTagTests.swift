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
}
