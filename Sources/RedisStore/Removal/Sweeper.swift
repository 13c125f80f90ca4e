import Synchronization

/// Takes out of the indexes what has expired, and trims dead letters at retention, in bounded steps. Any worker may run it, also several at once.
public struct Sweeper: Sendable {
    public struct Counts: Hashable, Sendable {
        /// Sessions taken out of the session indexes.
        public var sessions = 0
        /// Entries taken out of `by:` indexes.
        public var indexEntries = 0
        /// Dead letters past retention.
        public var deadLetters = 0
        /// Problems nothing was received of within retention; occurrences and server events past it.
        public var problems = 0
        public var occurrences = 0
        public var serverEvents = 0
        /// Parts that could not be swept, for example because a key has another type.
        public var failures: [String] = []
    }

    private static let step = 100
    private let mostIndexes: Int
    private let positions = Positions()
    private let client: RedisClient
    private let schema: KeySchema
    private let problems: ProblemRemoval
    private let sessionsScript, indexScript, deadScript: Script

    /// - Parameters:
    ///   - mostIndexes: how many `by:` indexes of a project and shard one sweep looks through; there is one for every user. The next sweep goes on.
    ///   - keys: of encrypted documents; nil where nothing is encrypted.
    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, mostIndexes: Int = 5_000, keys: SessionKeys? = nil) throws(RedisError) {
        self.mostIndexes = mostIndexes
        self.client = client
        self.schema = schema
        problems = try ProblemRemoval(client: client, schema: schema, keys: keys)
        sessionsScript = try Scripts.named("sweepSessions")
        indexScript = try Scripts.named("sweepIndex")
        deadScript = try Scripts.named("trimDead")
    }

    /// Goes once through all shards and projects. What has no retention is left alone.
    /// - Parameter errorRetentionSeconds: of problems, occurrences and server events; 0: for ever; nil: as sessions.
    public func sweep(retentionSeconds: Int?, errorRetentionSeconds: Int? = nil, nowMs: Int64) async throws(RedisError) -> Counts {
        var counts = Counts()
        func cutoff(_ seconds: Int?) -> Int64? { seconds.flatMap { $0 > 0 ? nowMs - Int64($0) * 1000 : nil } }
        let sessionCutoff = cutoff(retentionSeconds)
        let errorCutoff = cutoff(errorRetentionSeconds ?? retentionSeconds)
        guard sessionCutoff != nil || errorCutoff != nil else { return counts }
        for shard in schema.allShards {
            let projects = try await client.send(RedisCommand("SMEMBERS", shard.projects, isIdempotent: true)).array ?? []
            for project in projects.compactMap(\.string) {
                if let cutoff = sessionCutoff ?? errorCutoff {
                    try await sweep(project, in: shard, cutoff: cutoff / 1000, onlyUsers: sessionCutoff == nil, counts: &counts)
                }
                if let errorCutoff { try await sweepProblems(of: project, in: shard, cutoff: errorCutoff, counts: &counts) }
            }
            if let sessionCutoff { try await trim(shard, cutoff: sessionCutoff, counts: &counts) }
        }
        return counts
    }

    private func sweepProblems(of project: String, in shard: ShardKeys, cutoff: Int64, counts: inout Counts) async throws(RedisError) {
        do throws(RedisError) {
            let swept = try await problems.purge(olderThanMs: cutoff, project: project, shards: [shard])
            counts.problems += swept.problems
            counts.occurrences += swept.occurrences
            counts.serverEvents += swept.serverEvents
        } catch {
            guard case .script = error.code else { throw error }
            counts.failures.append(error.message)
        }
    }

    /// - Parameter onlyUsers: recordings stay for ever, but not the reports of those that were evicted, by which their users are found.
    private func sweep(_ project: String, in shard: ShardKeys, cutoff: Int64, onlyUsers: Bool, counts: inout Counts) async throws(RedisError) {
        let names = shard.project(project)
        let keys = [names.sessions, names.sessionsByCreation, names.sessionsByEvents, shard.outcomes]
        if !onlyUsers { counts.sessions += try await pages(sessionsScript, keys: keys, leading: [names.base, cutoff], counts: &counts) }
        var cursor = positions.cursor(of: names.base)
        var seen = 0
        repeat {
            let reply = try await client.send(RedisCommand("SSCAN", names.indexes, cursor, "COUNT", Self.step, isIdempotent: true))
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string else {
                throw RedisError(.protocol, "SSCAN did not return a cursor and members")
            }
            let tokens = (parts[1].array ?? []).compactMap { $0.string.map(IndexToken.init(rawValue:)) }
            seen += tokens.count
            for token in tokens where !onlyUsers || token.isOfUser {
                counts.indexEntries += try await pages(
                    indexScript, keys: [names.by(token), names.indexes], leading: [names.base, token.rawValue, cutoff], counts: &counts)
            }
            cursor = next
        } while cursor != "0" && seen < mostIndexes
        positions.goOn(at: cursor, of: names.base)
    }

    /// Where the next sweep goes on through the names of a project's indexes.
    private final class Positions: Sendable {
        private let cursors = Mutex<[String: String]>([:])

        func cursor(of base: String) -> String { cursors.withLock { $0[base] ?? "0" } }
        func goOn(at cursor: String, of base: String) { cursors.withLock { $0[base] = cursor == "0" ? nil : cursor } }
    }

    /// Runs a sweeping script until it says that it is done. What only an operator can mend is noted and passed over.
    private func pages(
        _ script: Script, keys: [RedisKey], leading: [any RedisArgument], counts: inout Counts
    ) async throws(RedisError) -> Int {
        var swept = 0
        var offset = "0"
        while !offset.isEmpty {
            let reply: RedisValue
            do throws(RedisError) {
                reply = try await client.run(script, keys: keys, arguments: leading + [offset, Self.step])
            } catch {
                guard case .script = error.code else { throw error }
                counts.failures.append(error.message)
                return swept
            }
            guard let values = reply.array, values.count == 2, let next = values[1].string else {
                throw RedisError(.protocol, "\(script.name) did not return its list")
            }
            swept += values[0].int ?? 0
            offset = next
        }
        return swept
    }

    private func trim(_ shard: ShardKeys, cutoff: Int64, counts: inout Counts) async throws(RedisError) {
        while true {
            let reply: RedisValue
            do throws(RedisError) {
                reply = try await client.run(deadScript, keys: [shard.dead, shard.outcomes], arguments: [cutoff])
            } catch {
                guard case .script = error.code else { throw error }
                counts.failures.append(error.message)
                return
            }
            guard let values = reply.array, values.count == 2 else { throw RedisError(.protocol, "trimDead did not return its list") }
            counts.deadLetters += values[0].int ?? 0
            guard values[1].string == "1" else { return }
        }
    }
}
