import Ingest

/// The queue of deliveries and its log. All of a project is in shard 0.
public struct AlertDeliveries: Sendable {
    static let lifeSeconds = 14 * 86_400
    static let logged = 500
    /// Longer than any attempt takes, ms.
    public static let leaseMs = 60_000

    private let redis: RedisClient
    private let keys: KeySchema
    private let claimScript, addScript, takeScript, finishScript, eraseScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(redis: RedisClient, keys: KeySchema) throws(RedisError) {
        self.redis = redis
        self.keys = keys
        claimScript = try Scripts.named("claimAlert")
        addScript = try Scripts.named("addDelivery")
        takeScript = try Scripts.named("takeDelivery")
        finishScript = try Scripts.named("finishDelivery")
        eraseScript = try Scripts.named("eraseDelivery")
    }

    /// Begins the quiet period of a rule and a problem.
    /// - Returns: whether this notice is to be told; again for the notice that began it.
    public func claim(rule: String, fingerprint: String, project: String, notice: String, quietMinutes: Int) async throws(RedisError) -> Bool {
        try await redis.run(
            claimScript, keys: [keys.shard(0).project(project).alertSent(rule, fingerprint)], arguments: [notice, max(1, quietMinutes) * 60],
            isIdempotent: true
        ).int == 1
    }

    /// Alerts one rule tells in ten minutes: whoever can send errors could flood every receiver otherwise.
    public static let mostPerRule = 20

    /// Counts an alert of a rule.
    /// - Returns: whether it is within the bound of its ten minutes.
    public func admits(rule: String, project: String) async throws(RedisError) -> Bool {
        let key = keys.shard(0).project(project).alertCount(rule)
        let replies = try await redis.send([RedisCommand("INCR", key), RedisCommand("EXPIRE", key, 600, "NX")])
        guard let count = try replies[0].get().int else { throw RedisError(.protocol, "INCR did not return a number") }
        return count <= Self.mostPerRule
    }

    /// Queues a delivery; one that was queued before stays as it is.
    /// - Returns: whether it is new.
    @discardableResult
    public func add(_ delivery: AlertDelivery) async throws(RedisError) -> Bool {
        let project = keys.shard(0).project(delivery.project)
        var call = try addScript.call(
            keys: [project.alertDelivery(delivery.id), keys.shard(0).alertsDue, project.alertLog], isIdempotent: true)
        call.append(contentsOf: [delivery.member, delivery.id, Self.lifeSeconds, Self.logged, project.base])
        for (name, value) in delivery.fields { call.append(contentsOf: [name, value]) }
        return try await redis.run(call).int == 1
    }

    /// Takes deliveries that are due, for `leaseMs`.
    /// - Parameters:
    ///   - each: most of one channel.
    ///   - busy: channels of which none is taken.
    public func take(
        _ most: Int, each: Int, busy: some Collection<AlertDelivery.Receiver> = Set<AlertDelivery.Receiver>(), leaseMs: Int = AlertDeliveries.leaseMs
    ) async throws(RedisError) -> [TakenDelivery] {
        let reply = try await redis.run(
            takeScript, keys: [keys.shard(0).alertsDue], arguments: [leaseMs, most, each] + busy.map { "\($0.project) \($0.channel)" })
        var taken: [TakenDelivery] = []
        for (member, deadline) in reply.pairs ?? [] {
            let parts = member.split(separator: " ")
            guard parts.count >= 2, let deadline = deadline.string else { continue }
            if let delivery = try await find(String(parts[1]), project: String(parts[0])) {
                taken.append(TakenDelivery(delivery: delivery, deadline: deadline))
            } else {
                try await finish(
                    member, String(parts[1]), project: String(parts[0]), deadline: deadline, .failed, attempts: 0, answer: "", delay: nil)
            }
        }
        return taken
    }

    /// Notes how an attempt went.
    /// - Parameter delay: s until the next one; nil: there is none.
    public func finish(_ taken: TakenDelivery, _ state: AlertDelivery.State, answer: String, delay: Int?) async throws(RedisError) {
        let delivery = taken.delivery
        try await finish(
            delivery.member, delivery.id, project: delivery.project, deadline: taken.deadline, state, attempts: delivery.attempts + 1,
            answer: answer, delay: delay)
    }

    public func find(_ id: String, project: String) async throws(RedisError) -> AlertDelivery? {
        let reply = try await redis.send(RedisCommand("HGETALL", keys.shard(0).project(project).alertDelivery(id), isIdempotent: true))
        return AlertDelivery(id, project: project, try reply.fields())
    }

    /// The newest deliveries of a project, the newest first.
    public func log(project: String, limit: Int) async throws(RedisError) -> [AlertDelivery] {
        let project = (name: project, keys: keys.shard(0).project(project))
        let ids = try await redis.send(RedisCommand("ZREVRANGE", project.keys.alertLog, 0, limit - 1, isIdempotent: true)).elements().compactMap(
            \.string)
        let replies = try await redis.send(ids.map { RedisCommand("HGETALL", project.keys.alertDelivery($0), isIdempotent: true) })
        var found: [AlertDelivery] = []
        for (id, reply) in zip(ids, replies) {
            if let delivery = AlertDelivery(id, project: project.name, try reply.fields()) { found.append(delivery) }
        }
        return found
    }

    /// Takes what deliveries tell of sessions out of them; those that wait are not made.
    func erase(_ sessions: Set<String>, project: String) async throws(RedisError) {
        guard !sessions.isEmpty else { return }
        try await erase(in: nil, project: project, answer: "the session it tells of was erased") { told, _ in
            !sessions.isDisjoint(with: told)
        }
    }

    /// The same with deliveries made in a range that tell of no session.
    func eraseUnattached(_ range: RemovalRange, project: String) async throws(RedisError) {
        try await erase(in: range, project: project, answer: "what it tells of was erased") { told, type in
            told.isEmpty && type != AlertMessage.Kind.test.type
        }
    }

    /// - Parameters:
    ///   - range: when they were made; nil: whenever.
    ///   - answer: what the log says of those that waited.
    ///   - isMeant: gets the sessions a delivery tells of, and its type.
    private func erase(
        in range: RemovalRange?, project name: String, answer: String, where isMeant: ([String], String) -> Bool
    ) async throws(RedisError) {
        let project = keys.shard(0).project(name)
        let (low, high) = (range?.sinceMs.map { "\($0)" } ?? "-inf", range?.untilMs.map { "\($0)" } ?? "+inf")
        let ids = try await redis.send(RedisCommand("ZRANGEBYSCORE", project.alertLog, low, high, isIdempotent: true)).elements().compactMap(\.string)
        let replies = try await redis.send(
            ids.map { RedisCommand("HMGET", project.alertDelivery($0), "sessions", "type", "channel", isIdempotent: true) })
        for (id, reply) in zip(ids, replies) {
            let values = (try reply.unlessWrongType()?.array ?? []).map { $0.string ?? "" }
            guard values.count == 3, isMeant(values[0].split(separator: " ").map(String.init), values[1]) else { continue }
            let member = AlertDelivery.Receiver(project: name, channel: values[2]).member(id)
            _ = try await redis.run(
                eraseScript, keys: [keys.shard(0).alertsDue, project.alertDelivery(id)], arguments: [member, answer], isIdempotent: true)
        }
    }

    private func finish(
        _ member: String, _ id: String, project: String, deadline: String, _ state: AlertDelivery.State, attempts: Int, answer: String, delay: Int?
    ) async throws(RedisError) {
        _ = try await redis.run(
            finishScript, keys: [keys.shard(0).alertsDue, keys.shard(0).project(project).alertDelivery(id)],
            arguments: [member, deadline, state.rawValue, attempts, answer, delay.map { "\($0)" } ?? ""])
    }
}
