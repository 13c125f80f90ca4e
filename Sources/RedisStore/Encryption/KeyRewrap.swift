/// Counts wrapped keys by the master key that wrapped them, and wraps them anew with the current one (rotation), in bounded steps.
public struct KeyRewrap: Sendable {
    private let vault: KeyVault
    private let script: Script

    /// - Throws: `scriptUnavailable`.
    public init(vault: KeyVault) throws(RedisError) {
        self.vault = vault
        script = try Scripts.named("rewrapKey")
    }

    /// What the keys are wrapped with.
    public struct Status: Sendable, Equatable {
        /// Keys of sessions and of ingest days, by the id of their master key.
        public var sessions: [String: Int] = [:]
        public var days: [String: Int] = [:]
        /// Names that hold no wrapped key.
        public var damaged = 0

        public init() {}

        public func count(_ id: String) -> Int { (sessions[id] ?? 0) + (days[id] ?? 0) }
        public var ids: Set<String> { Set(sessions.keys).union(days.keys) }
    }

    /// What a rewrap did, or would do.
    public struct Counts: Sendable, Equatable {
        public var rewrapped = 0
        /// Already wrapped with the current master key.
        public var current = 0
        /// Wrapped with a master key that is not configured here, or damaged: they stay as they are.
        public var unopened = 0
        /// Gone, or replaced by somebody else, meanwhile.
        public var changed = 0

        public init() {}
    }

    private struct Found {
        let name: WrappedKeyName
        let key: RedisKey
        let wrapped: [UInt8]
    }

    /// Reads the names of the whole Redis of the keys once.
    public func status() async throws(RedisError) -> Status {
        var status = Status()
        try await eachPage { page throws(RedisError) in
            for found in page {
                guard let id = MasterKeys.id(ofWrapped: found.wrapped) else {
                    status.damaged += 1
                    continue
                }
                switch found.name {
                case .session: status.sessions[id, default: 0] += 1
                case .ingest: status.days[id, default: 0] += 1
                }
            }
        }
        return status
    }

    /// Wraps with the current master key whatever another configured one wrapped. The data keys stay, so nothing has to be sealed anew.
    /// - Parameters:
    ///   - isDryRun: only counts.
    ///   - progress: called after each page with the counts so far.
    public func rewrap(isDryRun: Bool = false, progress: @Sendable (Counts) -> Void = { _ in }) async throws(RedisError) -> Counts {
        var counts = Counts()
        try await eachPage { page throws(RedisError) in
            var calls: [ScriptCall] = []
            for found in page {
                if MasterKeys.id(ofWrapped: found.wrapped) == vault.masters.currentID {
                    counts.current += 1
                    continue
                }
                do throws(KeyFault) {
                    let new = try rewrapped(found)
                    var call = try call(found)
                    call.append(found.wrapped)
                    call.append(new)
                    calls.append(call)
                } catch { counts.unopened += 1 }
            }
            if isDryRun {
                counts.rewrapped += calls.count
            } else if !calls.isEmpty {
                for reply in try await vault.client.run(calls) {
                    if try reply.get().int == 1 { counts.rewrapped += 1 } else { counts.changed += 1 }
                }
            }
            progress(counts)
        }
        return counts
    }

    private func call(_ found: Found) throws(KeyFault) -> ScriptCall {
        do throws(RedisError) { return try script.call(keys: [found.key], isIdempotent: false) } catch { throw .damaged }
    }

    private func rewrapped(_ found: Found) throws(KeyFault) -> [UInt8] {
        let owner =
            switch found.name {
            case .session(let session): SealOwner.dataKey(session)
            case .ingest(let day): SealOwner.ingestKey(day: day)
            }
        return try vault.masters.wrap(try vault.masters.unwrap(found.wrapped, owner: owner), owner: owner)
    }

    private func eachPage(_ work: ([Found]) async throws(RedisError) -> Void) async throws(RedisError) {
        var cursor = "0"
        repeat {
            let names = try await vault.page(&cursor)
            let replies = try await vault.client.send(names.map { RedisCommand("GET", $0.key, isIdempotent: true) })
            // What is gone by now is left out; another type is a damaged key.
            let page = zip(names, replies).compactMap { name, reply in
                reply.isNull ? nil : Found(name: name.name, key: name.key, wrapped: reply.bytes ?? [])
            }
            if !page.isEmpty { try await work(page) }
        } while cursor != "0"
    }
}
