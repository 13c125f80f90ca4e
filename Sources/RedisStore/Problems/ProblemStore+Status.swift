extension ProblemStore {
    /// Sets a status. Problems that do not exist are not made.
    /// - Parameter by: who decided, as the audit log names them; empty: nobody to name.
    /// - Returns: the fingerprints that exist, in the order given.
    public func set(_ change: StatusChange, of fingerprints: [String], project: String, by: String) async throws(RedisError) -> [String] {
        var seen: Set<String> = []
        var changed: [String] = []
        for fingerprint in fingerprints where seen.insert(fingerprint).inserted {
            if try await set(change, of: fingerprint, project: project, by: by) { changed.append(fingerprint) }
        }
        return changed
    }

    /// Opens a resolved problem that has come back. Call it for a notice: it looks whether that still holds.
    /// - Returns: whether it was resolved until now.
    @discardableResult
    public func noteRegression(of fingerprint: String, project: String) async throws(RedisError) -> Bool {
        let parts = try await parts(of: fingerprint, project: project)
        guard let newest = parts.max(by: { $0.received < $1.received }) else { return false }
        // The part that met the mark knows which occurrence it was.
        let noted = parts.filter { $0.regressedAt != nil }.min { ($0.regressedAt ?? 0) < ($1.regressedAt ?? 0) }
        let reply = try await redis.run(
            noteScript, keys: [keys.home(project: project, fingerprint: fingerprint).status(fingerprint)],
            arguments: [
                Int64(newest.received), Self.decimal(noted?.regressedAt ?? newest.received / 1_000_000),
                (noted == nil ? newest.text("release") : noted?.text("regressed_release")) ?? "",
            ])
        return reply.int == 1
    }

    private func set(_ change: StatusChange, of fingerprint: String, project: String, by: String) async throws(RedisError) -> Bool {
        let parts = try await parts(of: fingerprint, project: project)
        guard !parts.isEmpty else { return false }
        let status = keys.home(project: project, fingerprint: fingerprint).status(fingerprint)
        let isIgnored = change.status == .ignored
        let reply = try await redis.run(
            setScript, keys: [status],
            arguments: [
                change.status.rawValue, parts.reduce(0) { $0 + $1.count }, (isIgnored ? change.untilCount : nil).map { "\($0)" } ?? "",
                (isIgnored ? change.until : nil).map(Self.decimal) ?? "", by,
            ])
        guard let setAt = reply.string else { throw RedisError(.protocol, "setProblemStatus did not say when") }
        var calls: [ScriptCall] = []
        for shard in keys.allShards {
            var call = try markScript.call(keys: [shard.project(project).problem(fingerprint), shard.alerts], isIdempotent: false)
            call.append(contentsOf: [project, fingerprint, change.status.rawValue, setAt])
            calls.append(call)
        }
        var isThere = false
        for reply in try await redis.run(calls) { if try reply.get().string != "absent" { isThere = true } }
        // Removed in between: a decision about nothing would hold for the next problem of that name.
        if !isThere { _ = try await redis.send(RedisCommand("UNLINK", status)) }
        return isThere
    }

    private func parts(of fingerprint: String, project: String) async throws(RedisError) -> [ProblemPart] {
        let replies = try await redis.send(
            keys.allShards.map { Self.fields(ProblemPart.fields, of: $0.project(project).problem(fingerprint)) })
        var parts: [ProblemPart] = []
        for reply in replies { if let part = ProblemPart(try reply.unlessWrongType()) { parts.append(part) } }
        return parts
    }

    /// s with three decimals.
    private static func decimal(_ seconds: Double) -> String {
        let ms = Int64((seconds * 1000).rounded())
        return "\(ms / 1000)." + String("\(1000 + abs(ms % 1000))".dropFirst())
    }
}
