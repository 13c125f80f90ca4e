import Logging
import RedisServerFixture
import RedisStore
import Testing

@Suite struct RedisClientTests {
    @Test func sendsAndReceives() async throws {
        let server = try await RedisServer.start()
        let client = RedisClient(configuration: server.configuration, logger: Logger(label: "test"))
        try await client.connect()
        #expect(client.isConnected)
        #expect(try await client.send(RedisCommand("SET", "k", [UInt8]([0, 13, 10, 255]))) == .status("OK"))
        #expect(try await client.send(RedisCommand("GET", "k")) == .bulk([0, 13, 10, 255]))
        client.shutdown()
    }
}
