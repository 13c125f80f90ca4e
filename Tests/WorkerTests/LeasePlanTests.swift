import RedisStore
import Testing

@testable import Worker

@Suite struct LeasePlanTests {
    static let partitions = (0..<8).map { Place(shard: 0, partition: $0) }

    @Test func aSingleWorkerTakesEverything() {
        let plan = LeasePlan(worker: "a", live: ["a"], held: [], all: Self.partitions)
        #expect(plan.missing == 8)
        #expect(Set(plan.acquire) == Set(Self.partitions))
        #expect(plan.release.isEmpty)
    }

    @Test func aNewcomerMakesTheOwnerGiveUpHalf() {
        let owner = LeasePlan(worker: "a", live: ["a", "b"], held: Set(Self.partitions), all: Self.partitions)
        #expect(owner.release.count == 4)
        #expect(owner.missing == 0)
        let newcomer = LeasePlan(worker: "b", live: ["a", "b"], held: [], all: Self.partitions)
        #expect(newcomer.missing == 4)
    }

    @Test(arguments: 1...11) func sharesAddUpToAllPartitions(workers: Int) {
        let live = Set((0..<workers).map { "worker-\($0)" })
        let shares = live.map { LeasePlan(worker: $0, live: live, held: [], all: Self.partitions).missing }
        #expect(shares.reduce(0, +) == 8)
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
    }

    @Test func aWorkerNotYetInTheListCountsItself() {
        let plan = LeasePlan(worker: "b", live: ["a"], held: [], all: Self.partitions)
        #expect(plan.missing == 4)
    }

    @Test func whatIsHeldIsNotAskedForAgain() {
        let held: Set = [Self.partitions[0], Self.partitions[5]]
        let plan = LeasePlan(worker: "a", live: ["a"], held: held, all: Self.partitions)
        #expect(plan.missing == 6)
        #expect(held.isDisjoint(with: plan.acquire))
    }
}
