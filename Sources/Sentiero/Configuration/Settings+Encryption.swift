import RedisStore

/// Encryption at rest, as configured.
extension Settings {
    /// - Returns: nil when no key is configured.
    /// - Throws: `CommandFailure` for keys that are none, and for a Redis of the keys that cannot be used.
    func encryption() throws -> EncryptionSettings? {
        let texts = list("encryption_key")
        guard values["encryption_key"] != nil else {
            guard text("key_redis_url") == nil else {
                throw CommandFailure(
                    .wrongUse,
                    "SENTIERO_KEY_REDIS_URL is of use only with SENTIERO_ENCRYPTION_KEY. Make a key with: openssl rand -base64 32")
            }
            return nil
        }
        let masters: MasterKeys
        do throws(MasterKeyError) {
            masters = try MasterKeys(texts)
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_ENCRYPTION_KEY: \(error)")
        }
        let retention = integer("retention_period") ?? 0
        // A session's key opens its errors, too, and lives as long as the longer kept.
        let errors = integer("retention_errors") ?? retention
        let isForEver = retention == 0 || errors == 0
        return EncryptionSettings(masters: masters, keyRedis: try keyRedis(), retentionSeconds: isForEver ? nil : max(retention, errors))
    }

    private func keyRedis() throws -> RedisConfiguration? {
        guard let url = text("key_redis_url") else { return nil }
        let main = try redis()
        var configuration: RedisConfiguration
        do throws(RedisConfigurationError) {
            configuration = try RedisConfiguration(url: url)
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_KEY_REDIS_URL: \(error.description)")
        }
        let isSame =
            (configuration.unixSocket, configuration.database) == (main.unixSocket, main.database)
            && (configuration.unixSocket != nil || (configuration.host, configuration.port) == (main.host, main.port))
        guard !isSame else {
            throw CommandFailure(
                .wrongUse,
                "SENTIERO_KEY_REDIS_URL names the same database as SENTIERO_REDIS_URL. Give the keys a Redis of their own, or leave it out.")
        }
        configuration.prefix = main.prefix
        configuration.shards = main.shards
        configuration.partitions = main.partitions
        return configuration
    }
}
