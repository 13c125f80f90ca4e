import Foundation
import RedisServerFixture
@testable import RedisStore
import Testing

@Suite("Audit trail")
struct AuditTrailTests {
    private struct Line: Decodable {
        let at: String
        let action: String
        let actor: String?
        let ip: String?
        let project: String?
        let target: String?
        let path: String?
        let result: String
        let prev: String?
        let stored: Bool?
    }

    private static func read(_ line: String) throws -> Line { try JSONDecoder().decode(Line.self, from: Data(line.utf8)) }

    @Test("a line has the members of spec 06 section 8 in order, and the same text stands in the stream and in the log")
    func form() async throws {
        let bench = try await AuditBench()
        let folder = try LogFolder()
        let trail = try bench.trail(log: AuditLog(.file(folder.file)))
        await trail.append(
            AuditRecord(
                .eraseUser, actor: "a\"nn\n", ip: "10.0.0.0", project: "shop", target: "user:\u{2028}x", path: "/p", result: .failed,
                detail: [("sessions", .integer(2)), ("dry", .flag(false)), ("digest", .text("ab"))], at: Date(timeIntervalSince1970: 1_700_000_000.5))
        )
        await trail.append(AuditRecord(.login, actor: nil))
        await trail.flush()
        let lines = try await bench.lines(AuditTrail.shard(of: "shop", in: bench.schema).audit).map(\.line)
        let expected =
            #"{"at":"2023-11-14T22:13:20.500Z","action":"erase_user","actor":"a\"nn\u000a","ip":"10.0.0.0","project":"shop","target":"user:\u2028x","#
            + #""path":"/p","result":"failed","detail":{"sessions":2,"dry":false,"digest":"ab"},"prev":""}"#
        #expect(lines.first == expected)
        #expect(lines.count == 2)
        #expect(lines == folder.lines())
        let second = try Self.read(lines[1])
        #expect(second.actor == nil && second.ip == nil && second.project == nil && second.target == nil && second.path == nil)
        #expect(AuditText.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(second.prev == AuditText.hash(lines[0]))
    }

    @Test("what a client can choose is cut")
    func bounded() async throws {
        let bench = try await AuditBench()
        let trail = try bench.trail()
        await trail.append(AuditRecord(.viewSession, actor: "a", path: "/" + String(repeating: "x", count: 100_000)))
        await trail.append(AuditRecord(.viewSession, actor: "e" + String(repeating: "\u{301}", count: 100_000)))
        await trail.flush()
        let lines = try await bench.lines()
        for (_, line) in lines { #expect(line.utf8.count < 3_000) }
        #expect(try await bench.faults().isEmpty)
    }

    @Test("two writers that race make one chain with every line, each in its own order")
    func race() async throws {
        let bench = try await AuditBench()
        let other = try await TestClient.connected(to: bench.server)
        defer { other.shutdown() }
        let trails = [try bench.trail(), try bench.trail(on: other)]
        await withTaskGroup(of: Void.self) { group in
            for (number, trail) in trails.enumerated() { group.addTask { await bench.append(150, to: trail, actor: "writer\(number)") } }
        }
        let lines = try await bench.lines()
        #expect(lines.count == 300)
        #expect(try await bench.faults().isEmpty)
        for number in 0..<2 {
            let targets = try lines.map { try Self.read($0.line) }.filter { $0.actor == "writer\(number)" }.map(\.target)
            #expect(targets == (0..<150).map { "session:s\($0)" })
        }
    }

    @Test("entries of one project lie in one shard, and every shard has a chain of its own")
    func shards() async throws {
        let bench = try await AuditBench(shards: 8)
        let trail = try bench.trail()
        let projects = (0..<20).map { "p\($0)" }
        for project in projects + projects { await trail.append(AuditRecord(.listSessions, actor: "ann", project: project)) }
        await trail.flush()
        let reports = try await AuditChain(client: bench.client, schema: bench.schema, retentionSeconds: 0).check(nowMs: bench.nowMs)
        #expect(reports.reduce(0) { $0 + $1.lines } == 40 && reports.allSatisfy(\.isIntact))
        #expect(reports.count { $0.lines > 0 } > 1)
    }

    @Test("lines past retention go, in steps, and what is left is a chain")
    func trims() async throws {
        let bench = try await AuditBench()
        let old = Date(timeIntervalSinceNow: -90_000)
        // Made up as of yesterday: Redis gives the ids of today.
        let seed = try bench.trail()
        await bench.append(250, to: seed, at: old)
        let past = try await bench.lines().enumerated().map { index, entry in
            (id: StreamID(milliseconds: UInt64(bench.nowMs - 90_000_000), sequence: UInt64(index)), line: entry.line)
        }
        try await bench.replace(with: past)
        let trail = try bench.trail(retention: 86_400)
        for (index, left) in [(1, 151), (2, 52), (3, 3)] {
            await bench.append(1, to: trail)
            let count = try await bench.lines().count
            #expect(count == left, "append \(index)")
        }
        #expect(try await bench.faults(retention: 86_400).isEmpty)
        // Somebody who says that lines are kept for longer is told.
        #expect(try await bench.faults(retention: 864_000).count == 1)
        // The newest line stays, however old it is.
        await trail.append(AuditRecord(.login, actor: nil, at: Date(timeIntervalSinceNow: 900_000)))
        await trail.flush()
        #expect(try await bench.lines().count == 1)
    }

    @Test("above maxmemory lines are still appended and trimmed")
    func aboveMaxmemory() async throws {
        let bench = try await AuditBench()
        let trail = try bench.trail(retention: 86_400)
        await bench.append(1, to: trail)
        _ = try await bench.client.send(RedisCommand("CONFIG", "SET", "maxmemory", 1))
        #expect(await bench.client.failure(of: RedisCommand("SET", bench.schema.layout, "x"))?.code == .outOfMemory)
        await bench.append(2, to: trail)
        #expect(try await bench.lines().count == 3)
        #expect(try await bench.faults().isEmpty)
    }

    @Test("while Redis is away lines go to the log, marked, and nobody waits for them; the chain goes on afterwards")
    func redisAway() async throws {
        let bench = try await AuditBench()
        let folder = try LogFolder()
        let client = TestClient.make(bench.server.configuration) {
            $0.commandTimeoutMs = 2_000
            $0.connectTimeoutMs = 200
        }
        defer { client.shutdown() }
        let trail = try bench.trail(log: AuditLog(.file(folder.file)), on: client)
        await bench.append(1, to: trail)
        _ = try await bench.client.send(RedisCommand("SAVE"))
        bench.server.kill()
        await bench.append(3, to: trail)
        let lines = try folder.lines().map(Self.read)
        #expect(lines.map(\.stored) == [nil, false, false, false])
        #expect(lines.map(\.target) == ["session:s0", "session:s0", "session:s1", "session:s2"])
        #expect(lines[1].prev == nil)
        try await bench.server.restart()
        #expect(try await client.until { client.isConnected })
        await bench.append(1, to: trail)
        #expect(folder.lines().last.map { !$0.contains("stored") } == true)
    }

    @Test("more entries than can wait are refused, and those that wait are written in order")
    func full() async throws {
        let bench = try await AuditBench()
        bench.server.suspend()
        let trail = try bench.trail(capacity: 5)
        for number in 0..<20 { await trail.append(AuditRecord(.viewSession, actor: "ann", target: "session:s\(number)")) }
        bench.server.resume()
        await trail.flush()
        let targets = try await bench.lines().map { try Self.read($0.line).target }
        // What the writer already took does not wait any more.
        #expect(targets.count >= 5 && targets.count < 20)
        #expect(targets == (0..<targets.count).map { "session:s\($0)" })
    }

    @Test("the log file is made for its owner alone, appended to, and made again after rotation")
    func rotation() async throws {
        let bench = try await AuditBench()
        let folder = try LogFolder()
        let log = AuditLog(.file(folder.file))
        #expect(log.isWritable)
        let trail = try bench.trail(log: log)
        await bench.append(2, to: trail)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.moveItem(atPath: folder.file, toPath: folder.file + ".1")
        await bench.append(3, to: trail)
        #expect(folder.lines(folder.file + ".1").count == 2 && folder.lines().count == 3)
        let again = try bench.trail(log: AuditLog(.file(folder.file)))
        await bench.append(1, to: again)
        #expect(folder.lines().count == 4)
        #expect(!AuditLog(.file("\(folder.path)/missing/audit.log")).isWritable)
    }

    @Test("a log that cannot be written to does not keep lines out of Redis")
    func brokenLog() async throws {
        let bench = try await AuditBench()
        let trail = try bench.trail(log: AuditLog(.file("/nowhere/audit.log")))
        await bench.append(2, to: trail)
        #expect(try await bench.lines().count == 2)
    }
}
