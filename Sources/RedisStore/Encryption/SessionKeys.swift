import Foundation

/// The data keys of sessions: made once per session, shared by all workers and readers, held in memory for minutes.
public final class SessionKeys: Sendable {
    /// How long a process may remember a key without asking again.
    public static let rememberedSeconds = 300
    /// 20,000 keys are about 5 MB.
    static let capacity = 20_000

    let vault: KeyVault
    /// Of writers: a key here is known to live long enough.
    private let cache = KeyCache<SessionReference>(capacity: SessionKeys.capacity, maximumAge: .seconds(SessionKeys.rememberedSeconds))
    /// Of readers, who make no key and move no deadline.
    private let readCache = KeyCache<SessionReference>(capacity: SessionKeys.capacity, maximumAge: .seconds(SessionKeys.rememberedSeconds))

    public init(vault: KeyVault) { self.vault = vault }

    /// What a writer needs a key for.
    public struct Demand: Hashable, Sendable {
        /// The session has no row: what is remembered of an earlier one of that id counts for nothing.
        public let isNew: Bool
        /// When the newest batch was received, ms since 1970: the session lives until then and retention.
        public let receivedMs: Int64
        /// A legal hold stands: the session, and so its key, does not expire.
        public let isHeld: Bool

        public init(isNew: Bool, receivedMs: Int64, isHeld: Bool = false) {
            self.isNew = isNew
            self.receivedMs = receivedMs
            self.isHeld = isHeld
        }
    }

    /// A session's key, and its wrapped form: the commit compares it with what Redis holds, so that nothing is stored under a key that is gone.
    public struct Key: Sendable {
        public let key: DataKey
        public let wrapped: [UInt8]
    }

    /// The keys to write with, made where there is none, in one round trip for all that are not remembered.
    /// - Returns: a key, or why none can be used, for each session.
    /// - Throws: when the Redis of the keys does not answer: nothing is known of any key then.
    public func keys(for demands: [SessionReference: Demand], nowMs: Int64) async throws(RedisError) -> [SessionReference: Result<Key, KeyFault>] {
        var found: [SessionReference: Result<Key, KeyFault>] = [:]
        var missing: [(session: SessionReference, key: DataKey, wanted: KeyVault.Wanted)] = []
        for (session, demand) in demands {
            let deadline = deadline(demand, nowMs: nowMs)
            if !demand.isNew, let entry = cache.entry(session), reaches(entry, deadline) {
                found[session] = .success(Key(key: entry.key, wrapped: entry.wrapped))
                continue
            }
            let key = DataKey()
            do throws(KeyFault) {
                let wrapped = try vault.masters.wrap(key, owner: SealOwner.dataKey(session))
                missing.append((session, key, KeyVault.Wanted(name: vault.name(session), candidate: wrapped, deadlineMs: deadline)))
            } catch { found[session] = .failure(error) }
        }
        let standing = try await vault.take(missing.map(\.wanted))
        for (asked, wrapped) in zip(missing, standing) {
            found[asked.session] = Result { () throws(KeyFault) in
                guard let wrapped else { throw .damaged }
                // Usually nobody was faster.
                let key =
                    wrapped == asked.wanted.candidate ? asked.key : try vault.masters.unwrap(wrapped, owner: SealOwner.dataKey(asked.session))
                cache.put(.init(key: key, wrapped: wrapped, deadlineMs: asked.wanted.deadlineMs), for: asked.session)
                return Key(key: key, wrapped: wrapped)
            }
        }
        return found
    }

    /// The key to read with.
    /// - Parameter isAnew: asks Redis whatever is remembered.
    /// - Throws: when the Redis of the keys does not answer.
    public func key(of session: SessionReference, isAnew: Bool = false) async throws(RedisError) -> Result<DataKey, KeyFault> {
        if !isAnew, let entry = readCache.entry(session) { return .success(entry.key) }
        let wrapped = try await vault.read(vault.name(session))
        return Result { () throws(KeyFault) in
            guard let wrapped else { throw .missing }
            let key = try vault.masters.unwrap(wrapped, owner: SealOwner.dataKey(session))
            readCache.put(.init(key: key, wrapped: wrapped), for: session)
            return key
        }
    }

    /// What is remembered of these sessions is out of date.
    public func forget(_ sessions: some Collection<SessionReference>) {
        cache.forget(sessions)
        readCache.forget(sessions)
    }

    /// Ends the keys of erased sessions: what was sealed with them, wherever it was copied to, cannot be opened any more.
    /// Call it after the tombstones stand. In the main Redis the removal script has done it already.
    /// - Returns: keys that were there.
    @discardableResult
    public func destroy(project: String, sessions: [String]) async throws(RedisError) -> Int {
        let references = sessions.map { SessionReference(project: project, session: $0) }
        forget(references)
        guard vault.isSeparate, !sessions.isEmpty else { return 0 }
        return try await vault.destroy(references.map(vault.name))
    }

    private func deadline(_ demand: Demand, nowMs: Int64) -> Int64? {
        demand.isHeld ? nil : vault.retentionSeconds.map { max(demand.receivedMs, nowMs) + Int64($0 + KeyVault.slackSeconds) * 1000 }
    }

    /// In a Redis of its own nobody but this moves a key's deadline: in steps of half the slack.
    private func reaches(_ entry: KeyCache<SessionReference>.Entry, _ deadline: Int64?) -> Bool {
        guard vault.isSeparate else { return true }
        guard let deadline, let known = entry.deadlineMs else { return deadline == entry.deadlineMs }
        return known > deadline - Int64(KeyVault.slackSeconds) * 500
    }
}
