import Testing

@testable import RedisStore

@Suite struct ScriptLibraryTests {
    private let header = "#!lua flags=allow-oom\n"

    @Test func findsScriptsByTheirFileNames() throws {
        let library = try ScriptLibrary(files: [
            "commit-12.lua": header + "return 1", "sweepIndex-*.lua": "#!lua flags=no-writes,allow-oom\nreturn 2", "includes/x.lua": "local x = 1",
        ])
        #expect(library.scripts.keys.sorted() == ["commit", "sweepIndex"])
        #expect(library.scripts["commit"]?.keyCount == 12)
        #expect(library.scripts["commit"]?.isReadOnly == false)
        #expect(library.scripts["sweepIndex"]?.keyCount == nil)
        #expect(library.scripts["sweepIndex"]?.isReadOnly == true)
    }

    @Test func computesTheDigestRedisComputes() {
        // printf 'return 1' | sha1sum
        #expect(Script(name: "x", keyCount: 0, source: "return 1").sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }

    @Test func putsEachIncludeInOnce() throws {
        let library = try ScriptLibrary(files: [
            "run-1.lua": header + "--- @include \"includes/a.lua\"\n--- @include \"includes/b.lua\"\nreturn a + b",
            "includes/a.lua": "local a = 1",
            "includes/b.lua": "--- @include \"includes/a.lua\"\nlocal b = 2",
        ])
        #expect(library.scripts["run"]?.source == header + "local a = 1\nlocal b = 2\nreturn a + b")
    }

    @Test(arguments: [
        (["run.lua": ""], ScriptError.badFileName("run.lua")), (["run-x.lua": ""], .badFileName("run-x.lua")),
        (["run--1.lua": ""], .badFileName("run--1.lua")),
        (["run-01.lua": ""], .badFileName("run-01.lua")), (["Run-1.lua": ""], .badFileName("Run-1.lua")),
        (["a_b-1.lua": ""], .badFileName("a_b-1.lua")),
        (["-1.lua": ""], .badFileName("-1.lua")),
        (["run-1.lua": "#!lua\n", "run-2.lua": "#!lua\n"], .duplicateName("run")), (["run-1.lua": "return 1"], .missingHeader(file: "run-1.lua")),
        (["run-1.lua": "#!lua\n--- @include \"includes/none.lua\""], .missingInclude("includes/none.lua", in: "run-1.lua")),
        (["run-1.lua": "#!lua\n--- @include includes/x.lua"], .malformedInclude(line: "--- @include includes/x.lua", file: "run-1.lua")),
        (
            ["run-1.lua": "#!lua\n--- @include \"a\"", "a": "--- @include \"b\"", "b": "--- @include \"a\""],
            .includeCycle(["run-1.lua", "a", "b", "a"])
        ),
    ])
    func refuses(files: [String: String], error: ScriptError) {
        #expect(throws: error) { try ScriptLibrary(files: files) }
    }

    @Test func refusesIncludesNestedTooDeeply() {
        var files = ["run-1.lua": "#!lua\n--- @include \"0\""]
        for level in 0..<20 { files["\(level)"] = "--- @include \"\(level + 1)\"" }
        files["20"] = ""
        #expect(throws: ScriptError.self) { try ScriptLibrary(files: files) }
    }

    @Test func theEmbeddedScriptsAreASet() throws {
        try Scripts.check()
        #expect(!Scripts.all.isEmpty)
        for script in Scripts.all { #expect(try Scripts.named(script.name) == script) }
    }

    @Test func knowsWhichCommandsAScriptCalls() {
        let source = "#!lua\nredis.call('HSET', k)\nredis.call(\"XINFO\", \"STREAM\", k)\nredis.call(name)"
        #expect(Script(name: "x", keyCount: 0, source: source).calledCommands == ["HSET", "XINFO STREAM"])
    }

    @Test func namesAMissingScript() {
        #expect { try Scripts.named("noSuchScript") } throws: { error in
            (error as? RedisError)?.code == .scriptUnavailable && (error as? RedisError)?.message.contains("noSuchScript") == true
        }
    }
}
