import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// The issue list: tabs, filters, order, badges, paging, what it says when empty.
@Suite struct IssuesListTests {
    /// Numbers of the rows of a page, in order.
    static func rows(_ html: String) -> [Int] { html.matches(of: /data-issue="([0-9a-f]{40})"/).compactMap { Int($0.1, radix: 16) } }

    // 2026-06-13 12:00 UTC.
    private static let noon = 1_781_352_000.0
    private static let day = 86_400.0

    private static let problems: [PlantedProblem] = [
        PlantedProblem(1, "cart is empty", seen: (noon - 9 * day)...noon) {
            $0.exceptionClass = "CartError"
            $0.count = 7
            $0.facets = [("environment:production", 7), ("release:1.0", 3), ("release:1.1", 4)]
        },
        PlantedProblem(2, "x is not a function", seen: noon...(noon + day)) {
            $0.origin = .browser
            $0.exceptionClass = "TypeError"
            $0.count = 1_200
            $0.facets = [("release:1.1", 1_200)]
        },
        PlantedProblem(3, "timeout", seen: (noon - 2 * day)...(noon - day)) {
            $0.exceptionClass = "Net::ReadTimeout"
            $0.count = 30
            $0.facets = [("environment:staging", 30)]
        },
    ]

    @Test("03-C76 filters by origin, status, search, range, environment and release, and sorts")
    func filters() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(Self.problems)
            _ = try await visitor.post("/issues/\(PlantedProblem.fingerprint(3))/status", [("status", "resolved")])
            let cases: [(String, [Int])] = [
                ("", [2, 1, 3]), ("?source=server", [1, 3]), ("?source=client", [2]), ("?source=browser", [2]), ("?source=banana", [2, 1, 3]),
                ("?sort_by=count", [2, 3, 1]), ("?sort_by=first_seen", [2, 3, 1]), ("?sort_by=recency&source=client", [2]),
                ("?sort_by=banana", [2, 1, 3]),
                ("?status=resolved", [3]), ("?status=open", [2, 1]), ("?status=ignored", []), ("?status=banana", [2, 1, 3]),
                ("?search=CART", [1]), ("?search=+timeout+", [3]), ("?search=net%3A%3Aread", [3]), ("?search=nothing", []),
                ("?since=2026-06-13", [2, 1]), ("?until=2026-06-13", [1, 3]), ("?since=2026-06-13&until=2026-06-13", [1]),
                ("?since=junk", [2, 1, 3]),
                ("?environment=production", [1]), ("?release=1.1", [2, 1]), ("?environment=staging&release=1.1", []),
            ]
            for (query, wanted) in cases {
                let response = try await visitor.get("/issues\(query)")
                #expect(response.status == .ok)
                #expect(Self.rows(response.text) == wanted, "\(query)")
                #expect(!response.text.contains("banana") && !response.text.contains("junk"), "unknown values are not echoed: \(query)")
            }
            let page = try await visitor.get("/issues").text
            #expect(page.contains(#"<option value="production">"#) && page.contains(#"<option value="1.1">"#))
            #expect(page.contains(#"aria-current="page">"#))
            #expect(page.contains("<title>Issues · Sentiero</title>"))
            #expect(try await visitor.get("/issues?release=gone").text.contains(#"<option value="gone" selected>"#))
        }
    }

    @Test("03-C76 paging keeps the filters, percent-encoded; page and per_page are clamped")
    func paging() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(
                (1...55).map { number in PlantedProblem(number, "a&b #\(number)", seen: Self.noon...(Self.noon + Double(number))) })
            let first = try await visitor.get("/issues?search=a%26b+%23&since=2026-06-01&per_page=20&sort_by=first_seen&source=server")
            #expect(Self.rows(first.text).count == 20)
            let link = "/issues?source=server&amp;search=a%26b%20%23&amp;since=2026-06-01&amp;sort_by=first_seen&amp;per_page=20&amp;page=2"
            #expect(first.text.contains("href=\"\(link)\""))
            let second = try await visitor.get(link.replacing("&amp;", with: "&"))
            #expect(Self.rows(second.text).count == 20)
            #expect(Set(Self.rows(first.text)).isDisjoint(with: Self.rows(second.text)))
            #expect(second.text.contains("21–40 of 55"))
            for (query, rows) in [("page=-5", 50), ("page=abc", 50), ("per_page=999999", 55), ("per_page=x", 50), ("page=99999999999999999999", 0)] {
                let response = try await visitor.get("/issues?\(query)")
                #expect(response.status == .ok)
                #expect(Self.rows(response.text).count == rows, "\(query)")
            }
            #expect(second.text.contains("?list_source=server&amp;list_search=a%26b%20%23&amp;"), "a row leads back here")
            let beyond = try await visitor.get("/issues?page=3&per_page=50&sort_by=count").text
            #expect(beyond.contains("Nothing on this page any more") && beyond.contains(#"href="/issues?sort_by=count""#))
            #expect(!beyond.contains("No issue matches"))
            let long = String(repeating: "y", count: 300)
            let cut = try await visitor.get("/issues?search=\(long)").text
            #expect(cut.contains(String(repeating: "y", count: 256)) && !cut.contains(String(repeating: "y", count: 257)))
        }
    }

    @Test("03-C84 02-144 an issue of browsers shows the most frequent one, and how many others")
    func browsers() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let facets = [("browser:Safari", 1), ("browser:Chrome", 2), ("page:/cart", 3)]
            try await server.plant([
                PlantedProblem(1, "many") {
                    $0.origin = .browser; $0.facets = facets
                },
                PlantedProblem(2, "one") {
                    $0.origin = .browser; $0.facets = [("browser:Firefox", 1)]
                },
                PlantedProblem(3, "server") { $0.facets = facets },
            ])
            let html = try await visitor.get("/issues").text
            #expect(
                html.matches(of: /<span class="pill">(Chrome|Safari|Firefox)[^<]*</).map { String($0.0) }.sorted() == [
                    #"<span class="pill">Chrome +1<"#, #"<span class="pill">Firefox<"#,
                ])
        }
    }

    @Test("a row shows how often each of the last 14 days had it")
    func trend() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            func bucket(_ age: Double) -> String {
                "d" + Date(timeIntervalSince1970: Date().timeIntervalSince1970 - age * Self.day).formatted(.iso8601).prefix(10).filter(\.isNumber)
            }
            try await server.plant([
                PlantedProblem(1, "often") { $0.trend = [(bucket(0), 40), (bucket(1), 10), (bucket(13), 1), (bucket(14), 500)] },
                PlantedProblem(2, "long ago") { $0.trend = [] },
            ])
            let html = try await visitor.get("/issues").text
            #expect(html.contains(#"aria-label="51 times in 14 days"><path d="M0 20v-2h4v2zM60 20v-5h4v5zM65 20v-20h4v20z"></path>"#))
            #expect(html.contains(#"aria-label="0 times in 14 days"><path d=""></path>"#))
        }
    }

    @Test("03-C77 badges: new within an active range, regressed, status; the two buttons that differ; text is escaped")
    func badges() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let evil = #"<script>alert("1")</script>"# + String(repeating: "z", count: 200)
            try await server.plant(Self.problems + [PlantedProblem(4, evil, seen: Self.noon...Self.noon) { $0.exceptionClass = "<b>Evil" }])
            let all = try await visitor.get("/issues").text
            #expect(!all.contains(">new</span>"), "without a range nothing is new")
            #expect(!all.contains("<script>alert") && !all.contains("<b>Evil"))
            #expect(all.contains("&lt;b&gt;Evil"))
            #expect(all.contains("z…</span>"), "cut at 120 characters")
            #expect(all.contains(#"<span class="pill">1,200</span>"#))
            let ranged = try await visitor.get("/issues?since=2026-06-13").text
            #expect(Self.rows(ranged) == [2, 1, 4])
            #expect(ranged.components(separatedBy: ">new</span>").count == 3, "1 was first seen before")
            _ = try await visitor.post("/issues/\(PlantedProblem.fingerprint(1))/status", [("status", "ignored")])
            let row = try await visitor.get("/issues?search=CartError").text
            #expect(row.contains(#"<span class="pill">ignored</span>"#))
            #expect(row.contains(#"value="resolved" aria-label="Resolve"#) && row.contains(#"value="open" aria-label="Reopen"#))
            #expect(!row.contains(#"aria-label="Ignore cart"#))
        }
    }

    @Test("03-S9 a recurrence reopens a resolved issue and marks it as a regression")
    func regression() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(Self.problems[0])
            _ = try await visitor.post("/issues/\(PlantedProblem.fingerprint(1))/status", [("status", "resolved")])
            #expect(try await visitor.get("/issues").text.contains(">resolved</span>"))
            var again = Self.problems[0]
            again.lastSeen = Self.noon + Self.day
            again.release = "1.2"
            try await server.plant(again)
            let list = try await visitor.get("/issues").text
            #expect(list.contains(">open</span>") && list.contains(">regressed</span>") && list.contains("in release 1.2"))
            let page = try await visitor.get("/issues/\(PlantedProblem.fingerprint(1))").text
            #expect(page.contains("Came back") && page.contains("in release 1.2"))
        }
    }

    @Test("nothing yet: how to begin, and where the others are; nothing that matches: a way out")
    func empty() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let nothing = try await visitor.get("/issues").text
            #expect(nothing.contains("No issue yet") && nothing.contains(#"href="/install""#))
            #expect(!nothing.contains("Show them"))
            try await server.plant(Self.problems[1])
            let tab = try await visitor.get("/issues?source=server").text
            #expect(tab.contains("No server exception yet") && tab.contains("There is 1 browser issue in the other tab"))
            #expect(tab.contains(#"<a href="/issues?source=client">Show them</a>"#))
            let filtered = try await visitor.get("/issues?source=client&search=zzz").text
            #expect(filtered.contains("No issue matches") && filtered.contains(#"href="/issues?source=client">Clear filters"#))
            #expect(try await visitor.get("/issues?since=2030-01-01").text.contains("No issue matches"))
        }
    }

    @Test("projects have their own issues, and links stay in theirs")
    func projects() async throws {
        try await LiveServer.dashboard {
            $0.projects = Projects(browserKeys: [.init(value: "k1", project: "shop"), .init(value: "k2", project: "blog")])
        } _: { server, visitor async throws in
            try await server.plant(PlantedProblem(1, "shop breaks") { $0.project = "shop" }, PlantedProblem(2, "blog breaks") { $0.project = "blog" })
            #expect(Self.rows(try await visitor.get("/issues?project=shop").text) == [1])
            let blog = try await visitor.get("/issues?project=blog").text
            #expect(Self.rows(blog) == [2])
            #expect(blog.contains("/issues/\(PlantedProblem.fingerprint(2))?project=blog"))
            #expect(blog.contains(#"href="/issues?project=shop""#), "the switch stays on this page")
            #expect(try await visitor.get("/issues/\(PlantedProblem.fingerprint(1))?project=blog").status == .notFound)
            #expect(try await visitor.get("/issues?project=nope").status == .notFound)
        }
    }

    @Test("03-C9 without a login nothing answers; 03-C26 wrong methods say which are right")
    func access() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let fingerprint = PlantedProblem.fingerprint(1)
            try await server.plant(PlantedProblem(1, "secret text"))
            for path in [
                "/issues", "/issues/\(fingerprint)", "/issues/client/x", "/issues/no/such/page", "/api/v1/issues", "/api/v1/issues/\(fingerprint)",
            ] {
                let response = try await server.get(path)
                #expect(response.status == .unauthorized, "\(path)")
                #expect(!response.text.contains("secret"))
            }
            #expect(try await server.send(.post, "/issues/\(fingerprint)/status").status == .unauthorized)
            #expect(try await server.send(.post, "/issues/bulk_status").status == .unauthorized)
            for (method, path, allow) in [
                (HTTPRequest.Method.post, "/issues", "GET, HEAD"), (.get, "/issues/\(fingerprint)/status", "POST"),
                (.get, "/issues/bulk_status", "POST"),
                (.delete, "/issues/\(fingerprint)", "GET, HEAD"), (.post, "/issues/client/status", "GET, HEAD"),
                (.post, "/api/v1/issues", "GET, HEAD"),
            ] {
                let response = try await visitor.send(method, path)
                #expect(response.status == .methodNotAllowed, "\(path)")
                #expect(response.headers[.allow] == allow, "\(path)")
            }
            #expect(try await visitor.get("/issues/client/a/b").status == .notFound)
        }
    }
}
