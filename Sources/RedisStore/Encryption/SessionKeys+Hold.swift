extension SessionKeys {
    /// Keeps a session's key for ever, as a hold keeps the session. The commit does it for keys in the main Redis.
    /// - Returns: whether there was a key with an end.
    @discardableResult
    public func keep(project: String, session: String) async throws(RedisError) -> Bool {
        guard vault.isSeparate else { return false }
        let name = vault.name(SessionReference(project: project, session: session))
        return try await vault.answer { () async throws(RedisError) in
            try await vault.client.send(RedisCommand("PERSIST", name, isIdempotent: true))
        }.int == 1
    }

    /// Lets a key expire again after its session, when a hold ends.
    /// - Parameter deadlineMs: when the session expires, ms since 1970; nil: never.
    public func release(project: String, session: String, deadlineMs: Int64?) async throws(RedisError) {
        guard vault.isSeparate, let deadlineMs else { return }
        let name = vault.name(SessionReference(project: project, session: session))
        let end = deadlineMs + Int64(KeyVault.slackSeconds) * 1000
        _ = try await vault.answer { () async throws(RedisError) in
            try await vault.client.send(RedisCommand("PEXPIREAT", name, end, isIdempotent: true))
        }
    }
}
