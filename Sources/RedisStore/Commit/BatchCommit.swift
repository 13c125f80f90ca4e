/// Applies micro-batches of one partition: fenced by its lease and by the last applied entry, and by each session's revision (DESIGN.md section 4).
public struct BatchCommit: Sendable {
    /// More entries make the other clients of Redis wait too long.
    public static let maxEntries = 16

    private let client: RedisClient
    private let schema: KeySchema
    private let beginScript, commitScript: Script
    public let settings: CommitSettings

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, settings: CommitSettings) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.settings = settings
        beginScript = try Scripts.named("beginBatch")
        commitScript = try Scripts.named("commit")
    }

    /// Announces the entries `first...last` before they are worked on, and tells the state of their sessions.
    /// - Parameters:
    ///   - applied: the entry the batch builds on, nil before the first.
    ///   - isAlone: one entry of a range that was left in flight; its attempts are counted and the range stays.
    public func begin(
        _ place: Place, holder: String, applied: StreamID?, range: ClosedRange<StreamID>, sessions: Set<SessionReference>,
        isAlone: Bool = false
    ) async throws(CommitError) -> BatchStart {
        let shard = schema.shard(place.shard)
        let sessions = Array(sessions)
        var keys = [shard.lease(place.partition), shard.applied(place.partition), shard.inflight(place.partition)]
        for session in sessions {
            let project = shard.project(session.project)
            keys.append(project.session(session.session))
            keys.append(project.erased(session.session))
        }
        let reply: RedisValue
        do throws(RedisError) {
            let arguments: [any RedisArgument] = [
                holder, applied.text, range.lowerBound, range.upperBound, isAlone ? "1" : "0",
            ]
            reply = try await client.run(beginScript, keys: keys, arguments: arguments)
        } catch { throw CommitError(error) }
        guard let values = reply.array, values.count == 1 + 2 * sessions.count, let attempts = values[0].int else {
            throw .redis(RedisError(.protocol, "beginBatch did not return its list"))
        }
        var found: [SessionReference: BatchStart.Session] = [:]
        for (index, session) in sessions.enumerated() {
            let state = values[2 + 2 * index].string
            found[session] = BatchStart.Session(revision: values[1 + 2 * index].int, isErased: state == "1", isHeld: state == "2")
        }
        return BatchStart(sessions: found, attempts: attempts)
    }

    /// Applies the longest prefix of the entries whose revisions hold.
    /// - Parameter entries: 1 to `maxEntries`, in stream order, all of this partition.
    /// - Throws: `CommitError` when nothing was written; after `.redis` with `connectionLost` or `timeout` it may have been: read from the head again.
    public func apply(_ entries: [CommitEntry], place: Place, holder: String, applied: StreamID?) async throws(CommitError) -> CommitResult {
        let encoding = CommitEncoding(entries: entries, shard: schema.shard(place.shard), partition: place.partition)
        let reply: RedisValue
        do throws(RedisError) {
            let call = try encoding.call(commitScript, holder: holder, applied: applied, settings: settings, shards: schema.shards)
            reply = try await client.run(call)
        } catch { throw CommitError(error) }
        guard let result = CommitResult(reply: reply, entries: entries, projects: encoding.projects) else {
            throw .redis(RedisError(.protocol, "commit did not return its list"))
        }
        return result
    }
}

extension CommitResult {
    init?(reply: RedisValue, entries: [CommitEntry], projects: [String]) {
        guard let values = reply.array, values.count >= 2, let count = values[0].int, count <= entries.count,
            values.count == 2 + 2 * count + 2 * projects.count
        else { return nil }
        var applied: [Applied] = []
        for index in 0..<count {
            guard let outcome = values[2 + 2 * index].string.flatMap(Outcome.init(rawValue:)) else { return nil }
            applied.append(Applied(entryID: entries[index].entryID, outcome: outcome, revision: values[3 + 2 * index].int))
        }
        var excess: [String: Int] = [:]
        var grown: Set<String> = []
        for (index, project) in projects.enumerated() {
            excess[project] = values[2 + 2 * count + 2 * index].int ?? 0
            if values[3 + 2 * count + 2 * index].int ?? 0 > 0 { grown.insert(project) }
        }
        self.init(applied: applied, isStale: values[1].string == "rev", excessSessions: excess, grownProjects: grown)
    }
}

extension StreamID? {
    /// Empty for none, as scripts take it.
    var text: String { map { "\($0)" } ?? "" }
}
