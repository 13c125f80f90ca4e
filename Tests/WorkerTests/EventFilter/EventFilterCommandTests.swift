import Testing

@testable import Worker

@Suite("Command lines of filters")
struct EventFilterCommandTests {
    @Test(
        "split as a shell does, and nothing is run",
        arguments: [
            ("filter", ["filter"]), ("  /usr/bin/filter --strict\t-v \n", ["/usr/bin/filter", "--strict", "-v"]),
            (#"filter 'a b' "c d" e\ f"#, ["filter", "a b", "c d", "e f"]), (#"filter a'b'"c"d"#, ["filter", "abcd"]),
            (#"filter '' """#, ["filter", "", ""]), (#"filter "a\"b" "c\d" '\'"#, ["filter", #"a"b"#, #"c\d"#, #"\"#]),
            ("filter $HOME `id` *.py | cat > x; rm", ["filter", "$HOME", "`id`", "*.py", "|", "cat", ">", "x;", "rm"]),
        ])
    func split(_ line: String, _ words: [String]) throws {
        #expect(try EventFilterCommand(line).arguments == words)
    }

    @Test(
        "what cannot be split is refused",
        arguments: [
            ("", EventFilterCommandError.noProgram), ("  ", .noProgram), ("'' a", .noProgram), ("filter 'a", .openQuote("'")),
            ("filter \"a", .openQuote("\"")),
            ("filter \\", .openEscape),
        ])
    func refused(_ line: String, _ error: EventFilterCommandError) {
        #expect(throws: error) { try EventFilterCommand(line) }
    }
}
