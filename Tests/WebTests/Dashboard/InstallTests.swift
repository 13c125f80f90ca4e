import Foundation
import HTTPTypes
import Testing

@testable import Web

/// The Install page (spec 03 section 2.2, C47).
@Suite struct InstallTests {
    /// The texts of the page that are to be pasted, as a browser shows them.
    static func snippets(_ page: String) -> [String] {
        page.matches(of: /<code data-snippet>([^<]*)<\/code>/).map { match in
            var text = String(match.1)
            for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
                text = text.replacing(entity, with: character)
            }
            return text
        }
    }

    @Test("the form starts as the server is configured")
    func configured() async throws {
        try await LiveServer.dashboard {
            $0.publicURL = "https://replay.example"
            $0.recorder.captureErrors = true
            $0.recorder.sampleRate = 0.25
            $0.recorder.captureConsole = ["error", "warn"]
        } _: { server, visitor async throws in
            let page = try await visitor.get("/install")
            #expect(page.status == .ok)
            #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
            #expect(page.text.contains(#"name="errors" value="1" checked"#))
            #expect(!page.text.contains(#"name="clicks" value="1" checked"#))
            #expect(page.text.contains(#"name="sample" min="0" max="100" step="any" value="25""#))
            #expect(page.text.contains(#"<option value="warn" selected>"#))
            #expect(!page.text.contains(#"name="address""#), "the address is configured")
            let tag = try #require(Self.snippets(page.text).first)
            #expect(tag.contains(#"src="https://replay.example/recorder.js""#))
            #expect(tag.contains(#"data-capture-console='["error","warn"]'"#))
            #expect(tag.contains(#"data-sample-rate="0.25""#))
            #expect(page.text.contains("Nothing received yet"))
            #expect(page.text.contains("SENTIERO_CORS_ORIGINS"))
        }
    }

    @Test("what is chosen is in the tag, the policy and the example")
    func chosen() async throws {
        try await LiveServer.dashboard {
            $0.publicURL = "https://replay.example"
        } _: { server, visitor async throws in
            let page = try await visitor.get(
                "/install?chosen=1&form=json&consent=1&gpc=1&integrity=1&nonce=1&masking=strict&sample=1.5&seconds=3&clicks=1")
            let snippets = Self.snippets(page.text)
            let tag = try #require(snippets.first)
            for part in [
                #""requireConsent":true"#, #""respectGpc":true"#, #""strictMasking":true"#, #""sampleRate":0.015"#, #""minDurationMs":3000"#,
                #""captureClicks":true"#, #" nonce="NONCE-OF-THIS-RESPONSE""#,
            ] { #expect(tag.contains(part), "\(part)") }
            #expect(snippets.count == 3)
            #expect(snippets[1] == InstallSnippets.consentBanner(nonce: InstallView.placeholder))
            #expect(snippets[2].contains(tag) && snippets[2].contains(snippets[1]))
            #expect(page.text.contains("<code>&#39;nonce-…&#39;</code>"))
            let match = try #require(
                tag.firstMatch(of: /src="https:\/\/replay\.example(\/assets\/recorder-[^"]+)".* integrity="sha384-([^"]+)" crossorigin="anonymous"/))
            let file = try await server.get(String(match.1))
            #expect(file.headers[.accessControlAllowOrigin] == "*")
            #expect(Assets.File(name: "recorder.js", data: Data(file.bytes)).integrity == "sha384-\(match.2)")
        }
    }

    @Test(
        "03-C47 what cannot be used is said, and changes nothing",
        arguments: [
            ("sample=101", "“101” is no percentage"), ("sample=%3Cb%3E", "“&lt;b&gt;” is no percentage"), ("error_sample=5", "needs “Script errors”"),
            ("address=javascript:alert(1)", "is no address"), ("address=https://a.example/%22%3E%3Cscript%3E", "is no address"),
        ])
    func problems(query: String, said: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let page = try await visitor.get("/install?chosen=1&\(query)")
            #expect(page.text.contains(said))
            #expect(page.text.contains(#"role="alert""#))
            #expect(try #require(Self.snippets(page.text).first).contains("data-sample-rate") == false)
        }
    }

    @Test("without a configured address the one in use is offered, and another can be entered")
    func address() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let page = try await visitor.get("/install")
            #expect(Self.snippets(page.text).first?.contains("http://127.0.0.1:\(server.port)/recorder.js") == true)
            let other = try await visitor.get("/install?chosen=1&address=https://r.example:8443/")
            #expect(Self.snippets(other.text).first?.contains(#"src="https://r.example:8443/recorder.js""#) == true)
            #expect(other.text.contains("<code>https://r.example:8443</code>"))
        }
    }

    @Test("each project has a tag of its own; one without a key is told what is missing")
    func projects() async throws {
        try await LiveServer.dashboard {
            $0.projects = Projects(ingestKeys: [.init(value: "s", project: "two")], browserKeys: [.init(value: "p1", project: "one")])
        } _: { server, visitor async throws in
            #expect(Self.snippets(try await visitor.get("/install?project=one").text).first?.contains("/events?key=p1") == true)
            #expect(try await visitor.get("/install?project=two").text.contains("SENTIERO_BROWSER_KEYS"))
            #expect(try await visitor.get("/install?project=three").status == .notFound)
        }
    }

    @Test("the newest batch is known by its origin, and a refused one by its reason until the next is taken")
    func arrivals() async throws {
        try await LiveServer.dashboard {
            $0.lane.corsOrigins = ["https://shop.example"]
        } _: { server, visitor async throws in
            #expect(try await visitor.get("/api/install").text == "{}")
            #expect(try await server.post(Payloads.valid, [.origin: "https://<b>.example"]).status == .forbidden)
            try await Self.until { try await visitor.get("/api/install").text.contains("refused") }
            let page = try await visitor.get("/install")
            #expect(page.text.contains("https://&lt;b&gt;.example was refused. The page&#39;s origin is not listed (403)"))
            #expect(try await server.post(Payloads.valid, [.origin: "https://shop.example"]).status == .ok)
            try await Self.until { try await visitor.get("/api/install").text.contains("accepted") }
            let answer = try await visitor.get("/api/install")
            #expect(answer.text.contains(#""origin":"https:\/\/shop.example""#))
            #expect(!answer.text.contains("refused"))
        }
    }

    /// Notes are written after the answer.
    static func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("waited in vain")
    }

    @Test("the page needs the login, and is linked from the empty list")
    func access() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            #expect(try await server.get("/install").status == .unauthorized)
            #expect(try await server.get("/api/install").status == .unauthorized)
            #expect(try await visitor.post("/install").status == .methodNotAllowed)
            let list = try await visitor.get("/")
            #expect(list.text.matches(of: /href="\/install"/).count == 2, "in the navigation and on the page")
        }
    }

    @Test("the banner is the one of the recipes, which a browser test runs")
    func recipe() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let recipes = try String(contentsOf: root.appending(path: "docs/consent.md"), encoding: .utf8)
        #expect(recipes.contains(InstallSnippets.consentBanner(nonce: nil)))
        #expect(InstallSnippets.consentBanner(nonce: #"a"b"#).contains(#"<script nonce="a&quot;b">"#))
    }

    @Test("shares as percentages", arguments: [(0.0, "0"), (1.0, "100"), (0.25, "25"), (0.015, "1.5"), (0.000001, "0.0001"), (0.333333, "33.3333")])
    func percentages(share: Double, text: String) { #expect(InstallView.percent(share) == text) }
}
