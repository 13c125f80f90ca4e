import Testing

@testable import Ingest

/// Source maps of version 3 (spec 06 section 6).
@Suite struct SourceMapTests {
    /// From 1, of a piece of the built script.
    private static func column(of piece: String, plus: Int = 0) throws -> Int {
        let script = MapText.builtScript
        let range = try #require(script.firstRange(of: piece))
        return script.distance(from: script.startIndex, to: range.lowerBound) + 1 + plus
    }

    @Test("06-6: a position of a bundle made by esbuild is found with its file, line, column, name and the lines around it")
    func built() throws {
        let map = try SourceMap(Array(MapText.built.utf8))
        let thrown = try #require(map.original(line: 1, column: try Self.column(of: "new Error")))
        #expect(thrown.source == "src/cart.js" && thrown.line == 8 && thrown.column == 11 && thrown.name == nil)
        #expect(thrown.context.map(\.number) == [6, 7, 8, 9, 10])
        #expect(thrown.context.map(\.isMarked) == [false, false, true, false, false])
        #expect(thrown.context[2].text == "    throw new Error(`no price for ${item.name}`);")
        let call = try #require(map.original(line: 1, column: try Self.column(of: "+t(n)", plus: 1)))
        #expect(call.name == "priceOf" && call.line == 3 && call.column == 44)
        let first = try #require(map.original(line: 1, column: try Self.column(of: "function c")))
        #expect(first.line == 2 && first.context.map(\.number) == [1, 2, 3, 4])
        let last = try #require(map.original(line: 1, column: try Self.column(of: "()=>o()", plus: 4)))
        #expect(last.source == "src/shop.js" && last.line == 8 && last.name == "checkout")
        #expect(last.context.map(\.number) == [6, 7, 8], "the line feed at the end begins no line")
        // Before the first mapping, and on lines the script has not.
        for (line, column) in [(1, 1), (2, 1), (0, 5), (-1, 5), (Int.max, Int.max), (1, Int.max - 1)] {
            let found = map.original(line: line, column: column)
            #expect(found == nil || line == 1 && column > 5, "\(line):\(column)")
        }
    }

    @Test("a VLQ is read as everybody writes it", arguments: [0, 1, -1, 15, 16, -15, -16, 31, 32, 511, 512, 123_456, 2_147_483_647])
    func numbers(value: Int) throws {
        let text = Array(MapText.vlq(value).utf8)
        let step = try text.withUnsafeBufferPointer { bytes in
            var cursor = MappingsCursor(bytes)
            // A negative first number would be a negative column.
            cursor.column = value < 0 ? -value : 0
            return try cursor.next()
        }
        #expect(step == .segment(.init(column: max(0, value))))
    }

    @Test(
        "names, roots and nulls",
        arguments: [
            (#""""#, "a.js", "a.js"), (#""src""#, "a.js", "src/a.js"), (#""src/""#, "a.js", "src/a.js"), ("null", "a.js", "a.js"),
            (#""https://x.example/""#, "a.js", "https://x.example/a.js"), (#""src""#, "webpack:///./a.js", "webpack:///./a.js"),
            (#""src""#, "/a.js", "/a.js"),
            (#""""#, #"\u00fc\ud83d\ude00.js"#, "ü😀.js"), (#""""#, #"a\\b\".js"#, #"a\b".js"#),
        ])
    func sourceNames(root: String, source: String, expected: String) throws {
        let map = try SourceMap(MapText.map("AAAA", sources: #"["\#(source)"]"#, more: #","sourceRoot":\#(root)"#))
        #expect(map.original(line: 1, column: 1)?.source == expected)
        #expect(try SourceMap(MapText.map("AAAA", sources: "[null]")).original(line: 1, column: 1) == nil)
    }

    @Test("a stretch without a source ends the one before; of segments at one column the last counts; empty ones are nothing")
    func stretches() throws {
        let map = try SourceMap(
            MapText.map(MapText.mappings([[[2, 0, 4, 1], [5], [9, 0, 6, 0], [9, 0, 7, 0]], [], [[0, 0, 9, 3]]]) + ",;,,", names: "[]"))
        let lines = [1: nil, 2: nil, 3: 5, 5: 5, 6: nil, 9: nil, 10: 8, 4_000: 8] as [Int: Int?]
        for (column, line) in lines { #expect(map.original(line: 1, column: column)?.line == line, "\(column)") }
        #expect(map.original(line: 2, column: 1) == nil && map.original(line: 3, column: 0)?.line == 10)
    }

    @Test("context is of the line ends that editors know; long lines are cut around the column; a line beyond the end has none")
    func context() throws {
        let long = String(repeating: "x", count: 5_000) + "HERE" + String(repeating: "y", count: 5_000)
        let content = #"one\r\ntwo\rthree\u000afour\n\#(long)\nsix \ud83d\ude00\nseven"#
        func map(_ line: Int, _ column: Int, _ content: String) throws -> [ContextLine] {
            let map = try SourceMap(MapText.map(MapText.mappings([[[0, 0, line, column]]]), more: #","sourcesContent":["\#(content)"]"#))
            return try #require(map.original(line: 1, column: 1)).context
        }
        #expect(try map(0, 0, content).map(\.text) == ["one", "two", "three"])
        #expect(try map(2, 0, content).map(\.text).prefix(4) == ["one", "two", "three", "four"])
        let cut = try map(4, 5_000, content)
        #expect(cut.map(\.number) == [3, 4, 5, 6, 7] && cut[3].text == "six 😀")
        #expect(cut[2].text.contains("HERE") && cut[2].text.utf16.count <= 242 && cut[2].text.hasPrefix("…x"))
        #expect(try map(7, 0, content).isEmpty)
        #expect(try map(0, 0, "").map(\.text) == [""])
        #expect(try map(0, 0, #"a\n\n"#).map(\.text) == ["a", ""])
        let none = try SourceMap(MapText.map("AAAA", more: #","sourcesContent":[null]"#))
        #expect(none.original(line: 1, column: 1)?.context.isEmpty == true)
    }

    @Test("a map of sections: each from its offset on, in lines of its own; the column counts only on its first line")
    func sections() throws {
        func section(_ line: Int, _ column: Int, _ source: String) -> String {
            let inner = String(
                decoding: MapText.map(MapText.mappings([[[0, 0, 0, 0], [4, 0, 1, 0]], [[6, 0, 2, 0]]]), sources: #"["\#(source)"]"#), as: UTF8.self)
            return #"{"map":\#(inner),"offset":{"line":\#(line),"column":\#(column)}}"#
        }
        let map = try SourceMap(
            Array(#"{"version":3,"file":"x","sections":[\#(section(0, 0, "a")),\#(section(0, 100, "b")),\#(section(5, 2, "c"))]}"#.utf8))
        let expected: [(Int, Int, String?, Int?)] = [
            (1, 1, "a", 1), (1, 100, "a", 2), (1, 101, "b", 1), (1, 104, "b", 1), (1, 105, "b", 2), (2, 1, nil, nil), (2, 7, "b", 3),
            (6, 2, nil, nil),
            (6, 3, "c", 1), (6, 7, "c", 2), (7, 7, "c", 3),
        ]
        for (line, column, source, original) in expected {
            let found = map.original(line: line, column: column)
            #expect(found?.source == source && found?.line == original, "\(line):\(column)")
        }
    }

    @Test(
        "what is wrong is said",
        arguments: [
            ("", "not JSON: it ends too early"), ("hello", "not a JSON object"), ("[]", "not a JSON object"), ("{}", "version is missing"),
            (#"{"version":3,"#, "not JSON: it ends too early"), (#"{"version":3,"sources":[],"mappings":""} x"#, "not JSON at byte 42"),
            (#"{"version":2,"sources":[],"mappings":""}"#, "version is 2, only 3"),
            (#"{"version":"3","sources":[],"mappings":""}"#, "version is \"3\", only 3"),
            (#"{"version":3,"mappings":""}"#, "sources are missing"), (#"{"version":3,"sources":[]}"#, "mappings are missing"),
            (#"{"version":3,"sources":{},"mappings":""}"#, "sources must be a list"),
            (#"{"version":3,"sources":[1],"mappings":""}"#, "sources[0] is not a text"),
            (#"{"version":3,"sources":["a"],"names":["x",{}],"mappings":""}"#, "names[1] is not a text"),
            (#"{"version":3,"sources":["a"],"mappings":{}}"#, "mappings is not a text"),
            (#"{"version":3,"sources":["a"],"mappings":null}"#, "mappings are not a text"),
            (#"{"version":3,"sections":[],"mappings":"","sources":[]}"#, "both sections and mappings"),
            (#"{"version":3,"sections":[{}]}"#, "section 0 has no offset"),
            (#"{"version":3,"sections":[{"offset":{"line":0,"column":0}}]}"#, "section 0 has no map"),
            (#"{"version":3,"sections":[{"offset":{"line":-1,"column":0},"map":{}}]}"#, "the offset of section 0 is not"),
            (#"{"version":3,"sections":[{"offset":{"line":0,"column":0},"url":"x"}]}"#, "names a map by url"),
            (
                #"{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sections":[]}}]}"#,
                "section 0: a section holds sections"
            ),
            (
                #"{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sources":[],"mappings":"!"}}]}"#,
                "section 0: mappings are broken"
            ),
        ])
    func refusals(text: String, says: String) throws {
        let error = #expect(throws: SourceMapError.self) { try SourceMap(Array(text.utf8)) }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }

    @Test(
        "broken mappings are refused with their place",
        arguments: [
            ("AA", "2 numbers"), ("AAA", "3 numbers"), ("AAAAAA", "more than 5 numbers"),
            ("AA!A", "character 3, line 1 of the script: there is a byte that is no base64 digit"),
            ("g", "a number ends too early"), (";;Ag,A", "line 3 of the script: a number ends too early"), ("gggggggA", "more than 32 bits"),
            ("D", "the column is negative"),
            ("ADAA", "the source is negative"), ("AADA", "the original line is negative"), ("AAAD", "the original column is negative"),
            ("ACAA", "it names source 1, and there are 1"), ("AAAAC", "it names name 1, and there are 1"), ("AAAA\\u0000", "no base64 digit"),
            ("+/////D,+/////D", "too large"),
        ])
    func brokenMappings(mappings: String, says: String) throws {
        let error = #expect(throws: SourceMapError.self) { try SourceMap(MapText.map(mappings, names: #"["n"]"#)) }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }

    @Test("sections that do not follow each other are refused")
    func sectionOrder() {
        let inner = String(decoding: MapText.map(""), as: UTF8.self)
        for second in [#"{"line":0,"column":4}"#, #"{"line":0,"column":3}"#] {
            let text = #"{"version":3,"sections":[{"offset":{"line":0,"column":4},"map":\#(inner)},{"offset":\#(second),"map":\#(inner)}]}"#
            #expect(throws: SourceMapError.self) { try SourceMap(Array(text.utf8)) }
        }
    }

    @Test("a byte order mark, the line against inclusion, escapes in mappings and members of others do not matter")
    func leniences() throws {
        let map = String(decoding: MapText.map("AA\\u0041A", more: #","x_ignore":[{"deep":[[1,{}]]}],"names":["a"]"#), as: UTF8.self)
        for text in [map, "\u{FEFF}" + map, ")]}'\n" + map, ")]}\r\n" + map + "\n"] {
            #expect(try SourceMap(Array(text.utf8)).original(line: 1, column: 3)?.line == 1)
        }
        #expect(try SourceMap(MapText.map("")).original(line: 1, column: 1) == nil)
    }
}
