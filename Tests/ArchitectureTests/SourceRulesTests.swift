import Foundation
import Testing

/// Rules of the house that a compiler does not know.
@Suite struct SourceRulesTests {
    @Test func filesAreShort() throws {
        let files =
            try DependencyDirectionTests.sources() + Repository.files(in: "frontend/recorder", endingWith: ".js")
            + Repository.files(in: "frontend/dashboard", endingWith: ".js") + Repository.files(in: "lua", endingWith: ".lua")
        for file in files {
            // A final newline ends the last line, it does not begin another.
            let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
            #expect(count <= 400, "\(file.path) has \(count) lines")
        }
    }

    @Test func nothingTrapsOnPurpose() throws {
        let traps = [/\btry!/, /\bfatalError\(/, /\bas!/]
        for file in try DependencyDirectionTests.sources() {
            for (number, line) in file.lines.enumerated() where !line.trimmingPrefix(/\s*/).hasPrefix("//") {
                for trap in traps { #expect(line.firstMatch(of: trap) == nil, "\(file.path):\(number + 1) \(line)") }
            }
        }
    }

    /// The compiler is told to look away only where somebody wrote why that is safe.
    @Test func unsafeConcurrencyIsExplained() throws {
        for file in try DependencyDirectionTests.sources() {
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let above = number > 0 ? file.lines[number - 1].trimmingPrefix(/\s*/) : ""
                #expect(above.hasPrefix("//") || line.contains("//"), "\(file.path):\(number + 1) says not why this is safe")
            }
        }
    }

    @Test func scriptsBeginWithTheirContract() throws {
        let scripts = try Repository.files(in: "lua", endingWith: ".lua").filter { !$0.path.contains("/includes/") }
        #expect(!scripts.isEmpty)
        for script in scripts {
            #expect(script.text.hasPrefix("#!lua"), "\(script.path) has no #!lua header")
            let body = script.lines.dropFirst()
            let comment = Self.leadingComment(body.map(String.init))
            #expect(comment.contains("KEYS"), "\(script.path) does not say what its keys are")
            #expect(comment.contains("Returns") || comment.contains("returns"), "\(script.path) does not say what it returns")
            if script.text.dropFirst(comment.count).contains("ARGV[") {
                #expect(comment.contains("ARGV"), "\(script.path) does not say what its arguments are")
            }
            let name = script.path.split(separator: "/").last.map(String.init) ?? ""
            #expect(name.wholeMatch(of: /[a-z][A-Za-z]*-(\d+|\*)\.lua/) != nil, "\(name) is not verbNoun-<number of keys>.lua")
        }
    }

    private static func leadingComment(_ lines: [String]) -> String {
        guard let first = lines.first else { return "" }
        if first.hasPrefix("--[[") {
            let end = lines.firstIndex { $0.contains("]]") } ?? lines.count - 1
            return lines[...end].joined(separator: "\n")
        }
        return lines.prefix { $0.hasPrefix("--") }.joined(separator: "\n")
    }

    /// The first column of the data map names every key that the schema can build.
    @Test func dataMapNamesEveryKey() throws {
        let rows = try Repository.text("docs/keys.md").split(separator: "\n").filter { $0.hasPrefix("|") }
        let map = rows.compactMap { $0.split(separator: "|").first }.joined(separator: "\n")
        let literal = /RedisKey\("([^"]*(?:\\\([^)]*\)[^"]*)*)"\)/
        var names: Set<String> = []
        for file in try Repository.files(in: "Sources/RedisStore/Keys", endingWith: ".swift") {
            for match in file.text.matches(of: literal) {
                let key = match.1.replacing("\\(base)", with: "").replacing("\\(prefix)", with: "")
                names.insert(String(key.prefix { $0 != "\\" }))
            }
        }
        #expect(names.count > 15, "the key schema was not understood")
        for name in names where !name.isEmpty {
            let isNamed = map.contains("`\(name)") || map.contains("}:\(name)") || map.contains(">:\(name)") || map.contains("…:\(name)")
            #expect(isNamed, "docs/keys.md has no row for \(name)")
        }
    }
}
