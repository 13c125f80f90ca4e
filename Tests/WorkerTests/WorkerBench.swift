import Foundation
import Ingest
import Logging
import RedisServerFixture
import RedisStore
import ServiceLifecycle

@testable import Worker

/// A private Redis, a queue to put batches into, and workers to run on it.
struct WorkerBench: Sendable {
    let server: RedisServer
    let redis: RedisClient
    let schema: KeySchema
    let queue: IngestQueue
    let logger: Logger
    let nowMs = Int64(Date().timeIntervalSince1970 * 1000)

    @discardableResult
    func send(session: String, batchID: String?, timestamp: Int = 1, receivedMs: Int64? = nil) async throws -> StreamID {
        let id = batchID.map { #""batchId":"\#($0)","# } ?? ""
        let text = #"{"sessionId":"\#(session)","windowId":"w",\#(id)"events":[{"type":3,"timestamp":\#(timestamp)}]}"#
        return try await append(body: ChunkText.gzip(text), session: session, batchID: batchID, receivedMs: receivedMs)
    }

    @discardableResult
    func append(body: [UInt8], session: String, batchID: String? = nil, receivedMs: Int64? = nil) async throws -> StreamID {
        try await queue.append(
            IngestBatch(
                project: "default", session: session, window: "w", batchID: batchID, receivedMs: receivedMs ?? nowMs,
                encoding: .gzip, eventCount: 1, inflatedBytes: 100, body: body))
    }

    /// Runs workers while `work` runs, then stops them as a deployment would.
    func run(
        workers: [String], encryption: Encryption? = nil, change: (inout WorkerConfiguration) -> Void = { _ in },
        while work: @Sendable () async throws -> Void
    ) async throws {
        var services: [ServiceGroup] = []
        for worker in workers {
            var configuration = WorkerConfiguration(workerID: worker, redaction: .standard)
            change(&configuration)
            let service = WorkerService(configuration: configuration, redis: redis, schema: schema, encryption: encryption, logger: logger)
            services.append(ServiceGroup(services: [service], logger: logger))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            try await work()
            for service in services { await service.triggerGracefulShutdown() }
            try await group.waitForAll()
        }
    }

    /// One worker until the queue is empty.
    func work(as worker: String = "worker", encryption: Encryption? = nil, change: (inout WorkerConfiguration) -> Void = { _ in }) async throws {
        try await run(workers: [worker], encryption: encryption, change: change) { try await waitUntil { try await queued() == 0 } }
    }

    func queued() async throws -> Int { try await queue.statuses().reduce(0) { $0 + $1.length } }

    /// Counters of outcomes that are not 0.
    func outcomes() async throws -> [String: Int] {
        let pairs = try await redis.send(RedisCommand("HGETALL", schema.shard(0).outcomes)).pairs ?? []
        let known = Set(Outcome.allCases.map(\.rawValue))
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0.field, $0.value.int ?? -1) }).filter { known.contains($0.key) && $0.value != 0 }
    }

    func holders() async throws -> [Int: String] {
        var holders: [Int: String] = [:]
        for partition in 0..<schema.partitions {
            holders[partition] = try await redis.send(RedisCommand("GET", schema.shard(0).lease(partition))).string
        }
        return holders
    }

    struct Overdue: Error {}

    func waitUntil(_ condition: @Sendable () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if (try? await condition()) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Overdue()
    }
}

enum ChunkText {
    static func gzip(_ text: String) -> [UInt8] { Array(text.utf8).withUnsafeBytes { Gzip.deflate($0) } }
}

func withBench(
    _ options: (inout RedisServer.Options) -> Void = { _ in }, _ body: (WorkerBench) async throws -> Void
) async throws {
    let server = try await RedisServer.start(options)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let redis = RedisClient(configuration: server.patientConfiguration, logger: logger)
    try await redis.connect()
    let schema = try KeySchema()
    try await body(
        WorkerBench(server: server, redis: redis, schema: schema, queue: IngestQueue(client: redis, schema: schema), logger: logger))
    redis.shutdown()
    server.stop()
}
