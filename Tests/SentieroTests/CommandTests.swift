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
                let text = output.fileHandleForReading.readDataToEndOfFile()
                let complaints = errors.fileHandleForReading.readDataToEndOfFile()
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
        arguments: [["nonsense"], ["erase"], ["erase", "--session", "bad id!"], ["dead-letters", "drop"], ["purge", "--older-than", "x"]])
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
        #expect(dry.output.contains("\"wouldRemove\" : 0"))
        let done = try await Self.run(["erase", "--session", "s1", "--yes"], environment)
        #expect(done.status == 0)
        #expect(done.output.contains("0 sessions removed"))
    }

    @Test("dead letters: listed, shown without their body, dropped, accounted for")
    func deadLetters() async throws {
        let redis = try await RedisServer.start()
        let keys = try KeySchema()
        let client = RedisClient(configuration: redis.configuration, logger: ConsoleLog.logger(level: .critical))
        defer { client.shutdown() }
        _ = try await client.send(
            RedisCommand(
                "XADD", keys.shard(0).dead, "*", "v", "1", "lane", "events", "project", "default", "session", "s1", "window", "w1", "body", "hunter2",
                "reason", "commit_error", "attempts", "3", "partition", "0", "entry", "1-0", "at", "1700000000000"))
        _ = try await client.send(RedisCommand("HINCRBY", keys.shard(0).outcomes, "dead", 1))
        let environment = ["SENTIERO_REDIS_URL": redis.url]
        let list = try await Self.run(["dead-letters", "list", "--json"], environment)
        #expect(list.status == 0)
        let letters = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
        let id = try #require(letters.first?["id"] as? String)
        #expect(letters.first?["reason"] as? String == "commit_error")
        let show = try await Self.run(["dead-letters", "show", id], environment)
        #expect(show.output.contains("session: s1"))
        #expect(!(show.output + list.output).contains("hunter2"))
        #expect(try await Self.run(["dead-letters", "drop", "--all", "--dry-run"], environment).output.contains("1 would be dropped."))
        #expect(try await Self.run(["dead-letters", "drop", id, "--yes"], environment).output.contains("1 of 1 dropped."))
        #expect(try await Self.run(["dead-letters", "show", id], environment).status == 1)
        let counters = try await OutcomeCounters(client: client, schema: keys).read()
        #expect(counters.count(.dead) == 0)
        #expect(counters.count(.dropped) == 1)
    }
}
