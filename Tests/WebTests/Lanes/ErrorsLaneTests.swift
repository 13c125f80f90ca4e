import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// Spec 01 section 1.7: every case over HTTP, and the queued report read back as a worker reads it.
@Suite struct ErrorsLaneTests {
    @Test("01-42 a valid error: 200 with its fingerprint, queued once for the key's project with what was answered")
    func valid() async throws {
        try await LiveServer.reporting { server async throws in
            let response = try await server.report(Reports.error)
            #expect(response.status == .ok)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            let (report, batch) = try await server.queuedError()
            #expect(response.text == #"{"status":"ok","fingerprint":"\#(report.fingerprint)"}"#)
            #expect(report.fingerprint.wholeMatch(of: /[0-9a-f]{40}/) != nil)
            #expect(batch.fingerprint == report.fingerprint)
            #expect((batch.lane, batch.project, batch.session, batch.window) == ("errors", "shop", "", ""))
            #expect(report.message == "no id 7")
            #expect(report.backtrace == ["app/cart.rb:14:in `find'"])
            #expect(report.atMs == 1_780_000_000_500)
        }
    }

    @Test("01-43 another line and message: the same problem; another project: another one")
    func grouping() async throws {
        try await LiveServer.reporting { server async throws in
            let first = try await server.report(Reports.error).text
            let again = #"{"exception_class":"KeyError","message":"no id 99","backtrace":["app/cart.rb:77:in `find'"]}"#
            #expect(try await server.report(again).text == first)
            #expect(try await server.report(again, [.authorization: "Bearer other"]).text != first)
            #expect(try await server.report(Reports.error.replacing("find", with: "load")).text != first)
        }
    }

    private static let refusals: [([String: String?], String)] = [
        (["exception_class": nil], "exception_class is required"), (["exception_class": #""""#], "exception_class is required"),
        (["exception_class": "5"], "exception_class is required"), (["exception_class": "null", "message": nil], "exception_class is required"),
        (["message": nil], "message is required"), (["message": #""""#], "message is required"), (["message": "[]"], "message is required"),
        (["message": nil, "session_id": "5"], "message is required"),
        // 01-45
        (["session_id": #""bad id!""#], "invalid session_id"), (["session_id": #""""#], "invalid session_id"),
        (["session_id": "5"], "invalid session_id"), (["session_id": "true"], "invalid session_id"),
        (["session_id": "5", "window_id": "5"], "invalid session_id"), (["window_id": #""a b""#], "invalid window_id"),
        (["session_id": #""s""#, "window_id": "{}"], "invalid window_id"),
    ]

    @Test("01-44 01-45 class and message have to be there, the class first; then the ids")
    func required() async throws {
        try await LiveServer.reporting { server async throws in
            for (members, message) in Self.refusals {
                let response = try await server.report(Reports.error(members))
                #expect(response.status == .badRequest)
                #expect(response.text == #"{"error":"\#(message)"}"#)
            }
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("01-45 a session links; null and false do not, and a blank message passes")
    func linked() async throws {
        try await LiveServer.reporting { server async throws in
            for members in [["session_id": "null", "window_id": "false"], ["message": #"" ""#]] as [[String: String?]] {
                #expect(try await server.report(Reports.error(members)).status == .ok)
            }
            let linked = Reports.error(["session_id": #""sess-1""#, "window_id": #""win-1""#, "batchId": #""b-1""#])
            #expect(try await server.report(linked).status == .ok)
            let batches = try await server.batches()
            #expect(batches.count == 3)
            #expect(batches.filter { $0.session.isEmpty && $0.batchID == nil }.count == 2)
            #expect(batches.contains { $0.session == "sess-1" && $0.window == "win-1" && $0.batchID == "b-1" && $0.fingerprint != nil })
            // Beside the batches of its session, so that order and erasure hold for both.
            let place = server.keys.place(project: "shop", session: "sess-1")
            #expect(try await server.queue.read(place, count: 10).contains { (try? $0.batch.get().session) == "sess-1" })
        }
    }

    @Test("01-46 a long message and a deep backtrace are cut")
    func long() async throws {
        try await LiveServer.reporting { server async throws in
            let frames = (0..<500).map { "\"frame \($0)\"" }.joined(separator: ",")
            let message = "\"" + String(repeating: "m ", count: 50_000) + "\""
            #expect(try await server.report(Reports.error(["message": message, "backtrace": "[\(frames)]"])).status == .ok)
            let (report, _) = try await server.queuedError()
            #expect((3_900...4_000).contains(report.message.count))
            #expect(report.backtrace.count == 100)
            #expect(report.backtrace.first == "frame 0")
        }
    }

    @Test("01-47 a backtrace that is no list is ignored, frames of any type are texts")
    func backtrace() async throws {
        try await LiveServer.reporting { server async throws in
            for (json, frames) in [(#""a\nb""#, [String]()), ("[null,5]", ["", "5"])] {
                #expect(try await server.report(Reports.error(["backtrace": json])).status == .ok)
                #expect(try await server.queuedError().report.backtrace == frames)
            }
        }
    }

    @Test("01-48 a time that is none is the server's")
    func timestamp() async throws {
        let times: [(String?, Int64?)] = [(nil, nil), (#""abc""#, nil), ("1e400", nil), ("null", nil), (#""12.5""#, 12_500)]
        try await LiveServer.reporting { server async throws in
            for (json, expected) in times {
                #expect(try await server.report(Reports.error(["timestamp": json])).status == .ok)
                let (report, batch) = try await server.queuedError()
                #expect(report.atMs == expected ?? batch.receivedMs)
            }
        }
    }

    private static let platforms: [(String, String?)] = [
        (#""Crystal""#, "crystal"), (#""has spaces""#, nil), ("\"\(String(repeating: "x", count: 40))\"", nil), ("123", nil), ("null", nil),
    ]

    @Test("01-49 platforms")
    func platform() async throws {
        try await LiveServer.reporting { server async throws in
            for (json, stored) in Self.platforms {
                #expect(try await server.report(Reports.error(["platform": json])).status == .ok)
                #expect(try await server.queuedError().report.platform == stored)
            }
        }
    }

    /// The default platform is Ruby, whose rules do not know Crystal's `file:line:column in 'method'`.
    @Test("the default platform decides how frames without one are read")
    func defaultPlatform() async throws {
        let frames = (1...2).map { Reports.error(["backtrace": "[\"src/cart.cr:1\($0):9\($0) in 'find'\"]"]) }
        for (platform, isOne) in [("crystal", true), ("ruby", false)] {
            try await LiveServer.reporting {
                $0.defaultPlatform = platform
            } _: { server async throws in
                let answers = [try await server.report(frames[0]).text, try await server.report(frames[1]).text]
                #expect((answers[0] == answers[1]) == isOne, "\(platform)")
            }
        }
    }

    @Test("01-50 frames that differ in line and column: one problem with the platform, two without")
    func crystal() async throws {
        try await LiveServer.reporting { server async throws in
            func answer(_ position: String, _ platform: String?) async throws -> String {
                try await server.report(Reports.error(["backtrace": "[\"src/cart.cr:\(position) in 'find'\"]", "platform": platform])).text
            }
            #expect(try await answer("14:3", #""crystal""#) == answer("80:9", #""crystal""#))
            #expect(try await answer("14:3", nil) != answer("80:9", nil))
        }
    }

    @Test(
        "01-51 01-52 context: bounded, and its address reduced",
        arguments: [
            ("{\"a\":\"\(String(repeating: "x y ", count: 4_250))\"}", true, #"{"_truncated":true}"#),
            (#"{"request":{"ip":"203.0.113.42","path":"/cart"}}"#, true, #"{"request":{"ip":"203.0.113.0","path":"/cart"}}"#),
            (#"{"request":{"ip":"203.0.113.42","path":"/cart"}}"#, false, #"{"request":{"ip":"203.0.113.42","path":"/cart"}}"#),
            (#"{"request":{"ip":"junk"}}"#, true, #"{"request":{"ip":null}}"#), ("[1]", true, nil), (#""text""#, true, nil),
        ] as [(String, Bool, String?)])
    func context(json: String, anonymizesIP: Bool, stored: String?) async throws {
        try await LiveServer.reporting {
            $0.anonymizeIP = anonymizesIP
        } _: { server async throws in
            #expect(try await server.report(Reports.error(["context": json])).status == .ok)
            let context = try await server.queuedError(anonymizesIP: anonymizesIP).report.context
            #expect(try context.map { try Self.canonical(String(decoding: $0, as: UTF8.self)) } == stored.map(Self.canonical))
        }
    }

    private static func canonical(_ json: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }

    @Test("01-53 an address anywhere is gone, and what differs only in it is one problem")
    func redacted() async throws {
        try await LiveServer.reporting { server async throws in
            func body(_ address: String) -> String {
                Reports.error([
                    "message": "\"no user \(address)\"", "backtrace": "[\"app/users.rb:3:in `find_\(address)'\"]",
                    "context": "{\"by\":{\"\(address)\":1},\"who\":\"\(address)\"}",
                ])
            }
            let first = try await server.report(body("zed@secret-mail.com"))
            #expect(first.status == .ok)
            let (report, _) = try await server.queuedError()
            let all = [report.message, String(decoding: report.context ?? [], as: UTF8.self)] + report.backtrace
            for text in all {
                #expect(!text.contains("secret-mail"))
                #expect(text.contains("[redacted]"))
            }
            #expect(try await server.report(body("amy@other-mail.org")).text == first.text, "the fingerprint is that of the redacted report")
        }
    }

    @Test("the operator's own patterns reach the fingerprint, too")
    func customPatterns() async throws {
        let settings = try RedactionSettings(customPatterns: ["order-[0-9]+"])
        try await LiveServer.reporting {
            $0.redaction = settings
        } _: { server async throws in
            func body(_ order: String) -> String { Reports.error(["backtrace": "[\"app/a.rb:1:in `\(order)'\"]"]) }
            #expect(try await server.report(body("order-1")).text == server.report(body("order-22")).text)
        }
    }
}
