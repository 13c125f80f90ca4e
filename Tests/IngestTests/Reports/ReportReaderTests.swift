import Foundation
import Testing

@testable import Ingest

/// Spec 01 sections 1.6 to 1.8.
@Suite("Reports of servers") struct ReportReaderTests {
    static let receivedMs: Int64 = 1_700_000_000_000
    static let reader = ReportReader(redactor: Redactor())

    static func error(_ json: String, reader: ReportReader = reader) -> Result<ErrorReport, ReportRejection> {
        Result { () throws(ReportRejection) in try reader.error(Array(json.utf8), project: "app", receivedMs: receivedMs) }
    }

    static func event(_ json: String, reader: ReportReader = reader) -> Result<ServerEventReport, ReportRejection> {
        Result { () throws(ReportRejection) in try reader.serverEvent(Array(json.utf8), receivedMs: receivedMs) }
    }

    static func read(_ members: String, reader: ReportReader = reader) throws -> ErrorReport {
        try error(#"{"exception_class":"E","message":"m"\#(members.isEmpty ? "" : ",")\#(members)}"#, reader: reader).get()
    }

    static func track(_ members: String) throws -> ServerEventReport {
        try event(#"{"name":"n"\#(members.isEmpty ? "" : ",")\#(members)}"#).get()
    }

    static func refusal<Report>(_ result: Result<Report, ReportRejection>) -> String? {
        if case .failure(let rejection) = result, rejection.status == 400 { rejection.message } else { nil }
    }

    @Test(
        "01-41: what is no JSON, or no object, is refused",
        arguments: [
            ("", "invalid JSON body"), ("{", "invalid JSON body"), ("not-json{{{", "invalid JSON body"), (#"{"a":NaN}"#, "invalid JSON body"),
            (#"{"a":Infinity}"#, "invalid JSON body"), ("\u{FEFF}{}", "invalid JSON body"), ("{} {}", "invalid JSON body"),
            ("{} x", "invalid JSON body"),
            (#"{"a":1,}"#, "invalid JSON body"), (#"{"a":"\q"}"#, "invalid JSON body"), (#"{"a":01}"#, "invalid JSON body"),
            (#"{"exception_class":"E","message":"m""#, "invalid JSON body"), ("[]", "body must be a JSON object"),
            (" [{}]", "body must be a JSON object"), ("null", "body must be a JSON object"), ("5", "body must be a JSON object"),
            ("true", "body must be a JSON object"), (#""{}""#, "body must be a JSON object"),
        ])
    func unreadable(body: String, message: String) {
        #expect(Self.refusal(Self.error(body)) == message)
        #expect(Self.refusal(Self.event(body)) == message)
    }

    @Test("Invalid UTF-8 is refused, as is what is nested beyond all measure")
    func invalid() {
        let reader = Self.reader
        for body in [
            Array(#"{"exception_class":"E","message":""#.utf8) + [0xFF] + Array(#""}"#.utf8),
            Array(#"{"exception_class":"E","message":""#.utf8) + [0xC3],
            Array(String(repeating: "[", count: 100_000).utf8) + Array(String(repeating: "]", count: 100_000).utf8),
        ] {
            #expect(throws: ReportRejection.invalidJSON) { try reader.error(body, project: "app", receivedMs: 0) }
            #expect(throws: ReportRejection.invalidJSON) { try reader.serverEvent(body, receivedMs: 0) }
        }
    }

    @Test(
        "01-44: class and message are required, the class is checked first",
        arguments: [
            (#"{}"#, "exception_class is required"), (#"{"message":"m"}"#, "exception_class is required"),
            (#"{"exception_class":"","message":""}"#, "exception_class is required"),
            (#"{"exception_class":5,"message":"m"}"#, "exception_class is required"),
            (#"{"exception_class":null}"#, "exception_class is required"), (#"{"exception_class":["E"]}"#, "exception_class is required"),
            (#"{"exception_class":"E"}"#, "message is required"), (#"{"exception_class":"E","message":""}"#, "message is required"),
            (#"{"exception_class":"E","message":{}}"#, "message is required"),
            (#"{"exception_class":"E","message":null,"session_id":""}"#, "message is required"),
            (#"{"exception_class":"E","exception_class":7,"message":"m"}"#, "exception_class is required"),
        ])
    func required(body: String, message: String) {
        #expect(Self.refusal(Self.error(body)) == message)
    }

    @Test(
        "01-45: ids are refused when they are none, in their order",
        arguments: [
            (#""session_id":"bad id!""#, "invalid session_id"), (#""session_id":"""#, "invalid session_id"),
            (#""session_id":5"#, "invalid session_id"),
            (#""session_id":true"#, "invalid session_id"), (#""session_id":["a"]"#, "invalid session_id"),
            (#""session_id":"a\n""#, "invalid session_id"),
            (#""session_id":"\#(String(repeating: "a", count: 129))""#, "invalid session_id"),
            (#""window_id":"","session_id":5"#, "invalid session_id"), (#""window_id":"w@""#, "invalid window_id"),
            (#""window_id":0"#, "invalid window_id"),
            (#""batchId":"","window_id":0"#, "invalid window_id"),
            (#""batchId":"""#, "batchId must be 1-64 alphanumeric, hyphen, or underscore characters"),
            (#""batchId":7"#, "batchId must be 1-64 alphanumeric, hyphen, or underscore characters"),
            (#""batchId":"\#(String(repeating: "a", count: 65))""#, "batchId must be 1-64 alphanumeric, hyphen, or underscore characters"),
        ])
    func identifiers(members: String, message: String) {
        #expect(Self.refusal(Self.error(#"{"exception_class":"E","message":"m",\#(members)}"#)) == message)
        // A window is nothing to an event.
        if message != "invalid window_id", !members.contains("window_id") {
            #expect(Self.refusal(Self.event(#"{"name":"n",\#(members)}"#)) == message)
        }
    }

    @Test("01-45: null and false are no ids; valid ones are kept, escapes undone")
    func acceptedIdentifiers() throws {
        let none = try Self.read(#""session_id":null,"window_id":false,"batchId":null"#)
        #expect(none.sessionID == nil && none.windowID == nil && none.batchID == nil)
        let some = try Self.read(#""session_id":"\#(String(repeating: "a", count: 128))","window_id":"w\u002d1","batchId":"b_1""#)
        #expect(some.sessionID?.count == 128 && some.windowID == "w-1" && some.batchID == "b_1")
        let event = try Self.track(#""session_id":"s","batchId":"b","window_id":"not an id!""#)
        #expect(event.sessionID == "s" && event.batchID == "b")
    }

    @Test("01-42, 01-43: a fingerprint of 40 digits, the same for another line and message")
    func fingerprint() throws {
        let one = try Self.error(#"{"exception_class":"RuntimeError","message":"one","backtrace":["app/x.rb:14:in `f'"]}"#).get()
        let other = try Self.error(#"{"exception_class":"RuntimeError","message":"two","backtrace":["app/x.rb:99:in `f'"]}"#).get()
        #expect(one.fingerprint == "3302fc60d3c1842e08da322c36857c46c8baa230")
        #expect(other.fingerprint == one.fingerprint)
        #expect(one.message == "one" && one.delta().title == "RuntimeError: one")
    }

    @Test("01-46: bounds of message and frames; a marker is kept whole or not at all")
    func bounds() throws {
        let long = String(repeating: "é", count: 99_999)
        let frames = (0..<500).map { #""f\#($0)""# }.joined(separator: ",")
        let report = try Self.error(#"{"exception_class":"\#(long)","message":"\#(long)","backtrace":[\#(frames)]}"#).get()
        #expect(report.message.unicodeScalars.count == 4000)
        #expect(report.exceptionClass.unicodeScalars.count == 200)
        #expect(report.backtrace.count == 100 && report.backtrace.last == "f99")
        let frame = try Self.read(#""backtrace":["\#(long)"]"#).backtrace
        #expect(frame.map(\.unicodeScalars.count) == [2000])
        for fill in 3985...4000 {
            let message = String(repeating: "x", count: fill) + " alice@example.com tail"
            let cut = try Self.error(#"{"exception_class":"E","message":"\#(message)"}"#).get().message
            #expect(!cut.contains("[") || cut.contains("[redacted]"), "\(fill)")
            #expect(cut.count <= 4000 && cut.count >= fill)
        }
    }

    @Test("01-47: frames are made text, whatever they are; a backtrace that is no list is none")
    func frames() throws {
        #expect(try Self.read(#""backtrace":"app.rb:1""#).backtrace.isEmpty)
        #expect(try Self.read(#""backtrace":{"a":1}"#).backtrace.isEmpty)
        #expect(try Self.read(#""backtrace":[]"#).backtrace.isEmpty)
        let mixed = try Self.read(#""backtrace":["a\u0041\n",null,5.50,true,{"k" : [1, "x\/"]},"\ud83d\ude00\ud800"]"#).backtrace
        #expect(mixed == ["aA\n", "", "5.50", "true", #"{"k":[1,"x/"]}"#, "😀\u{FFFD}"])
    }

    @Test(
        "01-48: a timestamp that is none, or more than an hour ahead, is the server's time",
        arguments: [
            (#""timestamp":2000"#, 2_000_000), (#""timestamp":1618000000.1234567"#, 1_618_000_000_123), (#""timestamp":" 0x10 ""#, 16_000),
            (#""timestamp":"1_000.5""#, 1_000_500), (#""timestamp":-1"#, -1000), (#""a":1"#, receivedMs), (#""timestamp":null"#, receivedMs),
            (#""timestamp":"abc""#, receivedMs), (#""timestamp":1e400"#, receivedMs), (#""timestamp":"1e400""#, receivedMs),
            (#""timestamp":true"#, receivedMs),
            (#""timestamp":[1]"#, receivedMs), (#""timestamp":"""#, receivedMs), (#""timestamp":1e300"#, receivedMs),
            (#""timestamp":1700003600"#, receivedMs + 3_600_000), (#""timestamp":1700003601"#, receivedMs),
            (#""timestamp":1,"timestamp":2"#, 2000),
        ])
    func timestamp(members: String, ms: Int64) throws {
        #expect(try Self.read(members).atMs == ms)
        #expect(try Self.track(members).draft.atMs == ms)
    }

    @Test(
        "01-49: platforms in lower case, others are none",
        arguments: [
            (#""Crystal""#, "crystal"), (#""has spaces""#, nil), (#""\#(String(repeating: "a", count: 40))""#, nil), ("123", nil), (#""""#, nil),
            (#""my_own-1""#, "my_own-1"), ("null", nil), (#""é""#, nil),
        ] as [(String, String?)])
    func platform(value: String, expected: String?) throws {
        #expect(try Self.read(#""platform":\#(value)"#).platform == expected)
    }

    @Test("01-50: the platform decides what is noise in a frame")
    func platformOfFrames() throws {
        let prints = { (platform: String) in
            try Set(["src/app.cr:451 in 'a'", "src/app.cr:5:3 in 'a'"].map { try Self.read(#""backtrace":["\#($0)"]\#(platform)"#).fingerprint })
        }
        #expect(try prints(#","platform":"crystal""#).count == 1)
        #expect(try prints("").count == 2)
    }

    @Test("Go prints a frame on two lines; it is one")
    func framesOfGo() throws {
        let lines = [
            "goroutine 1 [running]:", "main.pay(0x1)", "\\t/srv/a.go:7 +0x1d", "created by main.main in goroutine 1", "\\t/srv/main.go:9 +0x2",
        ]
        let report = try Self.read(#""platform":"golang","backtrace":["\#(lines.joined(separator: "\",\""))"]"#)
        #expect(report.backtrace == [lines[0], "main.pay(0x1)\n/srv/a.go:7 +0x1d", "created by main.main in goroutine 1\n/srv/main.go:9 +0x2"])
        let frames = StackFrames.parse(report.backtrace, platform: report.platform)
        #expect(frames.map(\.function) == [frames[0].function, "main.pay", "main.main"] && frames.map(\.line) == [nil, 7, 9])
        #expect(frames[1].file == "/srv/a.go" && frames[1].isApplication)
    }

    @Test("01-51: a context of more than 16,384 bytes is not kept, but release and path are")
    func largeContext() throws {
        let fits = #"{"a":"\#(String(repeating: "x", count: 16_384 - 8))"}"#
        #expect(try Self.read(#""context":\#(fits)"#).context == Array(fits.utf8))
        // White space and needless escapes do not count.
        #expect(try Self.read(#""context": { "a" : "\u0078\#(String(repeating: "x", count: 16_384 - 9))"} "#).context == Array(fits.utf8))
        let over = #"{"release":"v1","environment":"live","request":{"path":"/cart?a=1"},"a":"\#(String(repeating: "x", count: 17_000))"}"#
        let report = try Self.read(#""context":\#(over)"#)
        #expect(report.context == Array(#"{"_truncated":true}"#.utf8))
        #expect(report.release == "v1" && report.environment == "live" && report.page == "/cart")
        #expect(try Self.track(#""payload":\#(over)"#).draft.payload == Array(#"{"_truncated":true}"#.utf8))
    }

    @Test(
        "Release, environment and page are short texts",
        arguments: [
            (#"{"release":5,"environment":null,"request":[]}"#, "5", nil, nil), (#"{"release":true,"environment":[1]}"#, nil, nil, nil),
            (#"{"release":" 1.0\n","environment":1.5}"#, "1.0", "1.5", nil),
            (#"{"release":"1.2.3.4","environment":"8.8.8.8"}"#, "1.2.3.4", "8.8.8.8", nil),
            (#"{"release":"shop@1.2.3-beta.rc","environment":"  "}"#, "shop@1.2.3-beta.rc", nil, nil),
            (#"{"release":"4111111111111111","environment":"0123456789abcdef0123456789abcdef"}"#, "[redacted]", "[redacted]", nil),
            (#"{"release":"jane@163.2x.com","environment":"a.b@v1.0mail.de"}"#, "[redacted]", "[redacted]", nil),
            (#"{"release":"","environment":"","request":{"path":""}}"#, nil, nil, nil),
            (#"{"release":"0123456789abcdef0123456789abcdef01234567"}"#, "0123456789abcdef0123456789abcdef01234567", nil, nil),
            (#"{"release":"a@b.co","environment":"a@b.co","request":{"path":"/u/a@b.co#x"}}"#, "[redacted]", "[redacted]", "/u/[redacted]"),
            (#"{"request":{"path":"https://shop.test/a/b?c=1"}}"#, nil, nil, "/a/b"), (#""release""#, nil, nil, nil),
            (#"{"release":"v1","release":"v2"}"#, "v2", nil, nil),
        ] as [(String, String?, String?, String?)])
    func labels(context: String, release: String?, environment: String?, page: String?) throws {
        let report = try Self.read(#""context":\#(context)"#)
        #expect(report.release == release && report.environment == environment && report.page == page)
        let long = String(repeating: "é", count: 300)
        #expect(try Self.read(#""context":{"release":"\#(long)"}"#).release?.unicodeScalars.count == 200)
    }

    @Test(
        "01-52: the request's address is reduced or nothing",
        arguments: [
            (#"{"request":{"ip":"203.0.113.42","path":"/x"}}"#, #"{"request":{"ip":"203.0.113.0","path":"/x"}}"#),
            (#"{"request":{"ip":"junk"}}"#, #"{"request":{"ip":null}}"#), (#"{"request":{"ip":"203.0.113.42:80"}}"#, #"{"request":{"ip":null}}"#),
            (#"{"request":{"ip":5}}"#, #"{"request":{"ip":5}}"#), (#"{"request":{"i\u0070":"203.0.113.42"}}"#, #"{"request":{"ip":"203.0.113.0"}}"#),
            (#"{"request":{"ip":"2001:db8:abcd:1234::1"},"request":{"ip":"junk"}}"#, #"{"request":{"ip":"2001:db8:abcd::"},"request":{"ip":null}}"#),
            (
                #"{"ip":"203.0.113.42","a":["x 203.0.113.42, y",{"203.0.113.42":"::ffff:203.0.113.42"}]}"#,
                #"{"ip":"203.0.113.0","a":["x 203.0.113.0, y",{"203.0.113.0":"203.0.113.0"}]}"#
            ),
            (#"{"request":[{"ip":"junk"}],"v":"1.2.3"}"#, #"{"request":[{"ip":"junk"}],"v":"1.2.3"}"#),
        ])
    func addresses(context: String, expected: String) throws {
        #expect(try Self.read(#""context":\#(context)"#).context == Array(expected.utf8))
        let off = ReportReader(redactor: Redactor(), anonymizesIP: false)
        #expect(try Self.read(#""context":\#(context)"#, reader: off).context == Array(context.replacing(#"i\u0070"#, with: "ip").utf8))
    }

    @Test("01-53: addresses are reduced in classes and names, too, and make no other problems")
    func addressesInNames() throws {
        let body = #"{"exception_class":"Refused 203.0.113.42","message":"m","backtrace":["http://10.1.2.3/app.rb:1:in `x'"]}"#
        let report = try Self.error(body).get()
        #expect(report.exceptionClass == "Refused 203.0.113.0" && report.backtrace == ["http://10.1.2.0/app.rb:1:in `x'"])
        let off = ReportReader(redactor: Redactor(), anonymizesIP: false)
        let whole = try off.error(Array(body.utf8), project: "app", receivedMs: Self.receivedMs)
        #expect(whole.exceptionClass == "Refused 203.0.113.42" && whole.fingerprint == report.fingerprint)
        let reader = ReportReader(redactor: Redactor())
        let event = try reader.serverEvent(Array(#"{"name":"from 203.0.113.42"}"#.utf8), receivedMs: Self.receivedMs)
        #expect(event.draft.name == "from 203.0.113.0")
    }

    @Test("01-53: what the patterns find is nowhere stored")
    func redaction() throws {
        let mail = "alice@example.com"
        let report = try Self.error(
            #"{"exception_class":"E \#(mail)","message":"to \#(mail) from 203.0.113.42","backtrace":["f \#(mail) 203.0.113.42"],"#
                + #""context":{"\#(mail)":1,"a":{"\u0061lice@example.com":["\#(mail)"]},"environment":"\#(mail)"}}"#
        ).get()
        #expect(report.exceptionClass == "E [redacted]")
        #expect(report.message == "to [redacted] from 203.0.113.0")
        #expect(report.backtrace == ["f [redacted] 203.0.113.0"])
        #expect(report.context == Array(#"{"[redacted]":1,"a":{"[redacted]":["[redacted]"]},"environment":"[redacted]"}"#.utf8))
        #expect(report.redactions.email == 8)
        let document = report.delta().occurrences.map { String(decoding: $0.document, as: UTF8.self) }.joined()
        #expect(!document.contains("alice") && !document.contains("113.42"))
        let event = try Self.event(#"{"name":"n \#(mail)","payload":{"\#(mail)":"203.0.113.42"}}"#).get()
        #expect(event.draft.name == "n [redacted]")
        #expect(event.draft.payload == Array(#"{"[redacted]":"203.0.113.0"}"#.utf8))
    }

    @Test("01-54: level, name and payload of an event")
    func event() throws {
        for level in ServerEventLevel.allCases { #expect(try Self.track(#""level":"\#(level.rawValue)""#).draft.level == level) }
        for level in [#""banana""#, #""WARN""#, "null", "5", "{}"] { #expect(try Self.track(#""level":\#(level)"#).draft.level == .info) }
        let name = String(repeating: "é", count: 300)
        #expect(try Self.event(#"{"name":"\#(name)"}"#).get().draft.name.unicodeScalars.count == 200)
        for payload in ["[1]", #""x""#, "null", "5"] { #expect(try Self.track(#""payload":\#(payload)"#).draft.payload.isEmpty) }
        #expect(try Self.track(#""payload":{ "a" : 1.50 }"#).draft.payload == Array(#"{"a":1.50}"#.utf8))
    }

    @Test("01-55: an event needs a name", arguments: [#"{}"#, #"{"name":""}"#, #"{"name":5}"#, #"{"name":null,"session_id":""}"#])
    func name(body: String) {
        #expect(Self.refusal(Self.event(body)) == "name is required")
    }
}
