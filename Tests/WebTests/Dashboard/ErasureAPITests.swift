import Foundation
import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// `POST /api/v1/erasures` and `/api/v1/sessions/{id}/hold` (docs/api.md).
@Suite struct ErasureAPITests {
    private struct Answer: Decodable {
        struct Receipt: Decodable { let sessions, keys, held: Int; let digest: String? }
        var state: String?
        var url: String?
        var receipt: Receipt?
        var error: String?
        var held: Bool?
        var reason: String?
        var dry_run: Bool?
    }

    private static func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String?, _ visitor: Visitor, type: String? = "application/json",
        _ more: HTTPFields = [:]
    ) async throws -> (status: Int, answer: Answer, response: LiveResponse) {
        var fields = visitor.headers(more)
        fields[.contentType] = type
        let response = try await visitor.server.send(method, path, fields, Array((body ?? "").utf8))
        #expect(response.headers[.contentType] == "application/json", "\(method) \(path)")
        return (response.status.code, try JSONDecoder().decode(Answer.self, from: Data(response.text.utf8)), response)
    }

    private static func batch(_ id: String) -> RecordedBatch { RecordedBatch(id, events: RecordedBatch.events([1])) }

    @Test("erases what is named, with a receipt that also stands in the audit log; a dry run only counts")
    func sessions() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"), Self.batch("s2"))
            let dry = try await Self.send(.post, "/api/v1/erasures", #"{"sessions":["s1"],"dry_run":true}"#, visitor)
            #expect(dry.status == 200 && dry.answer.dry_run == true && dry.answer.receipt?.sessions == 1 && dry.answer.receipt?.digest == nil)
            #expect(try await server.rowExists("s1"))
            let done = try await Self.send(.post, "/api/v1/erasures", #"{"sessions":["s1","s1","never-there"]}"#, visitor)
            #expect(done.status == 200 && done.answer.state == "done" && done.answer.receipt?.sessions == 1)
            #expect(try await server.rowExists("s1") == false)
            #expect(try await server.rowExists("s2"))
            let again = try await Self.send(.get, try #require(done.answer.url), nil, visitor)
            #expect(again.answer.receipt?.digest == done.answer.receipt?.digest)
            // Before them, one each says that it began.
            let lines = try await server.audited(4).suffix(2)
            #expect(lines.map(\.target) == ["session:s1", "session:never-there"], "one entry each, with the same receipt")
            let line = try #require(lines.first)
            #expect(line.action == "erase_sessions" && line.actor == "admin" && line.result == "ok")
            #expect(line.detail.contains { $0.name == "digest" && $0.value == done.answer.receipt?.digest })
            #expect(line.detail.contains { $0.name == "sessions" && $0.value == "1" })
        }
    }

    @Test("a range takes what lies in it")
    func range() async throws {
        let old = Int64(Date().timeIntervalSince1970 * 1000) - 3 * 86_400_000
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(RecordedBatch("old", at: old, events: RecordedBatch.events([1])), Self.batch("new"))
            let day = String(Format.time(Double(old) / 1000).iso.prefix(10))
            let done = try await Self.send(.post, "/api/v1/erasures", #"{"since":"\#(day)","until":"\#(day)"}"#, visitor)
            #expect(done.status == 200 && done.answer.receipt?.sessions == 1)
            #expect(try await server.rowExists("old") == false)
            #expect(try await server.rowExists("new"))
            #expect(try await server.audited(2).last?.target == "range:\(day)T00:00:00Z..\(day)T23:59:59Z")
        }
    }

    @Test("a user is erased exactly, and stands in the log by a digest")
    func user() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            let done = try await Self.send(.post, "/api/v1/erasures", #"{"user":"ann@shop.example"}"#, visitor)
            #expect(done.status == 200 && done.answer.receipt?.sessions == 0)
            let line = try #require(try await server.audited(2).last)
            #expect(line.action == "erase_user" && line.target == "user:" + UserToken.value(key: "userId", of: "ann@shop.example"))
            #expect(!line.line.contains("ann@"))
        }
        try await LiveServer.dashboard {
            $0.userKey = ""
        } _: { _, visitor async throws in
            #expect(try await Self.send(.post, "/api/v1/erasures", #"{"user":"ann"}"#, visitor).status == 400)
        }
    }

    @Test(
        "bodies that are not exactly understood erase nothing",
        arguments: [
            "", "[]", "{}", "{", #"{"sessions":[]}"#, #"{"sessions":"s1"}"#, #"{"sessions":["s1",7]}"#, #"{"sessions":["s1","bad id!"]}"#,
            #"{"sessions":["s1"],"dryrun":true}"#, #"{"sessions":["s1"],"dry_run":"true"}"#, #"{"sessions":["s1"],"user":"x"}"#,
            #"{"user":""}"#, #"{"user":7}"#, #"{"since":"yesterday"}"#, #"{"since":"2099-01-02","until":"2099-01-01"}"#, #"{"since":null}"#,
        ])
    func refused(body: String) async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            let reply = try await Self.send(.post, "/api/v1/erasures", body, visitor)
            #expect(reply.status == 400 && reply.answer.error?.isEmpty == false)
            #expect(try await server.rowExists("s1"))
        }
    }

    @Test("only with a login, as JSON, from no other site; and each refusal is JSON")
    func protected() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"))
            let body = #"{"sessions":["s1"]}"#
            let path = "/api/v1/erasures"
            let anonymous = try await Self.send(.post, path, body, Visitor(server, login: nil))
            #expect(anonymous.status == 401 && anonymous.response.headers[.wwwAuthenticate] != nil)
            #expect(try await Self.send(.post, path, body, visitor, type: "text/plain").status == 415)
            #expect(try await Self.send(.post, path, body, visitor, type: "application/x-www-form-urlencoded").status == 415)
            #expect(try await Self.send(.post, path, body, visitor, type: nil).status == 415)
            #expect(try await Self.send(.post, path, body, visitor, [HTTPField.Name("sec-fetch-site")!: "cross-site"]).status == 403)
            #expect(try await Self.send(.post, path, body, visitor, [.origin: "https://evil.example"]).status == 403)
            #expect(try await Self.send(.delete, "/api/v1/sessions/s1/hold", nil, visitor, [.origin: "https://evil.example"]).status == 403)
            #expect(try await Self.send(.get, path, nil, visitor).status == 405)
            #expect(try await Self.send(.post, path + "?project=other", body, visitor).status == 404)
            #expect(try await Self.send(.get, path + "/nothing", nil, visitor).status == 404)
            #expect(try await Self.send(.get, "/api/v1/nothing", nil, visitor).status == 404)
            #expect(try await server.rowExists("s1"))
            #expect(try await Self.send(.post, path, body, visitor, type: "application/json; charset=utf-8").status == 200)
        }
        try await LiveServer.run { server async throws in
            #expect(try await Self.send(.post, "/api/v1/erasures", "{}", Visitor(server)).status == 403)
        }
    }

    @Test("a hold is told, protects, and ends")
    func hold() async throws {
        try await LiveServer.dashboard { server, visitor async throws in
            try await server.record(Self.batch("s1"), Self.batch("s2"))
            let path = "/api/v1/sessions/s1/hold"
            #expect(try await Self.send(.put, path, #"{"reason":" "}"#, visitor).status == 400)
            #expect(try await Self.send(.put, path, "{}", visitor).status == 400)
            #expect(try await Self.send(.put, "/api/v1/sessions/nope/hold", #"{"reason":"x"}"#, visitor).status == 404)
            let held = try await Self.send(.put, path, #"{"reason":"case \"17\""}"#, visitor)
            #expect(held.status == 200 && held.answer.held == true && held.answer.reason == #"case "17""#)
            let conflict = try await Self.send(.post, "/api/v1/erasures", #"{"sessions":["s1","s2"]}"#, visitor)
            #expect(conflict.status == 409 && conflict.answer.error?.contains("legal hold") == true)
            #expect(try await server.rowExists("s1"))
            #expect(try await server.rowExists("s2"), "better nothing than a part")
            #expect(try await Self.send(.delete, path, nil, visitor, type: nil).answer.held == false)
            #expect(try await Self.send(.get, path, nil, visitor).answer.held == false)
            #expect(try await Self.send(.delete, path, nil, visitor, type: nil).status == 200, "once more does no harm")
            #expect(try await server.audited(2).map(\.action) == ["hold_session", "release_session"])
        }
    }
}
