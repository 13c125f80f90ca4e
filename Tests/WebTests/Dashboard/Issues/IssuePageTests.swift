import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// One issue's page: trend, facets, sessions, occurrences, stack, context.
@Suite struct IssuePageTests {
    private static let page = "/issues/\(PlantedProblem.fingerprint(1))"
    private static let nowMs = Int64(PlantedProblem.now * 1000)

    /// `h2026061314`, `d20260613`.
    private static func bucket(_ letter: String, hoursAgo: Int) -> String {
        let iso = Format.time(PlantedProblem.now - Double(hoursAgo) * 3600).iso
        return letter + iso.filter(\.isNumber).prefix(letter == "h" ? 10 : 8)
    }

    @Test("03-C14 a malformed id is 400 JSON, an unknown one a 404 page", arguments: ["a%20b", "%3Cscript%3E", "a%2Fb"])
    func ids(id: String) async throws {
        try await LiveServer.dashboard { _, visitor async throws in
            for path in ["/issues/\(id)", "/api/v1/issues/\(id)"] {
                let malformed = try await visitor.get(path)
                #expect(malformed.status == .badRequest)
                #expect(malformed.text == #"{"error":"invalid ID format"}"#)
            }
            let unknown = try await visitor.get(Self.page)
            #expect(unknown.status == .notFound)
            #expect(unknown.text.contains("Issue not found") && unknown.text.contains(#"href="/issues""#))
        }
    }

    @Test("03-C83 a group of the original leads to its newest problem and is never a fingerprint")
    func groups() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let group = String(repeating: "c", count: 40)
            func problem(_ number: Int, age: Double, project: String = "default") -> PlantedProblem {
                let seen = PlantedProblem.now - age
                return PlantedProblem(number, "x", seen: seen...seen) {
                    $0.origin = .browser; $0.group = group
                }
            }
            try await server.plant(problem(1, age: 60), problem(2, age: 5), problem(3, age: 90))
            let response = try await visitor.get("/issues/client/\(group)")
            #expect(response.status == .found)
            #expect(response.headers[.location] == "/issues/\(PlantedProblem.fingerprint(2))")
            for id in [PlantedProblem.fingerprint(1), "nope", "a%20b", "status"] {
                let unknown = try await visitor.get("/issues/client/\(id)")
                #expect(unknown.status == .notFound, "\(id)")
                #expect(unknown.text.contains("Issue not found"))
            }
        }
    }

    @Test("03-C78 03-C79 of 120 occurrences the newest 50 come first, older pages follow, and the chart counts all")
    func occurrences() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            var problem = PlantedProblem(1, "boom") { $0.count = 4_321 }
            for number in 1...120 { problem.happened(Self.nowMs - Int64(121 - number) * 1000) { $0.message = "number \(number)." } }
            problem.trend = [
                (Self.bucket("h", hoursAgo: 0), 70), (Self.bucket("h", hoursAgo: 5), 50), (Self.bucket("h", hoursAgo: 100), 1_000),
                (Self.bucket("d", hoursAgo: 0), 120), (Self.bucket("d", hoursAgo: 24 * 4), 1_000), (Self.bucket("d", hoursAgo: 24 * 20), 3_000),
                (Self.bucket("d", hoursAgo: 24 * 40), 9_999),
            ]
            try await server.plant(problem)
            var seen: [Int] = []
            var next: String? = Self.page
            var pages = 0
            while let path = next {
                let html = try await visitor.get(path).text
                let numbers = html.matches(of: /number (\d+)\.<\/p>/).compactMap { Int($0.1) }
                #expect(numbers.count <= 50)
                seen += numbers
                pages += 1
                next = html.firstMatch(of: /rel="next" href="([^"#]+)#occurrences"/).map { String($0.1) }
            }
            #expect(seen == (1...120).reversed())
            #expect(pages == 3)
            let html = try await visitor.get(Self.page).text
            let figures = html.matches(of: /<dt class="caption">([^<]+)<\/dt><dd class="tabular">([^<]+)</).map { "\($0.1) \($0.2)" }
            // The 20th day may be one of the hours' neighbours only by its date, so every number is of its own bucket.
            #expect(figures == ["24 hours 120", "7 days 1,120", "30 days 4,120"])
            #expect(html.contains("per UTC day: 4,120 occurrences in all"))
            #expect(html.contains("per UTC hour: 120 occurrences in all"))
            #expect(html.matches(of: #/width="8" height=/#).count == 5)
            #expect(html.contains(">4,321 occurrences</span>"))
        }
    }

    @Test("03-S8 03-C81 links open the replay ten seconds before, in the window it happened in; what is gone is a bare id")
    func links() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let at = Self.nowMs - 60_000
            try await server.record(
                RecordedBatch("sess-1", "w1", events: RecordedBatch.events([Int(at) - 5_000, Int(at) + 5_000])),
                RecordedBatch("sess-1", "w2", events: RecordedBatch.events([Int(at) - 1_000, Int(at) + 9_000])))
            var problem = PlantedProblem(1, "boom") {
                $0.sessions = 3; $0.origin = .browser
            }
            problem.happened(at, session: "sess-1", window: "w1")
            problem.happened(at + 1, session: "sess-1", window: "deleted")
            problem.happened(at + 2, session: "gone-session", window: "w1")
            problem.happened(at + 3)
            problem.moments.append(.init(atMs: at + 4, session: "sess-1", window: "w2"))
            try await server.plant(problem)
            let html = try await visitor.get(Self.page).text
            let links = html.matches(of: /class="button occurrence-replay" href="([^"]+)"/).map { String($0.1) }
            #expect(html.components(separatedBy: "no key on this server opens it").count == 2)
            #expect(
                links == [
                    "/sessions/sess-1/windows/w2?t=\(at + 4 - 10_000)", "/sessions/sess-1?t=\(at + 1 - 10_000)",
                    "/sessions/sess-1/windows/w1?t=\(at - 10_000)",
                ])
            #expect(try await visitor.get(links[2]).status == .ok)
            #expect(html.contains(#"class="button issue-replay" href="/sessions/sess-1/windows/w2?t=\#(at + 4 - 10_000)""#))
            #expect(html.contains(#"<code title="gone-session">gone-ses</code>"#))
            #expect(!html.contains("/sessions/gone-session"))
            #expect(html.contains("the newest 2 of 3"))
            #expect(html.contains("no recording"), "it may still be on its way")
            #expect(!html.contains("older ones are counted above"))
            problem.count = 120
            try await server.plant(problem)
            #expect(try await visitor.get(Self.page).text.contains("older ones are counted above"))
            #expect(html.contains(#"title="sess-1""#) && html.contains("14s"))
        }
    }

    @Test("03-C42 03-C50 03-C80 stack, raw stack, context, facets: bounded, nested, escaped")
    func content() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            var problem = PlantedProblem(1, "<img src=x>\nsecond line") {
                $0.exceptionClass = "App::<Error>"
                $0.facets =
                    (1...10).map { ("page:/p/\($0)?<", $0 * 10) } + [("release:1.0", 3), ("first:1.0", 1_781_352_000_000), ("browser:Chrome", 9)]
            }
            problem.happened(Self.nowMs) {
                $0.platform = "ruby"
                $0.environment = "production"
                $0.page = "/cart"
                $0.backtrace = [
                    "/usr/lib/ruby/gems/3.3.0/gems/rack-3.0/lib/rack.rb:5:in `call'", "/app/models/cart.rb:12:in `total<x>'",
                    "/usr/lib/ruby/gems/3.3.0/gems/rails-7/lib/a.rb:1:in `b'",
                ]
                $0.context = #"{"user":{"id":7,"deep":{"a":[1,"<i>"]}},"note":"a<b","ok":true}"#
            }
            try await server.plant(problem)
            let html = try await visitor.get(Self.page).text
            for forbidden in ["<img", "<Error>", "total<x>", "<i>", "a<b", "?<"] { #expect(!html.contains(forbidden), "\(forbidden)") }
            #expect(html.contains("<h1>&lt;img src=x&gt;</h1>"), "the first line")
            #expect(html.contains("<dt>user.id</dt><dd>7</dd>") && html.contains("<dt>note</dt><dd>a&lt;b</dd>"))
            #expect(html.contains("<dt>user.deep</dt><dd>{&quot;a&quot;:[1,&quot;&lt;i&gt;&quot;]}</dd>"))
            #expect(html.contains("<dt>ok</dt><dd>true</dd>"))
            #expect(html.contains("cart.rb:12") && html.contains("Raw stack"))
            let pages = html.matches(of: /\/p\/(\d+)\?&lt;/).compactMap { Int($0.1) }
            #expect(pages == [10, 9, 8, 7, 6, 5, 4, 3])
            #expect(html.contains("2 more values") && html.contains("Request paths") && html.matches(of: /since <time/).count == 1)
            #expect(html.contains("Jun 13, 2026 12:00"))
        }
    }

    @Test("03-C95 what is looked at is audited: the list, a server's and a browser's issue, and by the API; what is not there is not")
    func audited() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(PlantedProblem(1, "a"), PlantedProblem(2, "b") { $0.origin = .browser })
            _ = try await visitor.get("/issues/\(PlantedProblem.fingerprint(9))")
            _ = try await visitor.get("/api/v1/issues/\(PlantedProblem.fingerprint(9))")
            for path in [
                "/issues", Self.page, "/issues/\(PlantedProblem.fingerprint(2))", "/api/v1/issues", "/api/v1/issues/\(PlantedProblem.fingerprint(1))",
            ] {
                #expect(try await visitor.get(path).status == .ok)
            }
            let (one, two) = ("problem:" + PlantedProblem.fingerprint(1), "problem:" + PlantedProblem.fingerprint(2))
            #expect(
                try await server.audited(5).map { "\($0.action) \($0.target ?? "-")" } == [
                    "list_problems -", "view_problem \(one)", "view_client_error \(two)", "list_problems -", "view_problem \(one)",
                ])
        }
    }

    @Test("06-9 the read API gives lists with a cursor, and one issue with its occurrences")
    func api() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            var problem = PlantedProblem(1, "boom") {
                $0.count = 3
                $0.facets = [("release:1.0", 3), ("first:1.0", 1_781_352_000_000)]
            }
            for number in 1...3 { problem.happened(Self.nowMs + Int64(number), session: "s\(number)") { $0.message = "m\(number)" } }
            try await server.plant([problem, PlantedProblem(2, "other", seen: 1_781_000_000...1_781_352_000) { $0.origin = .browser }])
            func json(_ path: String) async throws -> [String: Any] {
                let response = try await visitor.get(path)
                #expect(response.status == .ok && response.headers[.contentType] == "application/json")
                return try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
            }
            let first = try await json("/api/v1/issues?limit=1")
            let rows = try #require(first["data"] as? [[String: Any]])
            #expect(rows.map { $0["title"] as? String } == ["RuntimeError: boom"])
            #expect(rows[0]["origin"] as? String == "server" && rows[0]["status"] as? String == "open" && rows[0]["count"] as? Int == 3)
            let cursor = try #require(first["next_cursor"] as? String)
            let second = try await json("/api/v1/issues?limit=1&cursor=\(cursor)")
            #expect((second["data"] as? [[String: Any]])?.first?["last_seen"] as? String == "2026-06-13T12:00:00Z")
            #expect(second["next_cursor"] is NSNull)
            #expect((try await json("/api/v1/issues?source=client")["data"] as? [Any])?.count == 1)
            let issue = try await json("/api/v1/issues/\(PlantedProblem.fingerprint(1))?limit=2")
            #expect((issue["occurrences"] as? [[String: Any]])?.map { $0["message"] as? String } == ["m3", "m2"])
            let rest = try await json("/api/v1/issues/\(PlantedProblem.fingerprint(1))?cursor=\(try #require(issue["next_cursor"] as? String))")
            #expect((rest["occurrences"] as? [[String: Any]])?.map { $0["session"] as? String } == ["s1"])
            #expect(((issue["facets"] as? [String: [[String: Any]]])?["release"]?.first)?["first_seen"] as? String == "2026-06-13T12:00:00Z")
            let unknown = try await visitor.get("/api/v1/issues/\(PlantedProblem.fingerprint(9))")
            #expect(unknown.status == .notFound && unknown.text == #"{"error":"There is no such issue."}"#)
            #expect(try await visitor.get("/api/v1/issues?cursor=x").status == .badRequest)
        }
    }
}
