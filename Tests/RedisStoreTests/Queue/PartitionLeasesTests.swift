import RedisStore
import Testing

@Suite("Partition leases")
struct PartitionLeasesTests {
    @Test("one holder at a time; only the holder renews and releases")
    func oneHolder() async throws {
        let bench = try await CommitBench()
        let one = try bench.leases("one")
        let two = try bench.leases("two")
        let lease = PartitionLease(place: bench.place, holder: "one", applied: nil, leftInFlight: nil)
        #expect(try await one.acquire(bench.place) == .acquired(lease))
        #expect(try await one.acquire(bench.place) == .acquired(lease))
        #expect(try await two.acquire(bench.place) == .heldBy("one"))
        #expect(try await two.renew([bench.place]).isEmpty)
        #expect(try await two.release(bench.place) == false)
        #expect(try await one.renew([bench.place]) == [bench.place])
        #expect(try await one.release(bench.place))
        #expect(try await one.renew([bench.place]).isEmpty)
        guard case .acquired = try await two.acquire(bench.place) else { return #expect(Bool(false)) }
    }

    @Test("a lease ends by itself and is not taken again by renewal")
    func expiry() async throws {
        let bench = try await CommitBench()
        let one = try bench.leases("one", leaseMs: 60_000)
        _ = try await one.acquire(bench.place)
        #expect((1...60_000).contains(try await bench.timeToLive(bench.shard.lease(0).rawValue)))
        try await bench.send("DEL", bench.shard.lease(0))
        #expect(try await one.renew([bench.place]).isEmpty)
        #expect(try await bench.send("EXISTS", bench.shard.lease(0)).int == 0)
    }

    @Test("renewal goes over several shards at once")
    func severalShards() async throws {
        let bench = try await CommitBench(shards: 3, partitions: 2)
        let leases = try bench.leases()
        let places = (0..<3).flatMap { shard in (0..<2).map { Place(shard: shard, partition: $0) } }
        for place in places.dropLast() { _ = try await leases.acquire(place) }
        #expect(try await leases.renew(places) == Set(places.dropLast()))
    }

    @Test("what the last owner left in flight is told to the next, and gone when applied")
    func leftInFlight() async throws {
        let bench = try await CommitBench()
        let drafts = [Draft(), Draft(), Draft("s2")]
        var ids: [StreamID] = []
        for draft in drafts { ids.append(try await bench.accept(draft)) }
        let leases = try bench.leases()
        let commit = try bench.commit()
        _ = try await leases.acquire(bench.place)
        _ = try await commit.begin(bench.place, holder: CommitBench.holder, applied: nil, range: ids[0]...ids[2], sessions: [])
        func left() async throws -> ClosedRange<StreamID>? {
            guard case .acquired(let lease) = try await leases.acquire(bench.place) else { return nil }
            return lease.leftInFlight
        }
        #expect(try await left() == ids[0]...ids[2])
        // Alone, one by one: attempts add up, the range stays until its last entry is applied.
        for expected in 1...3 {
            let start = try await commit.begin(
                bench.place, holder: CommitBench.holder, applied: nil, range: ids[0]...ids[0], sessions: [], isAlone: true)
            #expect(start.attempts == expected)
        }
        _ = try await commit.apply(
            [Draft { $0.disposition = .dead(reason: "attempts") }.entry(ids[0], revision: .known(nil))], place: bench.place,
            holder: CommitBench.holder, applied: nil)
        let letter = try #require(try await DeadLetters(client: bench.client, schema: bench.schema).list().first)
        #expect(letter.attempts == 3 && letter.reason == "attempts" && letter.entryID == ids[0])
        #expect(try await left() == ids[0]...ids[2])
        #expect(try await bench.hash(bench.shard.inflight(0)).keys.sorted() == ["first", "last"])
        _ = try await commit.apply(
            [Draft().entry(ids[1], revision: .known(nil)), Draft("s2").entry(ids[2], revision: .known(nil))], place: bench.place,
            holder: CommitBench.holder, applied: ids[0])
        #expect(try await left() == nil)
    }

    @Test("live workers are those heard of lately")
    func heartbeat() async throws {
        let bench = try await CommitBench()
        let one = try bench.leases("one")
        #expect(try await one.heartbeat() == ["one"])
        #expect(try await bench.leases("two").heartbeat() == ["one", "two"])
        try await bench.send("ZADD", bench.schema.workers, 1, "long-gone")
        #expect(try await one.heartbeat() == ["one", "two"])
        try await one.leave()
        #expect(try await one.liveWorkers() == ["two"])
    }
}
