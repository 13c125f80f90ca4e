import Logging
import RedisServerFixture
import RedisStore

/// A Redis without a web server in front.
final class TestStore: Sendable {
    let server: RedisServer
    let client: RedisClient
    let keys: KeySchema

    init(shards: Int = 1) async throws {
        server = try await RedisServer.start()
        client = RedisClient(configuration: server.configuration, logger: Logger(label: "test"))
        try await client.connect()
        keys = try KeySchema(shards: shards)
    }

    deinit { client.shutdown() }

    func record(_ batches: [RecordedBatch]) async throws { try await RecordedBatch.store(batches, client: client, keys: keys) }
}
