import Testing

@testable import Ingest

/// Maps nobody would write, and many that somebody might.
@Suite struct SourceMapFuzzTests {
    /// The last segment of the line with the greatest column that is not behind the position.
    private static func oracle(_ lines: [[[Int]]], _ line: Int, _ column: Int) -> [Int]? {
        guard lines.indices.contains(line) else { return nil }
        var best: [Int]?
        for segment in lines[line] where segment[0] <= column && segment[0] >= best?[0] ?? 0 { best = segment }
        return best
    }

    @Test("lookups over thousands of segments are those of reading all, in order and not", arguments: [UInt64(1), 2, 3, 4])
    func lookups(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let isSorted = seed < 3
        let lines = (0..<40).map { _ -> [[Int]] in
            let count = [0, 1, 3, 300, 900].randomElement(using: &random) ?? 0
            var columns = (0..<count).map { _ in Int.random(in: 0..<2_000, using: &random) }
            if isSorted { columns.sort() }
            return columns.map { column in
                let numbers = [
                    column, Int.random(in: 0..<3, using: &random), Int.random(in: 0..<90, using: &random), Int.random(in: 0..<90, using: &random),
                    Int.random(in: 0..<2, using: &random),
                ]
                return Array(numbers.prefix([1, 4, 4, 5].randomElement(using: &random) ?? 4))
            }
        }
        let map = try SourceMap(MapText.map(MapText.mappings(lines), sources: #"["a","b","c"]"#, names: #"["n","m"]"#))
        for _ in 0..<2_000 {
            let (line, column) = (Int.random(in: 0..<41, using: &random), Int.random(in: 0..<2_100, using: &random))
            let found = map.original(line: line + 1, column: column + 1)
            let expected = Self.oracle(lines, line, column).flatMap { $0.count > 1 ? $0 : nil }
            #expect(found?.line == expected.map { $0[2] + 1 } && found?.column == expected.map { $0[3] + 1 }, "\(line):\(column)")
            #expect(found?.source == expected.map { ["a", "b", "c"][$0[1]] })
            #expect(found?.name == expected.flatMap { $0.count == 5 ? ["n", "m"][$0[4]] : nil })
        }
    }

    @Test("a map damaged anywhere is refused or still answers; nothing traps")
    func damage() {
        var random = SplitMix64(seed: 7)
        let text = Array(MapText.built.utf8)
        for _ in 0..<3_000 {
            var damaged = text
            switch Int.random(in: 0..<3, using: &random) {
            case 0: damaged[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            case 1: damaged.removeLast(Int.random(in: 1..<text.count, using: &random))
            default: damaged.removeSubrange(Int.random(in: 0..<100, using: &random)..<Int.random(in: 100..<text.count, using: &random))
            }
            guard let map = try? SourceMap(damaged) else { continue }
            for column in stride(from: 1, to: 400, by: 37) { _ = map.original(line: 1, column: column) }
        }
    }

    @Test("hostile maps cost no more than their size", arguments: ["lines", "segments", "names"])
    func size(kind: String) throws {
        let mappings = ["lines": String(repeating: ";", count: 2_000_000), "segments": String(repeating: "A,", count: 1_000_000)][kind] ?? "AAAA"
        let names = kind == "names" ? "[\(String(repeating: #""","#, count: 400_000))null]" : "[]"
        let json = MapText.map(mappings, names: names)
        let map = try SourceMap(json)
        #expect(map.byteCount < json.count * 3)
        _ = map.original(line: 1_000_000, column: 1_000)
    }

    @Test("what there may be of is bounded, and so is nesting: it is walked over, not into")
    func bounds() throws {
        #expect(throws: SourceMapError.self) { try SourceMap([UInt8](repeating: 0x20, count: SourceMap.maxBytes + 1)) }
        let many = String(repeating: "null,", count: SourceMapReader.maxSources) + "null"
        let error = #expect(throws: SourceMapError.self) { try SourceMap(MapText.map("", sources: "[\(many)]")) }
        #expect(error?.message == "there are too many sources")
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(try SourceMap(MapText.map("AAAA", more: #","deep":\#(deep)"#)).original(line: 1, column: 1) != nil)
        #expect(throws: SourceMapError.self) { try SourceMap(MapText.map("AAAA", more: #","deep":\#(deep.dropLast())"#)) }
    }
}
