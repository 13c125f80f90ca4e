import Foundation
import Logging
import RedisServerFixture
import RedisStore
import Testing

@testable import Sentiero

/// The executable itself: exit statuses and what goes where (spec 06 section 4).
@Suite struct CommandTests {
    struct Run {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The executable lies beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sentiero")

    static func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Run {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { first, _ in first }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let text = output.readAll()
                let complaints = errors.readAll()
                process.waitUntilExit()
                continuation.resume(
                    returning: Run(
                        status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
                        errors: String(decoding: complaints, as: UTF8.self)))
            }
        }
    }

    @Test(
        "2: wrong use",
        arguments: [
            ["nonsense"], ["erase"], ["erase", "--session", "bad id!"], ["dead-letters", "drop"], ["purge", "--older-than", "x"],
            ["purge", "--before", "2026-02-30"], ["purge", "--before", "1"],
            ["erase", "--since", "yesterday"], ["erase", "--since", "2026-02-02", "--until", "2026-02-01"], ["erase", "--user", " "],
            ["erase", "--user", "u", "--session", "s"], ["hold", "--session", "s"], ["hold", "--session", "s", "--reason", " "], ["release"],
        ])
    func wrongUse(arguments: [String]) async throws {
        let run = try await Self.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(!run.errors.isEmpty)
    }

    @Test("2: a wrong configuration names the option")
    func wrongConfiguration() async throws {
        let run = try await Self.run(["web"], ["SENTIERO_HTP_PORT": "1"])
        #expect(run.status == 2)
        #expect(run.errors.contains("Did you mean SENTIERO_HTTP_PORT?"))
    }

    @Test(
        "3: Redis unreachable, with a plain sentence",
        arguments: [
            ["doctor"], ["dead-letters", "list"], ["purge", "--yes"], ["erase", "--session", "s", "--yes"], ["erase", "--session", "s", "--dry-run"],
        ])
    func unreachable(arguments: [String]) async throws {
        let run = try await Self.run(arguments, ["SENTIERO_REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"])
        #expect(run.status == 3)
        #expect(run.errors.contains("Redis cannot be reached at"))
        #expect(!run.errors.contains("hunter2"))
        #expect(run.output.isEmpty)
    }

    @Test("4: doctor finds something to do; JSON for machines")
    func doctor() async throws {
        let redis = try await RedisServer.start()
        let run = try await Self.run(["doctor", "--json"], ["SENTIERO_REDIS_URL": redis.url])
        #expect(run.status == 4, "no worker owns the partitions")
        struct Report: Decodable {
            struct Finding: Decodable { let name, status: String }
            struct Accounts: Decodable { let accepted: Int; let balanced: Bool }
            let findings: [Finding]
            let accounts: Accounts?
        }
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.findings.contains { $0.name == "leases" && $0.status == "warning" })
        #expect(report.findings.contains { $0.name == "accounting" && $0.status == "ok" })
        #expect(report.accounts?.balanced == true)
    }

    @Test("eviction policies that lose data are refused at start")
    func refusal() async throws {
        let redis = try await RedisServer.start { $0.maxMemoryPolicy = "allkeys-lru" }
        let run = try await Self.run(["web", "--quiet"], ["SENTIERO_REDIS_URL": redis.url])
        #expect(run.status == 1)
        #expect(run.errors.contains("noeviction"))
    }

    @Test("what removes asks first, and a dry run changes nothing")
    func asks() async throws {
        let redis = try await RedisServer.start()
        let environment = ["SENTIERO_REDIS_URL": redis.url]
        let asked = try await Self.run(["erase", "--session", "s1"], environment)
        #expect(asked.status == 1)
        #expect(asked.errors.contains("--yes"))
        let dry = try await Self.run(["erase", "--session", "s1", "--dry-run", "--json"], environment)
        #expect(dry.status == 0)
        #expect(dry.output.contains("\"sessions\" : 0") && dry.output.contains("\"dry_run\" : true"))
        let done = try await Self.run(["erase", "--session", "s1", "--yes"], environment)
        #expect(done.status == 0)
        #expect(done.output.contains("0 sessions erased"))
    }

    @Test("2: an unknown project is named with the known ones, and nothing is written")
    func unknownProject() async throws {
        let redis = try await RedisServer.start()
        let one = ["SENTIERO_REDIS_URL": redis.url]
        let two = one.merging(["SENTIERO_BROWSER_KEYS": "a:shop,b:blog"]) { first, _ in first }
        let arguments = [
            ["erase", "--session", "s1", "--yes"], ["purge", "--older-than", "0", "--yes"], ["dead-letters", "list"],
            ["dead-letters", "drop", "--yes"],
            ["dead-letters", "redrive", "--yes"],
        ]
        for arguments in arguments {
            let run = try await Self.run(arguments + ["--project", "shpo"], two)
            #expect(run.status == 2, "\(arguments)")
            #expect(run.errors.contains("There is no project shpo. Configured: shop, blog."))
            #expect(run.output.isEmpty)
            #expect(try await Self.run(arguments + ["--project", "shop"], two).status == 0, "\(arguments)")
        }
        let unknown = try await Self.run(["erase", "--session", "s1", "--yes", "--project", "shop"], one)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("Configured: default."))
        let unnamed = try await Self.run(["erase", "--session", "s1", "--yes"], two)
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("--project: shop, blog"))
        #expect(try await Self.run(["purge", "--older-than", "0", "--yes"], two).status == 0, "all projects")
        let client = RedisClient(configuration: redis.configuration, logger: ConsoleLog.logger(level: .critical))
        defer { client.shutdown() }
        let tombstones = try await client.send(RedisCommand("KEYS", "*erased*")).array?.compactMap(\.string) ?? []
        #expect(tombstones.count == 1 && tombstones[0].contains("shop"), "only of what was erased where it is known")
    }
}
