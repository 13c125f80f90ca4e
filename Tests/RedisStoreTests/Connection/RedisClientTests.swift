import RedisServerFixture
import RedisStore
import Testing

@Suite struct RedisClientTests {
    @Test func matchesThousandConcurrentCommandsWithTheirReplies() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        try await withThrowingTaskGroup(of: (Int, RedisValue).self) { group in
            for number in 0..<1_000 {
                group.addTask { (number, try await client.send(RedisCommand("ECHO", number))) }
            }
            for try await (number, reply) in group { #expect(reply.int == number) }
        }
        #expect(try await client.until { client.pendingCommands == 0 })
    }

    @Test func keepsTheOrderOfOneTask() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        for number in 0..<100 { _ = try await client.send(RedisCommand("RPUSH", "list", number)) }
        let list = try await client.send(RedisCommand("LRANGE", "list", 0, -1))
        #expect(list.array?.map(\.int) == (0..<100).map { $0 })
    }

    @Test func sendsSeveralCommandsInOnePieceWithErrorsInPlace() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let replies = try await client.send([
            RedisCommand("SET", "text", "x"), RedisCommand("LPUSH", "text", "y"), RedisCommand("GET", "text"), RedisCommand("GET", "none"),
        ])
        #expect(replies[0] == .status("OK"))
        #expect(replies[1].error?.code == .wrongType)
        #expect(replies[2] == .bulk([UInt8(ascii: "x")]))
        #expect(replies[3] == .null)
        #expect(try await client.send([RedisCommand]()) == [])
    }

    /// Nothing of another task comes between: MULTI on a shared connection would take it in.
    @Test func keepsAPieceTogether() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let replies = try await client.send([
                        RedisCommand("MULTI"), RedisCommand("INCR", "a"), RedisCommand("INCR", "a"), RedisCommand("EXEC"),
                    ])
                    #expect(replies[3].array?.count == 2)
                }
                group.addTask { _ = try await client.send(RedisCommand("INCR", "b")) }
            }
            try await group.waitForAll()
        }
        #expect(try await client.send(RedisCommand("GET", "a")).int == 100)
        #expect(try await client.send(RedisCommand("GET", "b")).int == 50)
    }

    @Test(arguments: [0, 1, 4_096, 65_535, 65_536, 1 << 20, 5 << 20])
    func carriesBytesOfAnySize(count: Int) async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        _ = try await client.send(RedisCommand("SET", "k", bytes))
        #expect(try await client.send(RedisCommand("STRLEN", "k")).int == count)
        #expect(try await client.send(RedisCommand("GET", "k")).bytes == bytes)
    }

    @Test func mixesLargeAndSmallCommands() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let large = [UInt8](repeating: 9, count: 1 << 20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let reply =
                        number.isMultiple(of: 10)
                        ? try await client.send(RedisCommand("ECHO", large)).bytes?.count == large.count
                        : try await client.send(RedisCommand("ECHO", number)).int == number
                    #expect(reply)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func encodesEveryKindOfArgument() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let key = try KeySchema().layout
        var command = RedisCommand("RPUSH", key)
        command.append("é\r\n$3")
        command.append(Int.min)
        command.append(Int64.max)
        command.append("abc".dropFirst())
        command.append([1, 2, 3] as [UInt8])
        command.append(([0, 1, 2, 3] as [UInt8])[1...2])
        [UInt8](repeating: 7, count: 3).withUnsafeBytes { command.append(bytes: $0) }
        command.append([UInt8]())
        #expect(try await client.send(command).int == 8)
        let values = try #require(try await client.send(RedisCommand("LRANGE", key, 0, -1)).array)
        #expect(values[0].string == "é\r\n$3")
        #expect(values[1].int == Int.min)
        #expect(values[2].int == Int(Int64.max))
        #expect(values[3].string == "bc")
        #expect(values[4...].map(\.bytes) == [[1, 2, 3], [1, 2], [7, 7, 7], []])
    }

    @Test func showsItsNameAndChoosesItsDatabase() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server) {
            $0.database = 3
            $0.clientName = "web-1"
        }
        #expect(try await client.send(RedisCommand("CLIENT", "GETNAME")).string == "web-1")
        let info = try #require(try await client.send(RedisCommand("CLIENT", "INFO")).string)
        #expect(info.contains(" db=3 "))
    }

    @Test func measuresRoundTrips() async throws {
        let server = try await RedisServer.start()
        let client = try await TestClient.connected(to: server)
        let before = client.roundTrip.snapshot.count
        for _ in 0..<10 { _ = try await client.send(RedisCommand("PING")) }
        #expect(client.roundTrip.snapshot.count == before + 10)
        #expect(client.roundTrip.snapshot.sum > 0)
    }
}
