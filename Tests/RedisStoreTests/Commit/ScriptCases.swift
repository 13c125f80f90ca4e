import Ingest
@testable import RedisStore
import Testing

/// One valid call of every script, on a shard with a session of two windows, a waiting batch and a dead letter.
struct ScriptCases {
    let bench: CommitBench
    let waiting: StreamID
    let applied: StreamID
    let letter: StreamID

    /// Empties the server and makes that state.
    init(on bench: CommitBench) async throws {
        self.bench = bench
        try await bench.send("FLUSHALL")
        let draft = Draft {
            $0.dimensions = [("browser", "Chrome")]
            $0.events = 4
            $0.problems = [.sample()]
        }
        _ = try await bench.store([draft, Draft("s1", "w2"), Draft("s2"), Draft { $0.disposition = .dead(reason: "test") }])
        waiting = try await bench.accept(Draft())
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place), let applied = lease.applied else {
            throw BenchError.leaseHeld
        }
        self.applied = applied
        try await ProblemSeed(bench).occurrence("f1", session: "s1")
        try await ProblemSeed(bench).serverEvent("paid", session: "s1")
        let letters = try await DeadLetters(client: bench.client, schema: bench.schema).list()
        letter = try #require(letters.first?.id)
    }

    func call(_ name: String) async throws -> ScriptCall? {
        let shard = bench.shard
        let project = bench.project
        let base = project.base
        let session = [project.session("s1"), project.windows("s1"), project.erased("s1")]
        let indexes = [project.sessions, project.sessionsByCreation, project.sessionsByEvents]
        let browser = project.by("browser", "Chrome")
        func call(_ keys: [RedisKey], _ arguments: any RedisArgument...) throws -> ScriptCall {
            var call = try Scripts.named(name).call(keys: keys)
            call.append(contentsOf: arguments)
            return call
        }
        switch name {
        case "acquireLease": return try call([shard.lease(0), shard.applied(0), shard.inflight(0)], CommitBench.holder, 60_000)
        case "renewLeases": return try call([shard.lease(0)], CommitBench.holder, 60_000)
        case "releaseLease": return try call([shard.lease(0)], CommitBench.holder)
        case "heartbeat": return try call([bench.schema.workers], CommitBench.holder, 60_000, "0")
        case "beginBatch":
            return try call(
                [shard.lease(0), shard.applied(0), shard.inflight(0), project.session("s1"), project.erased("s1")], CommitBench.holder,
                applied, waiting, waiting, "1")
        case "commit":
            let rev = Int(try await bench.row("s1")["rev"] ?? "")
            let encoding = CommitEncoding(
                entries: [
                    Draft {
                        $0.dimensions = [("browser", "Chrome")]
                        $0.receivedMs += 2_000
                        $0.problems = [.sample()]
                    }.entry(waiting, revision: .known(rev))
                ],
                shard: shard, partition: 0)
            return try encoding.call(
                Scripts.named(name), holder: CommitBench.holder, applied: applied, settings: CommitSettings(maxEventsPerSession: 5, maxSessions: 1),
                shards: 1)
        case "removeSession": return try call(session + indexes + [project.by("user", "u")], base, "s1", "erased", 60, "", "")
        case "removeWindow": return try call(session + indexes + [project.events("s1", "w1")], base, "s1", "w1", 60)
        case "holdSession": return try call([project.session("s1"), project.windows("s1"), project.held], base, "s1", "a dispute")
        case "releaseSession":
            _ = try await LegalHold(client: bench.client, schema: bench.schema, retentionSeconds: 60).hold(
                project: "default", session: "s1", reason: "a dispute")
            return try call([project.session("s1"), project.windows("s1"), project.held], base, "s1", 86_400, 86_400)
        case "eraseQueued":
            try await bench.send("DEL", shard.lease(0))
            return try call([shard.lease(0), shard.ingest(0), shard.inflight(0), shard.outcomes], "-", "+", "erase", "default", "s1")
        case "watchRewrite": return try call([bench.schema.appendOnlyFile, bench.schema.rewriteClaim], "run", 1, "0", "1", 0, 60)
        case "evictSession": return try call(indexes + [shard.outcomes], base, 1, "s2")
        case "evictProblem":
            return try call(
                [problemKeys[1], problemKeys[0], problemKeys[7], project.dataKey(".f"), shard.outcomes], base, Self.fingerprint,
                9_000_000_000_000_000,
                "home"
            )
        case "sweepSessions": return try call(indexes + [shard.outcomes], base, 9_999_999_999, 0, 100)
        case "sweepIndex": return try call([browser, project.indexes], base, "browser:Chrome", 9_999_999_999, 0, 100)
        case "trimDead": return try call([shard.dead, shard.outcomes], 9_999_999_999_999)
        case "redriveDead":
            return try call([shard.dead, shard.outcomes, shard.ingest(0)], letter, "reason", "attempts", "partition", "entry", "at", "detail")
        case "dropDead": return try call([shard.dead, shard.outcomes], letter)
        case "eraseDead": return try call([shard.dead, shard.outcomes], "-", 16, "default", "s1")
        case "chunkIndex": return try call([project.events("s1", "w1")], "-", 100)
        case "readAccounting": return try call([shard.outcomes, shard.dead, shard.ingest(0)])
        case "appendAudit": return try call([shard.audit], "", "{}", "")
        case "noteSettings": return try call([bench.schema.settings], "respect_gpc", "true")
        case "noteSourceMap":
            try await bench.send("SET", project.sourceMap("1.0", "a"), "z")
            let keys = [project.sourceMapReleases, project.sourceMapFiles("1.0"), project.sourceMap("1.0", "a")]
            return try call(keys, base, "1.0", "a", 10, 1_024, 60_000, 1_000)
        case "keepSourceMaps", "removeSourceMaps":
            try await bench.send("SET", project.sourceMap("1.0", "a"), "z")
            try await bench.send("HSET", project.sourceMapFiles("1.0"), "a", "10 1024 1")
            let keys = [project.sourceMapReleases, project.sourceMapFiles("1.0")]
            return name == "keepSourceMaps" ? try call(keys, base, "1.0", 60_000, 1_000) : try call(keys, base, "1.0", "a")
        case "takeKeys": return try call([project.dataKey("s1"), project.dataKey("s2")], "1", "first", 9_999_999_999_999, "second", "")
        case "rewrapKey": return try call([project.dataKey("s1")], "old", "new")
        case "setProblemStatus": return try call([project.status("f1")], "ignored", 3, "10", "", "ann")
        case "markProblem": return try call([project.problem("f1"), shard.alerts], "default", "f1", "resolved", "1")
        case "noteRegression":
            try await bench.send("HSET", project.status("f1"), "status", "resolved", "set_at", 1)
            return try call([project.status("f1")], 2, "1.000", "v2")
        case "removeProblem":
            return try call([project.problem("f1"), project.problems, project.status("f1"), project.dataKey("f1")], base, "f1", "", "home")
        case "trimProblems":
            return try call([project.problems, project.problemReleases, project.problemEnvironments, project.track], base, 9_999_999_999_999, 0, 10)
        case "countReports": return try call([project.reports("s1")], base, "s1")
        case "claimAlert": return try call([project.alertSent("r", "f")], "0-1-1", 60)
        case "noteSpike": return try call([shard.alerts, project.alertSent("r", "f")], "default", "f", "r", 1)
        case "addDelivery": return try call(deliveryKeys, "default d2 c", "d2", 60, 500, base, "type", "test")
        case "takeDelivery":
            try await addDelivery()
            return try call([shard.alertsDue], 60_000, 8, 2, "default other")
        case "finishDelivery":
            try await addDelivery()
            let deadline = try await bench.send("ZSCORE", shard.alertsDue, "default d1 c").string ?? ""
            return try call([shard.alertsDue, project.alertDelivery("d1")], "default d1 c", deadline, "retrying", 1, "HTTP 500", "10")
        case "eraseDelivery":
            try await addDelivery()
            return try call([shard.alertsDue, project.alertDelivery("d1")], "default d1 c", "erased")
        case "eraseUnattached":
            try await bench.send("XADD", project.occurrences("f1"), "*", "v", 1, "session", "")
            return try call([project.occurrences("f1")], base, "f1", "-", "+", "-", 10, "erase")
        case "checkAccess": return try call([shard.outcomes], "HGET")
        default: return nil
        }
    }

    private var deliveryKeys: [RedisKey] { [bench.project.alertDelivery("d2"), bench.shard.alertsDue, bench.project.alertLog] }

    private func addDelivery() async throws {
        let keys = [bench.project.alertDelivery("d1"), bench.shard.alertsDue, bench.project.alertLog]
        var call = try Scripts.named("addDelivery").call(keys: keys)
        call.append(contentsOf: ["default d1 c", "d1", 60, 500, bench.project.base, "type", "test"])
        _ = try await bench.client.run(call)
    }

    static let fingerprint = ProblemDelta.sample().fingerprint

    private var problemKeys: [RedisKey] {
        let names = bench.project
        return [
            names.problems, names.problem(Self.fingerprint), names.trend(Self.fingerprint), names.facets(Self.fingerprint),
            names.occurrences(Self.fingerprint), names.affected(Self.fingerprint), names.users(Self.fingerprint), names.status(Self.fingerprint),
        ]
    }

    /// The keys of that call, and those it builds from stored data.
    func keys(_ name: String) -> [RedisKey] {
        let shard = bench.shard
        let project = bench.project
        let session = [project.session("s1"), project.windows("s1"), project.erased("s1")]
        let indexes = [project.sessions, project.sessionsByCreation, project.sessionsByEvents]
        let built = session + [project.events("s1", "w1"), project.events("s1", "w2"), project.dataKey("s1"), project.by("browser", "Chrome")]
        let reports =
            [project.problems, project.reports("s1"), project.heldReports("s1"), project.track]
            + [project.problem, project.trend, project.facets, project.occurrences, project.affected, project.users].map { $0("f1") }
        let partition = [shard.lease(0), shard.applied(0), shard.inflight(0)]
        switch name {
        case "acquireLease": return partition
        case "renewLeases", "releaseLease": return [shard.lease(0)]
        case "heartbeat": return [bench.schema.workers]
        case "beginBatch": return partition + [project.session("s1"), project.erased("s1")]
        case "commit":
            return partition + [shard.ingest(0), shard.outcomes, shard.dead, shard.projects, project.indexes, project.held] + indexes + built
                + problemKeys + [shard.alerts, project.reports("s1"), project.problemReleases, project.problemEnvironments]
        case "evictProblem": return problemKeys + [shard.outcomes, project.reports("s1")]
        case "removeSession": return indexes + built + reports + [project.held, project.by("user", "u")]
        case "removeWindow": return indexes + built + reports + [project.held]
        case "holdSession", "releaseSession": return built + reports + [project.held]
        case "eraseQueued": return [shard.lease(0), shard.ingest(0), shard.inflight(0), shard.outcomes]
        case "watchRewrite": return [bench.schema.appendOnlyFile, bench.schema.rewriteClaim]
        case "evictSession", "sweepSessions": return indexes + [shard.outcomes, project.held] + built
        case "sweepIndex": return [project.by("browser", "Chrome"), project.indexes, project.session("s1")]
        case "trimDead", "dropDead", "eraseDead": return [shard.dead, shard.outcomes]
        case "redriveDead": return [shard.dead, shard.outcomes, shard.ingest(0)]
        case "chunkIndex": return [project.events("s1", "w1")]
        case "appendAudit": return [shard.audit]
        case "noteSettings": return [bench.schema.settings]
        case "readAccounting": return [shard.outcomes, shard.dead, shard.ingest(0)]
        case "noteSourceMap", "keepSourceMaps", "removeSourceMaps":
            return [project.sourceMapReleases, project.sourceMapFiles("1.0"), project.sourceMap("1.0", "a")]
        case "takeKeys", "rewrapKey": return [project.dataKey("s1")]
        case "setProblemStatus", "noteRegression": return [project.status("f1")]
        case "markProblem": return [project.problem("f1"), shard.alerts]
        case "removeProblem": return reports + [project.status("f1"), project.dataKey("f1")]
        case "trimProblems": return reports + [project.problemReleases, project.problemEnvironments, project.track]
        case "eraseUnattached": return [project.occurrences("f1"), project.problem("f1")]
        case "countReports": return [project.reports("s1"), project.occurrences("f1"), project.track]
        case "claimAlert": return [project.alertSent("r", "f")]
        case "noteSpike": return [shard.alerts, project.alertSent("r", "f")]
        case "addDelivery": return deliveryKeys
        case "takeDelivery": return [shard.alertsDue]
        case "finishDelivery", "eraseDelivery": return [shard.alertsDue, project.alertDelivery("d1")]
        default: return []
        }
    }
}
