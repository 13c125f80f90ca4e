/// Encryption at rest: what seals and opens (docs/encryption.md).
public struct Encryption: Sendable {
    public let vault: KeyVault
    public let sessions: SessionKeys
    public let ingest: IngestKeys

    /// - Parameters:
    ///   - client: of the Redis that holds the keys.
    ///   - isSeparate: that is not the one that holds the data.
    ///   - retentionSeconds: nil keeps data for ever.
    /// - Throws: `scriptUnavailable`.
    public init(
        masters: MasterKeys, client: RedisClient, isSeparate: Bool, schema: KeySchema, retentionSeconds: Int?
    ) throws(RedisError) {
        vault = try KeyVault(client: client, schema: schema, masters: masters, isSeparate: isSeparate, retentionSeconds: retentionSeconds)
        sessions = SessionKeys(vault: vault)
        ingest = IngestKeys(vault: vault)
    }
}

/// What an operator configured: the master keys and, when they have one, the Redis of the wrapped keys.
public struct EncryptionSettings: Sendable {
    public var masters: MasterKeys
    public var keyRedis: RedisConfiguration?
    /// nil keeps data for ever.
    public var retentionSeconds: Int?

    public init(masters: MasterKeys, keyRedis: RedisConfiguration? = nil, retentionSeconds: Int?) {
        self.masters = masters
        self.keyRedis = keyRedis
        self.retentionSeconds = retentionSeconds
    }
}
