/// Where wrapped keys lie: in the main Redis or in one of their own, which is not in the data's backups.
public struct KeyVault: Sendable {
    /// How much longer than its session a key lives where the commit does not move its deadline, s. Also the time clocks may differ and batches be late.
    static let slackSeconds = 86_400

    let client: RedisClient
    let schema: KeySchema
    public let masters: MasterKeys
    /// The keys have a Redis of their own.
    public let isSeparate: Bool
    /// nil keeps data, and so its keys, for ever.
    let retentionSeconds: Int?
    private let takeScript: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema, masters: MasterKeys, isSeparate: Bool, retentionSeconds: Int?) throws(RedisError) {
        self.client = client
        self.schema = schema
        self.masters = masters
        self.isSeparate = isSeparate
        self.retentionSeconds = retentionSeconds
        takeScript = try Scripts.named("takeKeys")
    }

    /// Where the keys lie, without a password.
    public var address: String { client.configuration.description }

    /// Waits until the Redis of the keys answers, or gives up.
    public func connect() async throws(RedisError) { try await client.connect() }

    /// A key to be had: what it is to be unless somebody made it before.
    struct Wanted {
        let name: RedisKey
        let candidate: [UInt8]
        /// ms since 1970; nil: for ever.
        let deadlineMs: Int64?
    }

    /// Makes the keys that are missing, in one step per key and whatever memory Redis has left.
    /// - Returns: the wrapped keys that stand now; nil for a name that holds something else.
    func take(_ wanted: [Wanted]) async throws(RedisError) -> [[UInt8]?] {
        guard !wanted.isEmpty else { return [] }
        var call = try takeScript.call(keys: wanted.map(\.name), isIdempotent: true)
        // In the main Redis the commit keeps the deadline of what exists.
        call.append(isSeparate ? "1" : "0")
        for key in wanted {
            call.append(key.candidate)
            call.append(key.deadlineMs.map { "\($0)" } ?? "")
        }
        guard let values = try await answer({ () async throws(RedisError) in try await client.run(call) }).array, values.count == wanted.count else {
            throw RedisError(.protocol, "takeKeys did not return a value per key")
        }
        return values.map { value in value.bytes.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// The wrapped key of that name; nil when there is none, or something else.
    func read(_ name: RedisKey) async throws(RedisError) -> [UInt8]? {
        do throws(RedisError) {
            return try await answer { () async throws(RedisError) in try await client.send(RedisCommand("GET", name, isIdempotent: true)) }.bytes
        } catch {
            guard error.code == .wrongType else { throw error }
            return []
        }
    }

    func destroy(_ names: [RedisKey]) async throws(RedisError) -> Int {
        let replies = try await answer { () async throws(RedisError) in
            try await client.send(names.map { RedisCommand("UNLINK", $0, isIdempotent: true) })
        }
        var count = 0
        for reply in replies { count += try reply.get().int ?? 0 }
        return count
    }

    /// Names the Redis of the keys in its errors, for they are read as those of the other one.
    func answer<Reply: Sendable>(_ work: () async throws(RedisError) -> Reply) async throws(RedisError) -> Reply {
        do throws(RedisError) { return try await work() } catch {
            guard isSeparate else { throw error }
            throw RedisError(error.code, "the Redis of the keys, \(client.configuration): \(error.message)")
        }
    }

    /// The names of wrapped keys of one bounded step through them all; a name can come twice.
    /// - Parameter cursor: `0` to begin; `0` again after the last step.
    func page(_ cursor: inout String) async throws(RedisError) -> [(name: WrappedKeyName, key: RedisKey)] {
        let scan = RedisCommand("SCAN", cursor, "MATCH", schema.wrappedKeyPattern, "COUNT", 500, isIdempotent: true)
        let reply = try await answer { () async throws(RedisError) in try await client.send(scan) }
        guard let values = reply.array, values.count == 2, let next = values[0].string else {
            throw RedisError(.protocol, "SCAN did not return a cursor and names")
        }
        cursor = next
        return Set((values[1].array ?? []).compactMap(\.string)).compactMap(schema.wrappedKey(named:))
    }

    func name(_ session: SessionReference) -> RedisKey { schema.project(session.project, ofSession: session.session).dataKey(session.session) }
}
