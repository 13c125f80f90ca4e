import Foundation
import RedisServerFixture
import Testing

@testable import Sentiero

/// `sentiero sourcemaps upload | list | delete` (spec 06 sections 4 and 6).
@Suite struct SourceMapsCommandTests {
    private struct Uploaded: Decodable {
        struct Stored: Decodable, Equatable { let path, file: String; let bytes: Int; let expires_at: String? }
        struct Failed: Decodable { let path, error: String }
        let project, release: String
        let dry_run: Bool
        let stored: [Stored]
        let failed: [Failed]
    }

    private struct Listed: Decodable { let file: String; let bytes: Int; let uploaded_at: String; let expires_at: String? }
    private struct Release: Decodable { let release: String; let stored_bytes: Int }
    private struct Deleted: Decodable, Equatable { let deleted: Int; let dry_run: Bool }

    private static let map = #"{"version":3,"sources":["a.js"],"mappings":"AAAA"}"#

    /// A build of two scripts and a style sheet without maps of use.
    private static func folder(_ redis: RedisServer, broken: Bool = false) throws -> String {
        let folder = redis.directory + "/assets"
        try FileManager.default.createDirectory(atPath: folder + "/js", withIntermediateDirectories: true)
        for (name, text) in [("app.js", "x"), ("app.js.map", map), ("js/shop cart.js.map", map)] + (broken ? [("b.js.map", "{}")] : []) {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return folder
    }

    private static func decode<Value: Decodable>(_ run: CommandTests.Run, _ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(run.output.utf8))
    }

    @Test("stores every map below a folder under its script's address, lists and deletes them; dry runs change nothing")
    func life() async throws {
        let redis = try await RedisServer.start()
        let folder = try Self.folder(redis)
        func run(_ arguments: String...) async throws -> CommandTests.Run {
            try await CommandTests.run(["sourcemaps"] + arguments, ["SENTIERO_REDIS_URL": redis.url])
        }
        let upload = ["upload", "--release", "1.0", "--url-prefix", "https://shop.example/assets/", folder]
        func uploaded(_ more: String...) async throws -> CommandTests.Run {
            try await CommandTests.run(["sourcemaps"] + upload + more, ["SENTIERO_REDIS_URL": redis.url])
        }
        let dry: Uploaded = try Self.decode(try await uploaded("--dry-run", "--json"))
        #expect(dry.dry_run && dry.stored.count == 2 && dry.stored.allSatisfy { $0.expires_at == nil })
        #expect(try Self.decode(try await run("list", "--json"), [Release].self).isEmpty)

        let done = try await uploaded("--json")
        #expect(done.status == 0 && done.errors.contains("app.js.map: https://shop.example/assets/app.js"))
        let outcome: Uploaded = try Self.decode(done)
        #expect(outcome.stored.map(\.file) == ["https://shop.example/assets/app.js", "https://shop.example/assets/js/shop%20cart.js"])
        #expect(outcome.stored.map(\.path) == ["app.js.map", "js/shop cart.js.map"] && outcome.failed.isEmpty && outcome.stored[0].expires_at != nil)
        #expect(try await uploaded("--quiet").errors.isEmpty)
        #expect(try Self.decode(try await run("list", "--json"), [Release].self).map(\.release) == ["1.0"])
        let maps: [Listed] = try Self.decode(try await run("list", "--release", "1.0", "--json"))
        #expect(maps.map(\.file) == outcome.stored.map(\.file) && maps[0].bytes == Self.map.utf8.count)
        #expect(
            try await run("list", "--release", "1.0").output.hasPrefix("https://shop.example/assets/app.js  \(Self.map.utf8.count) bytes  expires 2"))

        let refused = try await run("delete", "--release", "1.0")
        #expect(refused.status == 1 && refused.errors.contains("--yes"))
        #expect(try Self.decode(try await run("delete", "--release", "1.0", "--dry-run", "--json")) == Deleted(deleted: 2, dry_run: true))
        let one = try await run("delete", "--release", "1.0", "--file", "https://shop.example/assets/app.js.map", "--yes")
        #expect(one.status == 0 && one.output == "1 source maps deleted.\n")
        #expect(try Self.decode(try await run("delete", "--release", "1.0", "--yes", "--json")) == Deleted(deleted: 1, dry_run: false))
        #expect(try await run("list").errors.contains("There are no source maps in default."))
    }

    @Test("1: what is broken is named and left out, the rest is stored; 2: wrong use; 3: no Redis")
    func statuses() async throws {
        let redis = try await RedisServer.start()
        let folder = try Self.folder(redis, broken: true)
        let reachable = ["SENTIERO_REDIS_URL": redis.url]
        let run = try await CommandTests.run(["sourcemaps", "upload", "--release", "1.0", folder, "--json"], reachable)
        let outcome: Uploaded = try Self.decode(run)
        #expect(run.status == 1 && outcome.stored.map(\.file) == ["app.js", "js/shop%20cart.js"] && outcome.failed.map(\.path) == ["b.js.map"])
        #expect(run.errors.contains("b.js.map: not a usable source map: version is missing"))
        let wrong: [[String]] = [
            ["upload", "--release", "1.0", folder + "/none"], ["upload", "--release", "", folder], ["upload", folder], ["delete"],
            ["delete", "--release", "1.0", "--file", ""], ["list", "--release", String(repeating: "r", count: 65)], ["list", "--project", "none"],
        ]
        for arguments in wrong {
            let run = try await CommandTests.run(["sourcemaps"] + arguments, reachable)
            #expect(run.status == 2 && run.output.isEmpty && !run.errors.isEmpty, "\(arguments)")
        }
        try FileManager.default.createDirectory(atPath: redis.directory + "/empty", withIntermediateDirectories: true)
        #expect(try await CommandTests.run(["sourcemaps", "upload", "--release", "1", redis.directory + "/empty"], reachable).status == 1)
        let away = try await CommandTests.run(
            ["sourcemaps", "upload", "--release", "1", folder], ["SENTIERO_REDIS_URL": "redis://127.0.0.1:1/0"])
        #expect(away.status == 3 && away.output.isEmpty)
    }
}
