import RedisStore
import Testing

@testable import Worker

/// From a batch's metadata to an erasure by user, through a real worker.
@Suite struct UserIndexTests {
    private func send(_ bench: WorkerBench, _ session: String, metadata: String) async throws {
        let text = #"{"sessionId":"\#(session)","windowId":"w","metadata":\#(metadata),"events":[{"type":3,"timestamp":1}]}"#
        try await bench.append(body: ChunkText.gzip(text), session: session)
    }

    @Test("user-42 is not user-421, addresses that redaction makes alike stay apart, and an earlier login is found; no key or field shows a user")
    func exact() async throws {
        try await withBench { bench in
            try await send(bench, "s42", metadata: #"{"userId":"user-42"}"#)
            try await send(bench, "s421", metadata: #"{"userId":"user-421"}"#)
            try await send(bench, "number", metadata: #"{"userId":42}"#)
            try await send(bench, "jane", metadata: #"{"userId":"jane@shop.example"}"#)
            try await send(bench, "john", metadata: #"{"userId":"john@shop.example"}"#)
            try await send(bench, "both", metadata: #"{"userId":"jane@shop.example"}"#)
            try await send(bench, "both", metadata: #"{"userId":"john@shop.example"}"#)
            try await bench.work()
            let keys = try await bench.redis.send(RedisCommand("KEYS", "*")).array?.compactMap(\.string) ?? []
            #expect(keys.contains { $0.contains(":by:user:") } && !keys.contains { $0.contains("jane") && $0.contains("@") })
            let erasure = try Erasure(client: bench.redis, schema: bench.schema, tombstoneSeconds: 60, userKey: "userId", patienceSeconds: 0)
            func erased(_ user: String) async throws -> Int { try await erasure.erase(.user(user), project: "default").sessions }
            #expect(try await erased("user-4") == 0)
            #expect(try await erased("user-42") == 1)
            #expect(try await erased("42") == 1)
            #expect(try await erased("jane@shop.example") == 2)
            let left = try await bench.redis.send(RedisCommand("ZRANGE", bench.schema.shard(0).project("default").sessions, 0, -1))
            #expect(Set(left.array?.compactMap(\.string) ?? []) == ["s421", "john"])
            #expect(try await erased("john@shop.example") == 1)
        }
    }

    @Test("another key, or none")
    func key() async throws {
        try await withBench { bench in
            try await send(bench, "s", metadata: #"{"account":"a1"}"#)
            try await bench.work { $0.userKey = "account" }
            try await send(bench, "t", metadata: #"{"userId":"a1"}"#)
            try await bench.work { $0.userKey = "" }
            let names = bench.schema.shard(0).project("default")
            let tokens = try await bench.redis.send(RedisCommand("SMEMBERS", names.indexes)).array?.compactMap(\.string) ?? []
            #expect(tokens == ["user:\(UserToken.value(key: "account", of: "a1"))"])
        }
    }
}
