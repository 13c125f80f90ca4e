import Foundation
import Ingest
import RedisStore
import Testing

@testable import Worker

/// From notices to deliveries (spec 06 section 7).
@Suite struct AlertDispatchTests {
    @Test func aNewIssueIsToldOnceToEveryChannel() async throws {
        try await withAlerts { alerts in
            try await alerts.channel(port: 1)
            try await alerts.book.save(AlertChannel(id: "team", name: "Team", recipients: ["a@b.c"]), project: "default")
            try await alerts.rule { $0.channels = ["hook", "team", "gone"] }
            try await alerts.part(first: 1_000)
            try await alerts.notice()
            try await alerts.work().dispatch.round(takesAbandoned: true)
            let log = try await alerts.log()
            #expect(Set(log.map(\.channel)) == ["hook", "team"])
            #expect(Set(log.map(\.type)) == ["issue.new"])
            let mail = try #require(log.first { $0.channel == "team" })
            #expect(mail.subject == "[Sentiero] New issue in default: TypeError: x is <undefined>")
            #expect(mail.text.contains("Replay: https://s.example/sessions/s1/windows/w1?t="))
            #expect(try await alerts.waiting() == 0)
            // A second one, in the quiet period.
            try await alerts.notice()
            try await alerts.work().dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().count == 2)
        }
    }

    @Test(
        "rules that are off, of another occasion or with another filter say nothing",
        arguments: [
            { $0.enabled = false }, { $0.when = .regression }, { $0.filter.origin = .server }, { $0.filter.environment = "staging" },
            { $0.filter.text = "ReferenceError" },
        ] as [@Sendable (inout AlertRule) -> Void])
    func silentRules(change: @Sendable (inout AlertRule) -> Void) async throws {
        try await withAlerts { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule(.new, change)
            try await alerts.part(first: 1_000)
            try await alerts.notice()
            try await alerts.work().dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().isEmpty)
            #expect(try await alerts.waiting() == 0)
        }
    }

    @Test func aWorkerKilledBetweenTheClaimAndTheDeliveriesLosesNothing() async throws {
        try await withAlerts { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule()
            try await alerts.part(first: 1_000)
            try await alerts.notice()
            let first = try alerts.work().dispatch
            let taken = try #require(try await first.notices.next(limit: 1).first)
            let claim = try await alerts.deliveries.claim(
                rule: "r-new", fingerprint: AlertBench.fingerprint, project: "default", notice: taken.id, quietMinutes: 30)
            #expect(claim)
            // Killed here. Another worker finds what it left, and again after another kill.
            let second = try alerts.work().dispatch
            try await second.round(takesAbandoned: true, abandonedMs: 60_000)
            #expect(try await alerts.log().isEmpty, "it may still be at work")
            try await second.round(takesAbandoned: true, abandonedMs: 0)
            #expect(try await alerts.log().count == 1)
            try await second.handle(taken)
            #expect(try await alerts.log().count == 1)
            #expect(try await alerts.waiting() == 0)
        }
    }

    @Test func twoWorkersTellOncePerRuleAndIssue() async throws {
        try await withAlerts(shards: 4) { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule()
            for shard in 0..<4 { try await alerts.part(shard: shard, first: 1_000 + Int64(shard)) }
            for shard in 0..<4 { for _ in 0..<5 { try await alerts.notice(shard: shard) } }
            let workers = [try alerts.work().dispatch, try alerts.work().dispatch]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { for _ in 0..<3 { try await worker.round(takesAbandoned: true, abandonedMs: 0) } } }
                try await group.waitForAll()
            }
            #expect(try await alerts.log().count == 1)
            for shard in 0..<4 { #expect(try await alerts.waiting(shard: shard) == 0) }
        }
    }

    @Test func aPartInAnotherShardIsNoNewIssue() async throws {
        try await withAlerts(shards: 2) { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule()
            try await alerts.part(shard: 0, first: 1_000)
            try await alerts.part(shard: 1, first: 2_000)
            try await alerts.notice(shard: 1)
            let dispatch = try alerts.work().dispatch
            try await dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().isEmpty)
            try await alerts.notice(shard: 0)
            try await dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().map(\.type) == ["issue.new"])
        }
    }

    /// The part that comes after a resolution is new in its shard, or met the mark there: both are the one regression.
    @Test(arguments: ["new", "regression"])
    func whatComesAfterAResolutionIsARegression(kind: String) async throws {
        try await withAlerts(shards: 2) { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule(.new)
            try await alerts.rule(.regression)
            try await alerts.part(shard: 0, first: 1_000)
            let status = alerts.bench.schema.home(project: "default", fingerprint: AlertBench.fingerprint).status(AlertBench.fingerprint)
            _ = try await alerts.bench.redis.send(RedisCommand("HSET", status, "status", "resolved", "set_at", 1_500_000, "resolved_at", "1.5"))
            let dispatch = try alerts.work().dispatch
            // Nothing came since: a late notice of before.
            try await alerts.notice("regression", shard: 0)
            try await dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().isEmpty)
            try await alerts.part(shard: 1, first: 2_000)
            for _ in 0..<2 { try await alerts.notice(kind, shard: 1) }
            try await dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().map(\.type) == ["issue.regression"])
            #expect(try await alerts.bench.redis.send(RedisCommand("HGET", status, "status")).string == "open")
        }
    }

    @Test func aSpikeIsToldOnceInTheQuietPeriod() async throws {
        try await withAlerts { alerts in
            try await alerts.channel(port: 1)
            try await alerts.rule(.spike)
            try await alerts.part(first: alerts.bench.nowMs, perMinute: 2)
            let work = try alerts.work()
            try await work.dispatch.round(takesAbandoned: false)
            try await work.spikes.look()
            #expect(try await alerts.waiting() == 0, "four in two minutes are no five")
            try await alerts.part(first: alerts.bench.nowMs, perMinute: 3)
            // Two looks before anybody reads the first notice, one after.
            for _ in 0..<2 { try await work.spikes.look() }
            try await work.dispatch.round(takesAbandoned: false)
            try await work.spikes.look()
            try await work.dispatch.round(takesAbandoned: false)
            #expect(try await alerts.log().map(\.type) == ["issue.spike"])
            #expect(try await alerts.waiting() == 0)
        }
    }

    @Test func whatIsNoNoticeIsTakenOut() async throws {
        try await withAlerts { alerts in
            let key = alerts.bench.schema.shard(0).alerts
            _ = try await alerts.bench.redis.send(RedisCommand("XADD", key, "*", "kind", "other"))
            // Of a problem that is gone.
            try await alerts.notice()
            try await alerts.work().dispatch.round(takesAbandoned: true)
            #expect(try await alerts.waiting() == 0)
        }
    }
}
