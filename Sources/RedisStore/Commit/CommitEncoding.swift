import Ingest

/// A micro-batch as the commit script takes it (`lua/commit-*.lua`): projects and sessions once each, entries by number.
struct CommitEncoding {
    let entries: [CommitEntry]
    let shard: ShardKeys
    let partition: Int
    /// In the order the script numbers them, from 1.
    private(set) var projects: [String] = []
    private(set) var sessions: [SessionReference] = []
    private var wrappedKeys: [SessionReference: [UInt8]] = [:]
    private var projectNumbers: [String: Int] = [:]
    private var sessionNumbers: [SessionReference: Int] = [:]

    init(entries: [CommitEntry], shard: ShardKeys, partition: Int) {
        self.entries = entries
        self.shard = shard
        self.partition = partition
        for entry in entries {
            if projectNumbers[entry.project] == nil {
                projects.append(entry.project)
                projectNumbers[entry.project] = projects.count
            }
            if sessionNumbers[entry.reference] == nil {
                sessions.append(entry.reference)
                sessionNumbers[entry.reference] = sessions.count
            }
            if let wrapped = entry.wrappedKey { wrappedKeys[entry.reference] = wrapped }
        }
    }

    var keys: [RedisKey] {
        var keys = [
            shard.lease(partition), shard.applied(partition), shard.inflight(partition), shard.ingest(partition),
            shard.outcomes, shard.dead, shard.projects, shard.alerts,
        ]
        keys.reserveCapacity(keys.count + 4 * projects.count + 4 * sessions.count + entries.count)
        for name in projects {
            let project = shard.project(name)
            keys.append(contentsOf: [project.sessions, project.sessionsByCreation, project.sessionsByEvents, project.indexes])
        }
        for session in sessions {
            let project = shard.project(session.project)
            keys.append(project.session(session.session))
            keys.append(project.windows(session.session))
            keys.append(project.erased(session.session))
            keys.append(project.dataKey(session.session))
        }
        for entry in entries { keys.append(shard.project(entry.project).events(entry.session, entry.window)) }
        return keys
    }

    func call(
        _ script: Script, holder: String, applied: StreamID?, settings: CommitSettings, shards: Int
    ) throws(RedisError) -> ScriptCall {
        var call = try script.call(keys: keys)
        call.reserve(bytes: entries.reduce(2048) { $0 + 512 + $1.size })
        call.append(holder)
        call.append(applied.text)
        call.append(partition)
        call.append(settings.retentionSeconds ?? 0)
        call.append(settings.maxEventsPerSession ?? 0)
        call.append(settings.maxBytesPerSession ?? 0)
        call.append(settings.maxWindowsPerSession)
        call.append(settings.sessionsPerShard(shards: shards))
        call.append(settings.retentionErrorsSeconds ?? settings.retentionSeconds ?? 0)
        call.append(settings.maxOccurrencesPerProblem)
        call.append(settings.serverEventsPerShard(shards: shards))
        call.append(projects.count)
        call.append(sessions.count)
        call.append(entries.count)
        for name in projects {
            call.append(shard.project(name).base)
            call.append(name)
        }
        for session in sessions {
            call.append(projectNumbers[session.project] ?? 0)
            call.append(session.session)
            call.append(wrappedKeys[session] ?? [])
        }
        for entry in entries { append(entry, to: &call) }
        return call
    }

    private func append(_ entry: CommitEntry, to call: inout ScriptCall) {
        call.append(entry.entryID)
        call.append(sessionNumbers[entry.reference] ?? 0)
        call.append(entry.window)
        call.append(entry.batchDigest ?? "")
        call.append(entry.sequence ?? -1)
        call.append(Self.clamped(entry.receivedMs))
        switch entry.revision {
        case .known(let revision): call.append(revision.map { "\($0)" } ?? "")
        case .chained: call.append("chained")
        // No row has it.
        case .never: call.append("-1")
        }
        switch entry.disposition {
        case .filtered: append("filtered", reason: "", to: &call)
        case .expired: append("expired", reason: "", to: &call)
        case .dead(let reason): append("dead", reason: reason, to: &call)
        case .store(let chunk):
            append("store", reason: "", to: &call)
            append(chunk, to: &call)
            append(chunk.problems, unlinked: chunk.unlinkedErrors, isSealed: chunk.isSealed, to: &call)
        case .report(let report):
            append("report", reason: "", to: &call)
            append(report.problems, unlinked: 0, isSealed: report.isSealed, to: &call)
            append(report.events, isSealed: report.isSealed, to: &call)
        }
    }

    private func append(_ problems: [ProblemDelta], unlinked: Int, isSealed: Bool, to call: inout ScriptCall) {
        call.append(problems.count)
        for problem in problems {
            call.append(problem.fingerprint)
            call.append(problem.origin.rawValue)
            for text in [problem.exceptionClass, problem.title, problem.message] { call.append(text) }
            for text in [problem.group, problem.platform, problem.release] { call.append(text ?? "") }
            call.append(problem.count)
            call.append(Self.time(problem.firstMs))
            call.append(Self.time(problem.lastMs))
            call.append(problem.facets.count)
            for facet in problem.facets {
                call.append("\(facet.dimension):\(facet.value)")
                call.append(facet.count)
            }
            call.append(problem.buckets.count)
            for bucket in problem.buckets {
                call.append(bucket.name)
                call.append(bucket.count)
            }
            call.append(problem.occurrences.count)
            for occurrence in problem.occurrences {
                call.append(Self.time(occurrence.atMs))
                call.append(isSealed ? "2" : "1")
                call.append(occurrence.document)
            }
        }
        if !problems.isEmpty { call.append(unlinked) }
    }

    private func append(_ events: [ServerEventDraft], isSealed: Bool, to call: inout ScriptCall) {
        call.append(events.count)
        for event in events {
            call.append(event.name)
            call.append(event.level.rawValue)
            call.append(Self.time(event.atMs))
            call.append(isSealed && !event.payload.isEmpty ? "2" : "1")
            call.append(event.payload)
        }
    }

    private func append(_ disposition: String, reason: String, to call: inout ScriptCall) {
        call.append(disposition)
        call.append(reason)
    }

    private func append(_ chunk: CommitChunk, to call: inout ScriptCall) {
        call.append(chunk.body)
        call.append(chunk.isSealed ? "2" : "1")
        call.append(chunk.events)
        call.append(Self.clamped(chunk.t0))
        call.append(Self.clamped(chunk.t1))
        call.append(chunk.isFull ? "1" : "0")
        call.append(chunk.hasErrors ? "1" : "0")
        for fields in [chunk.lastFields, chunk.firstFields] {
            call.append(fields.count)
            for (name, value) in fields {
                call.append(name)
                call.append(value)
            }
        }
        call.append(chunk.metadata.count)
        for (key, json) in chunk.metadata {
            call.append("meta:\(key)")
            call.append(json)
        }
        call.append(chunk.dimensions.count)
        for (dimension, value) in chunk.dimensions { call.append(IndexToken(dimension: dimension, value: value).rawValue) }
    }

    /// From 1970 to the year 9999: what else a sender's clock says is no time.
    private static func time(_ ms: Int64) -> Int64 { min(max(ms, 0), 253_402_300_799_999) }

    /// Integers a script can hold exactly.
    private static func clamped(_ value: Int64) -> Int64 { min(max(value, -(1 << 53)), 1 << 53) }
}

extension CommitEntry {
    public var reference: SessionReference { SessionReference(project: project, session: session) }

    fileprivate var size: Int {
        switch disposition {
        case .store(let chunk):
            chunk.body.count + chunk.metadata.reduce(0) { $0 + $1.json.count + $1.key.utf8.count + 32 } + Self.size(of: chunk.problems)
        case .report(let report): Self.size(of: report.problems) + report.events.reduce(0) { $0 + 512 + $1.payload.count }
        case .filtered, .expired, .dead: 0
        }
    }

    private static func size(of problems: [ProblemDelta]) -> Int {
        problems.reduce(0) { $0 + 1024 + $1.message.utf8.count + $1.occurrences.reduce(0) { $0 + 64 + $1.document.count } }
    }
}
