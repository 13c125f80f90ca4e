extension ProblemStore {
    /// The browsers of each of the problems, the most frequent first; in one round trip.
    public func browsers(of fingerprints: [String], project: String) async throws(RedisError) -> [String: [FacetValue]] {
        var found: [String: [FacetValue]] = [:]
        let shards = keys.allShards.map { $0.project(project) }
        let commands = fingerprints.flatMap { fingerprint in shards.map { RedisCommand("HGETALL", $0.facets(fingerprint), isIdempotent: true) } }
        guard !commands.isEmpty else { return found }
        var replies = try await redis.send(commands)[...]
        for fingerprint in fingerprints {
            var facets = FacetCounts()
            for _ in shards { facets.add(try replies.popFirst()?.unlessWrongType()?.pairs ?? []) }
            found[fingerprint] = facets.sorted["browser"]
        }
        return found
    }

    /// How often each of the problems happened on the last UTC days, today included, oldest first; in one round trip.
    /// - Parameter count: 1 to 90 days.
    public func days(_ count: Int, of fingerprints: [String], project: String, nowMs: Int64) async throws(RedisError) -> [String: [TrendPoint]] {
        var found: [String: [TrendPoint]] = [:]
        let shards = keys.allShards.map { $0.project(project) }
        let days = ProblemTrend.days(count, nowMs: nowMs)
        let commands = fingerprints.flatMap { fingerprint in shards.map { Self.fields(days.map(\.name), of: $0.trend(fingerprint)) } }
        guard !commands.isEmpty else { return found }
        var replies = try await redis.send(commands)[...]
        for fingerprint in fingerprints {
            var points = days.map { TrendPoint(startMs: $0.startMs, count: 0) }
            for _ in shards {
                let counts = try replies.popFirst()?.unlessWrongType()?.array ?? []
                for (index, count) in counts.prefix(points.count).enumerated() { points[index].count += count.int ?? 0 }
            }
            found[fingerprint] = points
        }
        return found
    }

    /// A problem with its trend, facets and sessions; nil when there is none.
    public func find(_ fingerprint: String, project: String, nowMs: Int64) async throws(RedisError) -> ProblemDetail? {
        let shards = keys.allShards.map { $0.project(project) }
        var commands = [Self.fields(ProblemDecision.fields, of: keys.home(project: project, fingerprint: fingerprint).status(fingerprint))]
        for shard in shards {
            commands += [
                Self.fields(ProblemPart.fields, of: shard.problem(fingerprint)),
                RedisCommand("HGETALL", shard.trend(fingerprint), isIdempotent: true),
                RedisCommand("HGETALL", shard.facets(fingerprint), isIdempotent: true),
                RedisCommand("ZREVRANGE", shard.affected(fingerprint), 0, Self.shownSessions - 1, "WITHSCORES", isIdempotent: true),
                RedisCommand("ZCARD", shard.users(fingerprint), isIdempotent: true),
            ]
        }
        var replies = try await redis.send(commands)[...]
        let decision = ProblemDecision(try replies.popFirst()?.unlessWrongType())
        var parts: [ProblemPart] = []
        var buckets: [String: Int] = [:]
        var facets = FacetCounts()
        var sessions: [AffectedSession] = []
        var users: [Int] = []
        for _ in shards {
            if let part = ProblemPart(try replies.popFirst()?.unlessWrongType()) { parts.append(part) }
            for (name, count) in try replies.popFirst()?.unlessWrongType()?.pairs ?? [] { buckets[name, default: 0] += count.int ?? 0 }
            facets.add(try replies.popFirst()?.unlessWrongType()?.pairs ?? [])
            sessions += (try replies.popFirst()?.unlessWrongType()?.pairs ?? []).map {
                AffectedSession(session: $0.field, at: $0.value.string.flatMap(Double.init) ?? 0)
            }
            users.append(try replies.popFirst()?.unlessWrongType()?.int ?? 0)
        }
        guard var problem = Problem(fingerprint, parts: parts, decision: decision, shards: keys.shards, nowMs: nowMs) else { return nil }
        problem.users = try await distinctUsers(fingerprint, shards, counts: users)
        sessions.sort { ($0.at, $1.session) > ($1.at, $0.session) }
        return ProblemDetail(
            problem: problem, trend: ProblemTrend(buckets: buckets, nowMs: nowMs), facets: facets.sorted,
            sessions: try await moments(of: Array(sessions.prefix(Self.shownSessions)), fingerprint, project: project))
    }

    /// The sessions with window and time of their last occurrence, from what each says it left; two round trips.
    private func moments(
        of sessions: [AffectedSession], _ fingerprint: String, project: String
    ) async throws(RedisError) -> [AffectedSession] {
        guard !sessions.isEmpty else { return [] }
        let names = sessions.map { keys.project(project, ofSession: $0.session) }
        let left = try await redis.send(
            zip(sessions, names).map { RedisCommand("HGET", $1.reports($0.session), "p:\(fingerprint)", isIdempotent: true) })
        var reads: [(index: Int, command: RedisCommand)] = []
        for (index, reply) in left.enumerated() {
            guard let last = try reply.unlessWrongType()?.string?.split(separator: " ").last.map(String.init), StreamID(last) != nil else { continue }
            reads.append((index, RedisCommand("XRANGE", names[index].occurrences(fingerprint), last, last, isIdempotent: true)))
        }
        var found = sessions
        for (read, reply) in zip(reads, reads.isEmpty ? [] : try await redis.send(reads.map(\.command))) {
            guard let entry = try reply.unlessWrongType()?.array?.first, let record = StreamRecord(shard: 0, entry: entry) else { continue }
            found[read.index].window = record.text("window")
            if let at = record.text("at").flatMap(Double.init) { found[read.index].at = at / 1000 }
        }
        // Of the same moment as they arrived.
        return found.enumerated().sorted { ($0.element.at, $1.offset) > ($1.element.at, $0.offset) }.map(\.element)
    }

    private func distinctUsers(_ fingerprint: String, _ shards: [ProjectKeys], counts: [Int]) async throws(RedisError) -> Int {
        let filled = zip(shards, counts).filter { $1 > 0 }.map(\.0)
        guard filled.count > 1 else { return counts.reduce(0, +) }
        var users: Set<String> = []
        for reply in try await redis.send(filled.map { RedisCommand("ZRANGE", $0.users(fingerprint), 0, -1, isIdempotent: true) }) {
            users.formUnion((try reply.unlessWrongType()?.array ?? []).compactMap(\.string))
        }
        return users.count
    }
}

/// `facets:<fp>` of all shards.
private struct FacetCounts {
    private var values: [String: [String: FacetValue]] = [:]
    private var firstSeen: [String: Double] = [:]

    mutating func add(_ pairs: [(field: String, value: RedisValue)]) {
        for (field, value) in pairs where !field.hasPrefix("#") {
            guard let colon = field.firstIndex(of: ":") else { continue }
            let dimension = String(field[..<colon])
            let name = String(field[field.index(after: colon)...])
            if dimension == "first" {
                guard let ms = value.string.flatMap(Double.init) else { continue }
                firstSeen[name] = min(firstSeen[name] ?? .infinity, ms / 1000)
            } else {
                values[dimension, default: [:]][name, default: FacetValue(value: name, count: 0)].count += value.int ?? 0
            }
        }
    }

    var sorted: [String: [FacetValue]] {
        var result: [String: [FacetValue]] = [:]
        for (dimension, found) in values {
            result[dimension] = found.values
                .map { dimension == "release" ? FacetValue(value: $0.value, count: $0.count, firstSeen: firstSeen[$0.value]) : $0 }
                .sorted { ($0.count, $1.value) > ($1.count, $0.value) }
        }
        return result
    }
}
