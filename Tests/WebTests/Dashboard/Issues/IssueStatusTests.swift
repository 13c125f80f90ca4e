import Foundation
import HTTPTypes
import HummingbirdTesting
import Ingest
import NIOCore
import RedisStore
import Testing

@testable import Web

/// Changing the status of one issue and of many (spec 03 sections 1.6 and 4).
@Suite struct IssueStatusTests {
    private static let one = "/issues/\(PlantedProblem.fingerprint(1))/status"

    @Test("03-C34 a status needs the token and a name that is one; it answers 303 and is stored")
    func single() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(PlantedProblem(1, "broken"))
            try await visitor.get("/issues")
            for form in [[], [("csrf_token", "x")], [("csrf_token", String(repeating: "0", count: 64))]] {
                let response = try await visitor.send(.post, Self.one, form: form + [("status", "resolved")])
                #expect(response.status == .forbidden)
                #expect(response.text.contains("Invalid CSRF token"))
            }
            let other = try await visitor.post(Self.one, [("status", "resolved")], [.origin: "https://evil.example"])
            #expect(other.status == .forbidden)
            #expect(try await visitor.send(.post, Self.one, form: [("status", "banana")]).status == .forbidden, "the token comes first")
            for form in [[("status", "banana")], [], [("status", "")], [("status", "Resolved")]] {
                let response = try await visitor.post(Self.one, form)
                #expect(response.status == .badRequest)
                #expect(response.text.contains("bad status"))
            }
            #expect(try await server.status(1) == .open)
            for status in ["resolved", "ignored", "open"] {
                let response = try await visitor.post(Self.one, [("status", status)])
                #expect(response.status == .seeOther)
                #expect(response.headers[.location] == "/issues/\(PlantedProblem.fingerprint(1))")
                #expect(try await server.status(1)?.rawValue == status)
            }
            #expect(try await visitor.get("/issues/\(PlantedProblem.fingerprint(1))").text.contains("Issue reopened."))
        }
    }

    @Test("an unknown issue is 404 and leaves no line, a malformed id 400")
    func unknown() async throws {
        let probe = AuditProbe()
        try await LiveServer.run {
            $0.basicAuth = BasicCredentials("admin:se:cret")
        } _: { server in
            let dashboard = try TestDashboard(server, audit: probe.audit)
            let token = String(repeating: "a", count: 64)
            var headers = Visitor(server).headers([.cookie: "sentiero_csrf=\(token)"])
            headers[.contentType] = "application/x-www-form-urlencoded"
            let form = "csrf_token=\(token)&status=resolved"
            #expect(try await dashboard.send(.post, Self.one, headers, form).status == .notFound)
            let malformed = try await dashboard.send(.post, "/issues/a%20b/status", headers, form)
            #expect(malformed.status == .badRequest)
            #expect(String(buffer: malformed.body) == #"{"error":"invalid ID format"}"#)
            #expect(probe.said.isEmpty)
        }
    }

    @Test("ignoring ends after so many occurrences, or on a day; what cannot be is refused")
    func until() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant(PlantedProblem(1, "broken") { $0.count = 5 })
            let page = "/issues/\(PlantedProblem.fingerprint(1))"
            for bad in [("until_count", "0"), ("until_count", "-1"), ("until_count", "many"), ("until", "soon"), ("until", "2020-01-01")] {
                let response = try await visitor.post(Self.one, [("status", "ignored"), bad])
                #expect(response.status == .badRequest, "\(bad)")
                #expect(response.text.contains("bad until"))
            }
            #expect(try await server.status(1) == .open)
            _ = try await visitor.post(Self.one, [("status", "ignored"), ("until_count", "10")])
            let counted = try await visitor.get(page).text
            #expect(counted.contains("Issue ignored until 10 more occurrences.") && counted.contains("<dd>10 more occurrences</dd>"))
            try await server.plant(PlantedProblem(1, "broken") { $0.count = 15 })
            #expect(try await server.status(1) == .open)
            _ = try await visitor.post(Self.one, [("status", "ignored"), ("until", "2099-01-02")])
            #expect(try await visitor.get(page).text.contains("<dd>Jan 2, 2099 00:00 UTC</dd>"))
            #expect(try await server.status(1) == .ignored)
        }
    }

    @Test("many at once: back to the list as it was filtered, with how many; each is audited")
    func bulk() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.plant((1...3).map { PlantedProblem($0, "broken \($0)") })
            let ids = [
                PlantedProblem.fingerprint(1), PlantedProblem.fingerprint(2), PlantedProblem.fingerprint(99), "not an id",
                PlantedProblem.fingerprint(1),
            ]
            let kept = [("list_search", "a&b"), ("list_status", "open"), ("list_until", "2026-06-13"), ("list_page", "2"), ("list_evil", "//x")]
            let response = try await visitor.post(
                "/issues/bulk_status", ids.map { ("fingerprints[]", $0) } + kept + [("status", "ignored")])
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/issues?status=open&search=a%26b&until=2026-06-13&page=2")
            #expect(try await visitor.get("/issues").text.contains("2 issues ignored."))
            #expect(try await [server.status(1), server.status(2), server.status(3)] == [.ignored, .ignored, .open])
            let lines = try await server.audited(3).filter { $0.action == "update_problem_status" }
            #expect(lines.map(\.target) == [1, 2].map { "problem:" + PlantedProblem.fingerprint($0) })
            #expect(lines.allSatisfy { $0.actor == "admin" && $0.detail.map { "\($0.name)=\($0.value)" } == ["status=ignored"] })
            _ = try await visitor.post("/issues/bulk_status", [("status", "open")])
            #expect(try await visitor.get("/issues").text.contains("tick the issues first"))
            #expect(try await visitor.post("/issues/bulk_status", [("fingerprints[]", ids[0]), ("status", "x")]).status == .badRequest)
            #expect(
                try await visitor.send(.post, "/issues/bulk_status", form: [("fingerprints[]", ids[0]), ("status", "open")]).status == .forbidden)
            let onPage = try await visitor.post(Self.one, kept + [("status", "open")])
            let back = "/issues/\(ids[0])?list_status=open&list_search=a%26b&list_until=2026-06-13&list_page=2"
            #expect(onPage.headers[.location] == back)
            #expect(
                try await visitor.get(back).text.contains(#"href="/issues?status=open&amp;search=a%26b&amp;until=2026-06-13&amp;page=2">All issues"#))
            let inline = try await visitor.post(Self.one, kept + [("from", "list"), ("status", "resolved")])
            #expect(inline.headers[.location] == "/issues?status=open&search=a%26b&until=2026-06-13&page=2")
            #expect(try await server.status(1) == .resolved)
        }
    }
}
