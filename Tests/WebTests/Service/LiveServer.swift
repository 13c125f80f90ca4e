import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import RedisServerFixture
import RedisStore
import ServiceLifecycle

@testable import Web

/// The web tier on a port of its own over a real Redis, for one test.
struct LiveServer: Sendable {
    let port: Int
    let redis: RedisServer
    /// Reads what the lane wrote.
    let queue: IngestQueue
    let store: RedisClient
    let keys: KeySchema
    let shutDown: @Sendable () async -> Void

    static func run(
        redis given: RedisServer? = nil,
        keys: KeySchema? = nil,
        commandTimeoutMs: Int = 900,
        encryption: EncryptionSettings? = nil,
        _ configure: @Sendable (inout WebConfiguration) -> Void = { _ in },
        _ test: @Sendable @escaping (LiveServer) async throws -> Void
    ) async throws {
        let redis: RedisServer
        if let given { redis = given } else { redis = try await RedisServer.start() }
        let schema = try keys ?? KeySchema()
        var configuration = WebConfiguration()
        configuration.port = 0
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var connection = redis.configuration
        connection.commandTimeoutMs = commandTimeoutMs
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = try WebServer(
            configuration: configuration, redis: connection, keys: schema, encryption: encryption, version: "test", logger: logger
        ) {
            found.yield($0)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let store = RedisClient(configuration: redis.patientConfiguration, logger: logger)
        defer { store.shutdown() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw LiveServerError.notStarted }
            let live = LiveServer(
                port: port, redis: redis, queue: IngestQueue(client: store, schema: schema), store: store, keys: schema,
                shutDown: { await group.triggerGracefulShutdown() }
            )
            do {
                if redis.processID != nil { try await live.waitUntilReady() }
                try await test(live)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    func waitUntilReady() async throws {
        for _ in 0..<500 {
            // A test's short deadlines hold for this request, too: on a busy machine one is cut off.
            if let answer = try? await get("/readyz"), answer.status == .ok { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw LiveServerError.notReady
    }

    func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: [UInt8]? = nil) async throws -> LiveResponse {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let authority = headers[.hostForTests] ?? "127.0.0.1:\(port)"
            var fields = headers
            fields[.hostForTests] = nil
            let response = try await client.execute(
                .init(path, method: method, authority: authority, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
            )
            return LiveResponse(status: response.status, headers: response.headers, bytes: response.body.map { Array($0.readableBytesView) } ?? [])
        }
    }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> LiveResponse { try await send(.get, path, headers) }

    func post(_ body: [UInt8], _ headers: HTTPFields = [:], path: String = "/events") async throws -> LiveResponse {
        try await send(.post, path, headers, body)
    }

    func post(_ body: String, _ headers: HTTPFields = [:], path: String = "/events") async throws -> LiveResponse {
        try await post(Array(body.utf8), headers, path: path)
    }

    /// Everything in the ingest streams.
    func batches() async throws -> [IngestBatch] {
        var result: [IngestBatch] = []
        for shard in keys.allShards {
            for partition in 0..<keys.partitions {
                for entry in try await queue.read(Place(shard: shard.shard, partition: partition), count: 1000) {
                    result.append(try entry.batch.get())
                }
            }
        }
        return result
    }
}

struct LiveResponse: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

enum LiveServerError: Error { case notStarted, notReady }

extension HTTPField.Name {
    /// `Host` cannot be set as a field; tests name it with this one.
    static let hostForTests = HTTPField.Name("x-host-for-tests")!
    static let gpc = HTTPField.Name("sec-gpc")!
    static let forwardedFor = HTTPField.Name("x-forwarded-for")!
}
