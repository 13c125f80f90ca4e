import Foundation
import Logging
import RedisStore
import Testing

@testable import Sentiero

/// `sentiero audit`, `sentiero doctor --audit`, and the entries of other commands and of a start.
@Suite struct AuditCommandTests {
    private struct Entry: Decodable {
        let action, result: String
        let actor, project, target: String?
        let detail: [String: String]
    }

    private static func entries(_ environment: [String: String], _ arguments: String...) async throws -> [Entry] {
        let run = try await CommandTests.run(["audit", "--json"] + arguments, environment)
        #expect(run.status == 0)
        return try JSONDecoder().decode([Entry].self, from: Data(run.output.utf8))
    }

    @Test("drops and re-drives leave one entry per project, by cli, with the account on the host")
    func deadLetters() async throws {
        let store = try await DeadLettersCommandTests.Store(sessions: ["s1", "s2", "s3"])
        #expect(try await store.run("drop", "--all", "--dry-run").status == 0)
        #expect(try await Self.entries(store.environment).isEmpty)
        let drop = try await store.run("drop", "--session", "s1", "--yes")
        #expect(drop.errors.contains(#""action":"drop_dead_letters""#), "the line goes to standard error")
        #expect(!drop.output.contains("drop_dead_letters"))
        #expect(try await store.run("redrive", "--all", "--yes", "--quiet").errors.isEmpty)
        let entries = try await Self.entries(store.environment)
        #expect(entries.map(\.action) == ["redrive_dead_letters", "drop_dead_letters"])
        #expect(entries.allSatisfy { $0.actor == "cli" && $0.project == "default" && $0.result == "ok" && $0.detail["os_user"] == NSUserName() })
        #expect(entries.map(\.target) == [nil, "session:s1"] && entries.map { $0.detail["letters"] } == ["2", "1"])
        #expect(try await Self.entries(store.environment, "--action", "drop_dead_letters", "--since", "3600").count == 1)
        #expect(try await Self.entries(store.environment, "--actor", "admin").isEmpty)
        let text = try await CommandTests.run(["audit", "--limit", "1"], store.environment)
        #expect(text.output.split(separator: "\n").count == 1 && text.output.contains("  redrive_dead_letters  cli  "))
        #expect(try await CommandTests.run(["audit", "--since", "yesterday"]).status == 2)
        #expect(try await CommandTests.run(["audit", "--action", "x"]).status == 2)
    }

    @Test("doctor --audit: fine, then 4 with the line that is gone")
    func doctor() async throws {
        let store = try await DeadLettersCommandTests.Store(sessions: ["s1", "s2", "s3"])
        _ = try await store.run("drop", "--all", "--yes", "--quiet")
        let log = "/tmp/sentiero-audit-\(UInt32.random(in: .min ... .max)).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let trail = try AuditTrail(
            client: store.client, schema: store.keys, log: AuditLog(.file(log)), retentionSeconds: 0, logger: ConsoleLog.logger(level: .critical))
        for number in 0..<5 { await trail.append(AuditRecord(.viewSession, actor: "ann", project: "default", target: "session:s\(number)")) }
        await trail.flush()
        let fine = try await CommandTests.run(["doctor", "--audit"], store.environment)
        #expect(fine.output.contains("6 lines") && fine.output.contains("none missing, none changed"))
        let stream = AuditTrail.shard(of: "default", in: store.keys).audit
        let ids = try await store.client.send(RedisCommand("XRANGE", stream, "-", "+")).array?.compactMap { $0.array?.first?.string } ?? []
        _ = try await store.client.send(RedisCommand("XDEL", stream, ids[3]))
        let broken = try await CommandTests.run(["doctor", "--audit"], store.environment)
        #expect(broken.status == 4)
        #expect(broken.output.contains("FAILURE") && broken.output.contains("line \(ids[3]) was removed"))
        let unasked = try await CommandTests.run(["doctor"], store.environment)
        #expect(!unasked.output.contains("audit"))
    }

    @Test("a log that cannot be written to stops a command before it changes anything")
    func unwritable() async throws {
        let store = try await DeadLettersCommandTests.Store(sessions: ["s1"])
        let environment = store.environment.merging(["SENTIERO_AUDIT_LOG": "/nowhere/audit.log"]) { first, _ in first }
        let run = try await CommandTests.run(["dead-letters", "drop", "--all", "--yes"], environment)
        #expect(run.status == 2 && run.errors.contains("SENTIERO_AUDIT_LOG"))
        #expect(try await store.letters().count == 1)
        #expect(try await CommandTests.run(["web", "--quiet"], environment).status == 2)
    }

    @Test("a start with other privacy settings is told with the names, old and new values; one with the same is not")
    func settings() async throws {
        let store = try await DeadLettersCommandTests.Store(sessions: [])
        func note(_ environment: [String: String]) async throws {
            let settings = try Settings(environment: environment)
            let trail = try settings.auditTrail(
                client: store.client, schema: store.keys, log: .init(.nowhere), logger: ConsoleLog.logger(level: .critical))
            try await PrivacySettings(settings: settings).note(client: store.client, schema: store.keys, trail: trail)
        }
        try await note([:])
        try await note([:])
        // How the server runs is nobody's privacy.
        try await note(["SENTIERO_HTTP_PORT": "8081", "SENTIERO_BASIC_AUTH": "admin:hunter2"])
        let first = try await Self.entries(store.environment)
        #expect(first.count == 1 && first[0].detail["first_start"] == "true" && first[0].detail["respect_gpc"] == "true")
        #expect(first[0].detail["user_opt_out"] != nil && first[0].detail["mask_all_inputs"] == "true" && first[0].detail["basic_auth"] == nil)
        try await note(["SENTIERO_RESPECT_GPC": "false", "SENTIERO_USER_OPT_OUT": "true", "SENTIERO_RETENTION_PERIOD": "3600"])
        let changed = try #require(try await Self.entries(store.environment).first)
        #expect(changed.action == "change_settings" && changed.actor == "system" && changed.project == nil)
        #expect(changed.detail["respect_gpc"] == "false" && changed.detail["respect_gpc_before"] == "true")
        #expect(changed.detail["user_opt_out"] == "true" && changed.detail["retention_period"] == "3600")
        #expect(changed.detail["first_start"] == nil && changed.detail["mask_all_inputs"] == nil)
    }
}
