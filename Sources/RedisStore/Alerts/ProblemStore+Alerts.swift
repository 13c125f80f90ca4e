public import Ingest

extension ProblemStore {
    /// What a notice of a commit really is: it knows its shard, and a problem may have parts in many.
    /// - Returns: `new` for the part that began the problem, `regression` when it came back after a resolution; nil when there is nothing to tell.
    public func occasion(of notice: AlertNotice) async throws(RedisError) -> AlertRule.Occasion? {
        guard notice.kind != .spike else { return .spike }
        let shards = keys.allShards
        var commands = shards.map { Self.fields(ProblemPart.fields, of: $0.project(notice.project).problem(notice.fingerprint)) }
        let home = keys.home(project: notice.project, fingerprint: notice.fingerprint)
        commands.append(Self.fields(ProblemDecision.fields, of: home.status(notice.fingerprint)))
        var replies = try await redis.send(commands)
        var decision = ProblemDecision(try replies.removeLast().unlessWrongType())
        var parts: [ProblemPart] = []
        var beginnings: [(received: Double, shard: Int)] = []
        var newest: Double?
        for (shard, reply) in zip(shards, replies) {
            guard let part = ProblemPart(try reply.unlessWrongType()) else { continue }
            parts.append(part)
            beginnings.append((part.firstReceived, shard.shard))
            newest = max(newest ?? 0, part.received)
        }
        guard let newest, let first = beginnings.min(by: <) else { return nil }
        if decision?.isAbout(parts, shards: keys.shards) == false { decision = nil }
        if let decision, decision.status == .resolved { return newest > decision.setAt ? .regression : nil }
        // Decided since: whoever did knows of it.
        return notice.kind == .new && decision?.status != .ignored && first.shard == notice.shard ? .new : nil
    }

    /// Problems something of was received lately, the latest first.
    /// - Parameter since: s since 1970.
    public func active(since: Int64, project: String, limit: Int) async throws(RedisError) -> [String] {
        let replies = try await redis.send(
            keys.allShards.map {
                RedisCommand("ZREVRANGEBYSCORE", $0.project(project).problems, "+inf", since, "LIMIT", 0, limit, isIdempotent: true)
            })
        var seen: Set<String> = []
        var found: [String] = []
        for reply in replies {
            for fingerprint in (try reply.unlessWrongType()?.array ?? []).compactMap(\.string) where seen.insert(fingerprint).inserted {
                found.append(fingerprint)
            }
        }
        return found
    }
}
