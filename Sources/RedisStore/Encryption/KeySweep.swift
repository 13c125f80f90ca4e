/// Ends keys that nothing needs any more, in a Redis of their own: those of sessions that were erased while it was away, and those without an end
/// whose session is gone (evicted, or swept after retention was set). With one Redis the scripts that remove sessions do it.
public struct KeySweep: Sendable {
    private let vault: KeyVault
    private let data: RedisClient

    /// - Parameter data: the Redis of the sessions.
    public init(vault: KeyVault, data: RedisClient) {
        self.vault = vault
        self.data = data
    }

    /// Looks at every session key once.
    /// - Parameter suspects: keys without an end and without a session that an earlier sweep met. A session that is just being made looks the same,
    ///   so only what is met twice goes; those met now are left in it.
    /// - Returns: keys ended.
    public func sweep(suspects: inout Set<SessionReference>) async throws(RedisError) -> Int {
        guard vault.isSeparate else { return 0 }
        var ended = 0
        var seen: Set<SessionReference> = []
        var cursor = "0"
        repeat {
            let page = try await vault.page(&cursor)
            let sessions = page.compactMap { name -> SessionReference? in
                // A key of reports without a session ends by its deadline, or with its problem.
                if case .session(let session) = name.name, !session.isUnattached { session } else { nil }
            }
            guard !sessions.isEmpty else { continue }
            let states = try await data.send(
                sessions.flatMap { session in
                    let names = vault.schema.project(session.project, ofSession: session.session)
                    return [
                        // Its server's reports may be there before its first batch, and after its last.
                        RedisCommand("EXISTS", names.session(session.session), names.reports(session.session), isIdempotent: true),
                        RedisCommand("EXISTS", names.erased(session.session), isIdempotent: true),
                    ]
                })
            let lives = try await vault.client.send(sessions.map { RedisCommand("PTTL", vault.name($0), isIdempotent: true) })
            var doomed: [SessionReference] = []
            for (index, session) in sessions.enumerated() {
                guard try states[2 * index].get().int == 0 else { continue }
                if try states[2 * index + 1].get().int == 1 {
                    doomed.append(session)
                } else if try lives[index].get().int == -1 {
                    if suspects.contains(session) { doomed.append(session) } else { seen.insert(session) }
                }
            }
            if !doomed.isEmpty { ended += try await vault.destroy(doomed.map(vault.name)) }
        } while cursor != "0"
        suspects = seen
        return ended
    }
}
