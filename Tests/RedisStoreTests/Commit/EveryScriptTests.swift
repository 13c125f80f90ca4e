import Foundation
@testable import RedisStore
import Testing

@Suite("Every script")
struct EveryScriptTests {
    static let names = Scripts.all.map(\.name)

    @Test("runs above maxmemory, where a plain write is refused", arguments: names)
    func aboveMaxmemory(name: String) async throws {
        let bench = try await CommitBench()
        let cases = try await ScriptCases(on: bench)
        let call = try #require(try await cases.call(name), "add a case for lua/\(name)")
        try await bench.send("CONFIG", "SET", "maxmemory", 1)
        let refusal = await #expect(throws: RedisError.self) { try await bench.send("SET", "anything", "x") }
        #expect(refusal?.code == .outOfMemory)
        _ = try await bench.client.run(call)
    }

    @Test("is headed as Redis 7 wants it and says what it takes and returns", arguments: Scripts.all)
    func header(script: Script) {
        let flags = script.source.prefix { $0 != "\n" }
        #expect(flags == "#!lua flags=allow-oom" || script.isReadOnly)
        for word in ["KEYS", "ARGV", "Returns"] { #expect(script.source.contains(word), "\(script.name): \(word)") }
        #expect(!script.source.contains("cjson"))
    }

    /// Either a typed error with nothing written, or no error; never one of Redis's own, which would mean that it stopped half-way.
    @Test("meets a key of the wrong type without stopping half-way", arguments: names)
    func wrongType(name: String) async throws {
        let bench = try await CommitBench()
        let keys = try await ScriptCases(on: bench).keys(name)
        #expect(!keys.isEmpty || name == "checkAccess")
        for key in keys {
            let cases = try await ScriptCases(on: bench)
            let call = try #require(try await cases.call(name))
            try await bench.send("DEL", key)
            try await bench.send("RPUSH", key, "wrong")
            let before = try await bench.send("DEBUG", "DIGEST").string
            do {
                _ = try await bench.client.run(call)
            } catch {
                guard case .script = error.code else {
                    Issue.record("\(name) with \(key): \(error)")
                    continue
                }
                #expect(try await bench.send("DEBUG", "DIGEST").string == before, "\(name) with \(key)")
            }
        }
    }

    /// The names a script builds are those of the key types.
    @Test("lua/includes/keys.lua builds the names of KeySchema")
    func keyNames() async throws {
        let bench = try await CommitBench()
        let schema = try KeySchema(prefix: "p:", shards: 4)
        let project = schema.shard(3).project("a b")
        let base64 = try #require(EmbeddedFiles.base64["lua/includes/keys.lua"])
        let include = String(decoding: try #require(Data(base64Encoded: base64)), as: UTF8.self)
        let lines = include.split(separator: "\n")
        let names = lines.filter { $0.hasPrefix("local function") }.compactMap { $0.split(separator: " ")[2].split(separator: "(").first }
        let known = [
            "sessionKey", "windowsKey", "eventsKey", "keyKey", "heldKey", "byKey", "problemKey", "trendKey", "facetsKey", "occurrencesKey",
            "affectedKey", "usersKey", "statusKey", "problemsKey", "problemReleasesKey", "problemEnvironmentsKey", "reportsKey",
            "heldReportsKey", "trackKey", "trackBatchesKey", "alertDeliveryKey", "sourceMapKey",
        ]
        #expect(names.map(String.init) == known, "a new name needs its line below")
        let source = """
            \(include)
            return {
              sessionKey(ARGV[1], 's-1'), windowsKey(ARGV[1], 's-1'), eventsKey(ARGV[1], 's-1', 'w_2'), keyKey(ARGV[1], 's-1'), heldKey(ARGV[1]),
              byKey(ARGV[1], ARGV[2]), problemKey(ARGV[1], 'f'), trendKey(ARGV[1], 'f'), facetsKey(ARGV[1], 'f'), occurrencesKey(ARGV[1], 'f'),
              affectedKey(ARGV[1], 'f'), usersKey(ARGV[1], 'f'), statusKey(ARGV[1], 'f'), problemsKey(ARGV[1]), problemReleasesKey(ARGV[1]),
              problemEnvironmentsKey(ARGV[1]), reportsKey(ARGV[1], 's-1'), heldReportsKey(ARGV[1], 's-1'), trackKey(ARGV[1]),
              trackBatchesKey(ARGV[1]), alertDeliveryKey(ARGV[1], 'd'), sourceMapKey(ARGV[1], '1.0%2B2', 'a%2Fb.js'),
            }
            """
        let reply = try await bench.send("EVAL", source, 0, project.base, IndexToken(dimension: "browser", value: "Mobile Safari:1").rawValue)
        let expected = [
            project.session("s-1"), project.windows("s-1"), project.events("s-1", "w_2"), project.dataKey("s-1"), project.held,
            project.by("browser", "Mobile Safari:1"), project.problem("f"), project.trend("f"), project.facets("f"), project.occurrences("f"),
            project.affected("f"), project.users("f"), project.status("f"), project.problems, project.problemReleases,
            project.problemEnvironments, project.reports("s-1"), project.heldReports("s-1"), project.track, project.trackBatches,
            project.alertDelivery("d"), project.sourceMap("1.0+2", "a/b.js"),
        ]
        #expect(reply.array?.compactMap(\.string) == expected.map(\.rawValue))
    }
}
