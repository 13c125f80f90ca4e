import Foundation
import Ingest
import RedisStore

@testable import Worker

/// A project with one rule and one channel, and problems put there as a commit would.
struct AlertBench: Sendable {
    static let secret = "a secret of the test"
    static let fingerprint = String(repeating: "ab", count: 20)

    let bench: WorkerBench
    let book: AlertBook
    let deliveries: AlertDeliveries
    let metrics = WorkerMetrics()

    init(_ bench: WorkerBench) throws {
        self.bench = bench
        book = AlertBook(redis: bench.redis, keys: bench.schema, secrets: AlertSecrets(masters: nil))
        deliveries = try AlertDeliveries(redis: bench.redis, keys: bench.schema)
    }

    /// One worker's part; every worker has a memory of its own.
    func work(_ change: (inout AlertOptions) -> Void = { _ in }) throws -> AlertWork {
        var options = AlertOptions(allowsPrivate: true, address: "https://s.example")
        change(&options)
        return try AlertWork(
            redis: bench.redis, schema: bench.schema, encryption: nil, options: options, metrics: metrics, clock: .system, logger: bench.logger)
    }

    func channel(_ id: String = "hook", port: Int, host: String = "127.0.0.1") async throws {
        try await book.save(AlertChannel(id: id, name: "Hook", url: "http://\(host):\(port)/in", secret: Self.secret), project: "default")
    }

    func rule(_ when: AlertRule.Occasion = .new, _ change: (inout AlertRule) -> Void = { _ in }) async throws {
        var rule = AlertRule(
            id: "r-\(when)", name: "Rule", when: when, spike: when == .spike ? SpikeCondition(count: 5, minutes: 2) : nil, channels: ["hook"])
        change(&rule)
        try await book.save(rule, project: "default")
    }

    /// A part of a problem as the commit script leaves it.
    /// - Parameter receivedMs: when its first and newest occurrence came.
    func part(shard: Int = 0, first firstMs: Int64, received receivedMs: Int64? = nil, perMinute: Int = 1) async throws {
        let keys = bench.schema.shard(shard)
        let project = keys.project("default")
        let newest = receivedMs ?? firstMs
        let minute = bench.nowMs / 60_000
        let buckets = (0..<2).flatMap { [ProblemTrendName.minute((minute - Int64($0)) * 60_000), "\(perMinute)"] }
        let commands: [(String, [any RedisArgument])] = [
            ("SADD", [keys.projects, "default"]),
            (
                "HSET",
                [
                    project.problem(Self.fingerprint), "origin", "browser", "class", "TypeError", "title", "TypeError: x is <undefined>", "message",
                    "x",
                    "count", 3, "sessions", 1, "first_seen", firstMs / 1000, "last_seen", newest / 1000, "first_received", firstMs * 1000, "received",
                    newest * 1000,
                ]
            ),
            ("HSET", [project.facets(Self.fingerprint), "environment:production", 3]), ("HSET", [project.trend(Self.fingerprint)] + buckets),
            ("ZADD", [project.problems, newest / 1000, Self.fingerprint]),
        ]
        for (name, arguments) in commands {
            var command = RedisCommand(name)
            command.append(contentsOf: arguments)
            _ = try await bench.redis.send(command)
        }
    }

    /// A notice as the commit script leaves it.
    func notice(_ kind: String = "new", shard: Int = 0, session: String = "s1") async throws {
        _ = try await bench.redis.send(
            RedisCommand(
                "XADD", bench.schema.shard(shard).alerts, "*", "kind", kind, "project", "default", "fingerprint", Self.fingerprint, "session",
                session,
                "window", "w1", "at", bench.nowMs))
    }

    /// What a dispatch would queue; a number makes it one of its own.
    func delivery(to channel: String, _ number: Int, kind: AlertMessage.Kind = .issue(.new), sessions: [String] = []) -> AlertDelivery {
        let message = AlertMessage(
            kind: kind, atMs: bench.nowMs, project: "default", ruleID: "r", ruleName: "Rule",
            issue: AlertIssue(fingerprint: Self.fingerprint, title: "Number \(number)", origin: .server, firstSeen: 1, lastSeen: 1),
            issueURL: "https://s.example/issues/\(Self.fingerprint)")
        return AlertDelivery(
            message, to: AlertChannel(id: channel, name: "Hook", url: "http://127.0.0.1/", secret: Self.secret), notice: "n\(number)",
            sessions: sessions)
    }

    func log() async throws -> [AlertDelivery] { try await deliveries.log(project: "default", limit: 50) }

    /// Makes what waits due at once.
    func hurry() async throws {
        let key = bench.schema.shard(0).alertsDue
        for member in try await bench.redis.send(RedisCommand("ZRANGE", key, 0, -1)).array?.compactMap(\.string) ?? [] {
            _ = try await bench.redis.send(RedisCommand("ZADD", key, 0, member))
        }
    }

    /// Notices no worker has finished.
    func waiting(shard: Int = 0) async throws -> Int { try await bench.redis.send(RedisCommand("XLEN", bench.schema.shard(shard).alerts)).int ?? -1 }
}

enum ProblemTrendName {
    /// `m<yyyymmddhhmm>`
    static func minute(_ ms: Int64) -> String {
        let iso = Date(timeIntervalSince1970: Double(ms) / 1000).formatted(.iso8601)
        return "m" + String(iso.filter(\.isNumber).prefix(12))
    }
}

func withAlerts(shards: Int = 1, _ body: (AlertBench) async throws -> Void) async throws {
    try await withBench { bench in
        let schema = try KeySchema(shards: shards)
        let other = WorkerBench(
            server: bench.server, redis: bench.redis, schema: schema, queue: IngestQueue(client: bench.redis, schema: schema), logger: bench.logger)
        try await body(AlertBench(other))
    }
}
