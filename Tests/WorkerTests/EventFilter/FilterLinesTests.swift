import Testing

@testable import Worker

@Suite("The lines of a filter")
struct FilterLinesTests {
    static func line(_ event: String) -> String {
        var lines: [UInt8] = []
        Array(event.utf8).withUnsafeBytes { FilterLines.append($0, project: "p", session: "s-1", window: "w", to: &lines) }
        return String(decoding: lines, as: UTF8.self)
    }

    @Test("An event is one line, whatever white space it has")
    func oneLine() {
        #expect(
            Self.line("{\"type\":3,\r\n \"data\":\"a\\nb\"}") == #"{"project":"p","session":"s-1","window":"w","event":{"type":3,   "data":"a\nb"}}"#
                + "\n")
    }

    @Test(
        "Answers that are events",
        arguments: [#"{"type":3}"#, #" {"type":3,"timestamp":1.5,"data":{"a":[1]}} "#, #"{"timestamp":"12","type":9}"#])
    func events(_ line: String) {
        let text = line.trimmingPrefix(" ")
        let expected = text.last == " " ? text.dropLast() : text
        #expect(FilterLines.answer(Array(line.utf8), hasType: true) == .event(Array(expected.utf8)))
    }

    @Test("An answer drops the event", arguments: ["null", "false", " null\r"])
    func dropped(_ line: String) {
        #expect(FilterLines.answer(Array(line.utf8), hasType: true) == .dropped)
    }

    @Test(
        "Anything else is no answer",
        arguments: [
            "", "true", "0", "nul", "[]", #""a""#, #"{"type":3"#, #"{"type":3},{"type":3}"#, #"{"type":3}],"events":[{"type":3}"#, #"{"type":3}]} {"#,
            #"{"type":3,"timestamp":"soon"}"#, #"{"type":3,"timestamp":null}"#, #"{"project":"p","event":{"type":3}}"#,
            "{\"type\":3,\"a\":\"\u{01}\"}",
            #"{"type":3}],"metadata":{"a":1},"x":[{}"#,
        ])
    func invalid(_ line: String) {
        #expect(FilterLines.answer(Array(line.utf8), hasType: true) == .invalid)
    }

    @Test("Bytes that are no text are no answer")
    func broken() {
        #expect(FilterLines.answer(Array(#"{"type":3,"a":""#.utf8) + [0xFF] + Array("\"}".utf8), hasType: true) == .invalid)
    }

    @Test("An event that had no type needs none")
    func withoutType() {
        #expect(FilterLines.answer(Array("{}".utf8), hasType: false) == .event(Array("{}".utf8)))
        #expect(FilterLines.answer(Array("{}".utf8), hasType: true) == .invalid)
    }

    @Test("As many lines as were asked for, all of them whole")
    func split() {
        #expect(FilterLines.split(Array("a\n\nb\n".utf8), count: 3)?.map { String(decoding: $0, as: UTF8.self) } == ["a", "", "b"])
        #expect(FilterLines.split(Array("a\nb".utf8), count: 2) == nil)
        #expect(FilterLines.split(Array("a\nb\n".utf8), count: 1) == nil)
        #expect(FilterLines.split([], count: 0) == nil)
    }
}
