import RedisStore
import Testing

@Suite struct KeySchemaTests {
    /// Computed apart from this code: SHA-256(project, NUL, session), first 8 bytes big-endian; mod shards, div shards mod partitions.
    /// These must never change: they say where existing data lives.
    @Test(arguments: [
        (1, 8, "default", "9f3c2a10-0000-4000-8000-000000000001", 0, 2),
        (1, 8, "shop", "abc", 0, 2),
        (1, 8, "default", "a", 0, 5),
        (1, 8, "a", "default", 0, 4),
        (16, 8, "default", "9f3c2a10-0000-4000-8000-000000000001", 2, 1),
        (16, 8, "shop", "abc", 10, 3),
        (16, 8, "default", "a", 5, 6),
        (16, 8, "a", "default", 4, 4),
        (64, 4, "default", "9f3c2a10-0000-4000-8000-000000000001", 18, 2),
        (64, 4, "shop", "abc", 58, 0),
        (64, 4, "default", "a", 37, 1),
        (64, 4, "a", "default", 4, 1),
    ])
    func placesSessions(shards: Int, partitions: Int, project: String, session: String, shard: Int, partition: Int) throws {
        let schema = try KeySchema(shards: shards, partitions: partitions)
        #expect(schema.place(project: project, session: session) == Place(shard: shard, partition: partition))
    }

    @Test func spreadsSessionsEvenly() throws {
        let schema = try KeySchema(shards: 4, partitions: 8)
        var counts: [Place: Int] = [:]
        for number in 0..<3200 { counts[schema.place(project: "default", session: "session-\(number)"), default: 0] += 1 }
        #expect(counts.count == 32)
        #expect(counts.values.allSatisfy { (50...150).contains($0) })
    }

    @Test func namesKeysAsDocumented() throws {
        let schema = try KeySchema()
        #expect(schema.shard(0).ingest(3).rawValue == "sentiero:{0}:ingest:3")
        #expect(schema.shard(0).project("default").session("9f").rawValue == "sentiero:{0}:default:session:9f")
        #expect(schema.shard(2).project("p").events("s", "w").rawValue == "sentiero:{2}:p:events:s:w")
        #expect(schema.layout.rawValue == "sentiero:layout")
    }

    @Test(arguments: ["a{b:", "a}b:", "{x}:"])
    func refusesBracesInThePrefix(prefix: String) {
        #expect(throws: KeySchemaError.bracesInPrefix(prefix)) { try KeySchema(prefix: prefix) }
    }

    @Test(arguments: [(0, 8), (1025, 8), (1, 0), (1, 1025), (-1, 8)])
    func refusesCountsOutOfRange(shards: Int, partitions: Int) {
        #expect(throws: KeySchemaError.self) { try KeySchema(shards: shards, partitions: partitions) }
    }

    @Test(arguments: [
        ("Chrome", "Chrome"), ("a b", "a%20b"), ("a:b", "a%3Ab"), ("{0}", "%7B0%7D"), ("é", "%C3%A9"), ("%", "%25"), ("\n", "%0A"),
        ("a.b_c-d", "a.b_c-d"), ("", ""),
    ])
    func encodesValues(value: String, encoded: String) throws {
        #expect(try KeySchema().shard(0).project("p").by("browser", value).rawValue == "sentiero:{0}:p:by:browser:\(encoded)")
    }
}
