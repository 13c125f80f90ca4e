import Ingest

/// The problems of a project, merged over all shards (docs/errors.md).
public struct ProblemStore: Sendable {
    /// Sessions a problem's page shows.
    static let shownSessions = 50

    let redis: RedisClient
    let keys: KeySchema
    let sessionKeys: SessionKeys?
    let maxProblems: Int
    let setScript, markScript, noteScript: Script

    /// - Parameters:
    ///   - sessionKeys: open sealed documents; nil where nothing is encrypted.
    ///   - maxProblems: most problems a list reads of each shard, the newest.
    /// - Throws: `scriptUnavailable`.
    public init(redis: RedisClient, keys: KeySchema, sessionKeys: SessionKeys? = nil, maxProblems: Int = 5_000) throws(RedisError) {
        self.redis = redis
        self.keys = keys
        self.sessionKeys = sessionKeys
        self.maxProblems = max(1, maxProblems)
        setScript = try Scripts.named("setProblemStatus")
        markScript = try Scripts.named("markProblem")
        noteScript = try Scripts.named("noteRegression")
    }

    /// One page of the list. A few round trips, whatever its size.
    /// - Throws: `RedisError` when Redis cannot be reached.
    public func page(_ query: ProblemQuery, project: String, nowMs: Int64) async throws(RedisError) -> ProblemPage {
        var found = try await problems(query, project: project, nowMs: nowMs)
        for (dimension, value) in [("environment", query.environment), ("release", query.release)] {
            guard let value, !value.isEmpty else { continue }
            let having = try await having(found.map(\.fingerprint), facet: "\(dimension):\(value)", project: project)
            found.removeAll { !having.contains($0.fingerprint) }
        }
        found.sort { query.sort.value($0) != query.sort.value($1) ? query.sort.value($0) > query.sort.value($1) : $0.isBefore($1) }
        let perPage = max(1, query.perPage)
        let (start, isBeyond) = (max(1, query.page) - 1).multipliedReportingOverflow(by: perPage)
        guard !isBeyond, start < found.count else { return ProblemPage(total: found.count) }
        var shown = Array(found[start..<min(start + perPage, found.count)])
        let users = try await userCounts(shown.map(\.fingerprint), project: project)
        for index in shown.indices { shown[index].users = users[shown[index].fingerprint] ?? 0 }
        return ProblemPage(problems: shown, hasNext: start + shown.count < found.count, total: found.count)
    }

    /// The most recent problem of browsers with that group id of the original.
    public func newest(group: String, project: String, nowMs: Int64) async throws(RedisError) -> String? {
        var query = ProblemQuery()
        query.origin = .browser
        return try await problems(query, project: project, nowMs: nowMs).filter { $0.group == group }.min { $0.isBefore($1) }?.fingerprint
    }

    /// What lists offer to filter by.
    public func names(project: String) async throws(RedisError) -> ProblemNames {
        let shards = keys.allShards.map { $0.project(project) }
        func newest(_ key: (ProjectKeys) -> RedisKey) async throws(RedisError) -> [String] {
            let replies = try await redis.send(shards.map { RedisCommand("ZREVRANGE", key($0), 0, 99, "WITHSCORES", isIdempotent: true) })
            var scores: [String: Double] = [:]
            for reply in replies {
                for (name, score) in try reply.unlessWrongType()?.pairs ?? [] {
                    scores[name] = max(scores[name] ?? 0, score.string.flatMap(Double.init) ?? 0)
                }
            }
            return scores.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
        }
        return ProblemNames(environments: try await newest(\.problemEnvironments), releases: try await newest(\.problemReleases))
    }

    // MARK: - Reading parts

    /// Those that match but for the facets, in no order.
    private func problems(_ query: ProblemQuery, project: String, nowMs: Int64) async throws(RedisError) -> [Problem] {
        let shards = keys.allShards.map { $0.project(project) }
        let lists = try await redis.send(shards.map { RedisCommand("ZREVRANGE", $0.problems, 0, maxProblems - 1, isIdempotent: true) })
        var seen: [String: [Int]] = [:]
        for (number, list) in lists.enumerated() {
            for fingerprint in (try list.unlessWrongType()?.array ?? []).compactMap(\.string) { seen[fingerprint, default: []].append(number) }
        }
        let text = query.search.map(TextSearch.init)
        return try await read(seen.mapValues { $0.map { shards[$0] } }, project: project, nowMs: nowMs).filter { query.matches($0, text) }
    }

    /// - Parameter places: the shards each problem has parts in.
    func read(_ places: [String: [ProjectKeys]], project: String, nowMs: Int64) async throws(RedisError) -> [Problem] {
        var problems: [Problem] = []
        let order = Array(places)
        // In pieces: one reply of everything would hold back other readers of this connection.
        for start in stride(from: 0, to: order.count, by: 500) {
            let block = order[start..<min(start + 500, order.count)]
            var commands: [RedisCommand] = []
            for (fingerprint, shards) in block {
                commands += shards.map { Self.fields(ProblemPart.fields, of: $0.problem(fingerprint)) }
                commands.append(Self.fields(ProblemDecision.fields, of: keys.home(project: project, fingerprint: fingerprint).status(fingerprint)))
            }
            var replies = try await redis.send(commands)[...]
            for (fingerprint, shards) in block {
                var parts: [ProblemPart] = []
                for _ in shards { if let part = ProblemPart(try replies.popFirst()?.unlessWrongType()) { parts.append(part) } }
                let decision = ProblemDecision(try replies.popFirst()?.unlessWrongType())
                if let problem = Problem(fingerprint, parts: parts, decision: decision, shards: keys.shards, nowMs: nowMs) {
                    problems.append(problem)
                }
            }
        }
        return problems
    }

    static func fields(_ names: [String], of key: RedisKey) -> RedisCommand {
        var command = RedisCommand("HMGET", key, isIdempotent: true)
        for name in names { command.append(name) }
        return command
    }

    private func having(_ fingerprints: [String], facet: String, project: String) async throws(RedisError) -> Set<String> {
        let shards = keys.allShards.map { $0.project(project) }
        var having: Set<String> = []
        for start in stride(from: 0, to: fingerprints.count, by: 1_000) {
            let block = fingerprints[start..<min(start + 1_000, fingerprints.count)]
            let replies = try await redis.send(
                block.flatMap { fingerprint in shards.map { RedisCommand("HEXISTS", $0.facets(fingerprint), facet, isIdempotent: true) } })
            for (index, reply) in replies.enumerated() where try reply.unlessWrongType()?.int == 1 {
                having.insert(block[block.startIndex + index / shards.count])
            }
        }
        return having
    }

    private func userCounts(_ fingerprints: [String], project: String) async throws(RedisError) -> [String: Int] {
        let shards = keys.allShards.map { $0.project(project) }
        let replies = try await redis.send(
            fingerprints.flatMap { fingerprint in shards.map { RedisCommand("ZCARD", $0.users(fingerprint), isIdempotent: true) } })
        var counts: [String: Int] = [:]
        for (index, reply) in replies.enumerated() { counts[fingerprints[index / shards.count], default: 0] += try reply.unlessWrongType()?.int ?? 0 }
        return counts
    }
}

extension Problem {
    /// The more recent first.
    fileprivate func isBefore(_ other: Problem) -> Bool { (lastSeen, other.fingerprint) > (other.lastSeen, fingerprint) }
}

extension ProblemQuery {
    fileprivate func matches(_ problem: Problem, _ text: TextSearch?) -> Bool {
        if let origin, problem.origin != origin { return false }
        if let status, problem.status != status { return false }
        if let since, problem.lastSeen < since { return false }
        if let until, problem.lastSeen > until { return false }
        guard let text else { return true }
        // The message is what a row shows: the newest one, where the title is of the first.
        return text.matches(problem.title) || text.matches(problem.exceptionClass) || text.matches(problem.message)
    }
}

extension ProblemQuery.Sort {
    fileprivate func value(_ problem: Problem) -> Double {
        switch self {
        case .lastSeen: problem.lastSeen
        case .firstSeen: problem.firstSeen
        case .count: Double(problem.count)
        }
    }
}
