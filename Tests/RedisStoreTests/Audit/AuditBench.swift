import Foundation
import Logging
import RedisServerFixture
import RedisStore

/// A Redis with audit trails on it.
struct AuditBench {
    let server: RedisServer
    let client: RedisClient
    let schema: KeySchema

    init(shards: Int = 1) async throws {
        server = try await RedisServer.start()
        client = try await TestClient.connected(to: server)
        schema = try KeySchema(shards: shards)
    }

    var stream: RedisKey { schema.shard(0).audit }

    func trail(log: AuditLog = AuditLog(.nowhere), retention: Int = 0, capacity: Int = 10_000, on client: RedisClient? = nil) throws -> AuditTrail {
        try AuditTrail(
            client: client ?? self.client, schema: schema, log: log, retentionSeconds: retention, logger: TestClient.logger, capacity: capacity)
    }

    func append(_ count: Int, to trail: AuditTrail, actor: String = "ann", at: Date = .now) async {
        for number in 0..<count {
            await trail.append(AuditRecord(.viewSession, actor: actor, project: "shop", target: "session:s\(number)", path: "/x", at: at))
        }
        await trail.flush()
    }

    func lines(_ key: RedisKey? = nil) async throws -> [(id: StreamID, line: String)] {
        let reply = try await client.send(RedisCommand("XRANGE", key ?? stream, "-", "+"))
        return (reply.array ?? []).compactMap { entry in
            guard let parts = entry.array, let id = parts[0].string.flatMap(StreamID.init) else { return nil }
            return (id, parts[1].pairs?.first?.value.string ?? "")
        }
    }

    func faults(retention: Int = 0) async throws -> [AuditChain.Fault] {
        try await AuditChain(client: client, schema: schema, retentionSeconds: retention).check(nowMs: nowMs).flatMap(\.faults)
    }

    var nowMs: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Rebuilds the stream from other lines, as somebody could who can write to Redis.
    func replace(with lines: [(id: StreamID, line: String)]) async throws {
        _ = try await client.send(RedisCommand("DEL", stream))
        for (id, line) in lines { _ = try await client.send(RedisCommand("XADD", stream, id, "line", line)) }
    }
}

/// A folder of one test for a log file.
final class LogFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/sentiero-audit-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var file: String { "\(path)/audit.log" }

    func lines(_ file: String? = nil) -> [String] {
        guard let text = try? String(contentsOfFile: file ?? self.file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map(String.init)
    }
}
