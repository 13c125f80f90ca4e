import Foundation

/// Looks at the Redis of the keys before a process relies on it, and says what a copy of the data gives away; part of `sentiero doctor`.
public struct EncryptionCheck: Sendable {
    private let encryption: Encryption?
    private let data: RedisClient

    /// - Parameters:
    ///   - encryption: nil when no key is configured.
    ///   - data: the Redis of the data.
    public init(encryption: Encryption?, data: RedisClient) {
        self.encryption = encryption
        self.data = data
    }

    /// In the order of reading.
    public func findings() async -> [StartupFinding] {
        guard let encryption else {
            return [StartupFinding("encryption", .ok, "off: recordings lie in Redis, and in copies of it, as readable gzip")]
        }
        let masters = encryption.vault.masters
        let keys =
            "new keys are wrapped by master key \(masters.currentID)"
            + (masters.ids.count > 1 ? ", also known: \(masters.ids.dropFirst().joined(separator: ", "))" : "")
        guard encryption.vault.isSeparate else {
            if let locked = await lockedOut(encryption) { return [locked] }
            return [
                StartupFinding(
                    "encryption", .ok,
                    "on, with one Redis; \(keys). Backups hold the wrapped keys too: what was erased since can be read from them by who has the master "
                        + "key, until that is retired")
            ]
        }
        let client = encryption.vault.client
        do throws(RedisError) {
            try await client.connect()
            let facts = try await ServerFacts.read(from: client)
            if let locked = await lockedOut(encryption) { return [locked] }
            var findings = [
                StartupFinding(
                    "encryption", .ok, "on, with a Redis of the keys; \(keys). Copies of the data alone cannot be read once the keys are erased")
            ]
            findings.append(try await separation(client, facts))
            let wanted: Set<String> = ["version", "eviction", "persistence"]
            findings += facts.findings.filter { wanted.contains($0.name) }.map {
                StartupFinding("key-redis-\($0.name)", $0.status, $0.detail)
            }
            return findings
        } catch {
            return [StartupFinding("key-redis", .failure, "\(client.configuration): \(error)")]
        }
    }

    /// A warning when none of the master keys here opens the ingest key of today: it was retired without rewrapping, or this is the wrong one.
    private func lockedOut(_ encryption: Encryption) async -> StartupFinding? {
        let vault = encryption.vault
        let day = UTCDay(ms: Int64(Date().timeIntervalSince1970 * 1000)).text
        do throws(RedisError) {
            guard let wrapped = try await vault.read(vault.schema.ingestKey(day: day)) else { return nil }
            do throws(KeyFault) {
                _ = try vault.masters.unwrap(wrapped, owner: SealOwner.ingestKey(day: day))
                return nil
            } catch {
                return StartupFinding("encryption", .warning, "today's ingest key cannot be used: \(error). Is SENTIERO_ENCRYPTION_KEY complete?")
            }
        } catch { return nil }
    }

    /// - Throws: what must stop a start.
    public func require() async throws(StartupRefusal) -> [StartupFinding] {
        let findings = await findings()
        let failures = findings.filter { $0.status == .failure }
        guard failures.isEmpty else { throw StartupRefusal(failures: failures) }
        return findings
    }

    private func separation(_ client: RedisClient, _ facts: ServerFacts) async throws(RedisError) -> StartupFinding {
        let main = try await ServerFacts.read(from: data)
        guard let run = facts.info["run_id"], run == main.info["run_id"] else {
            return StartupFinding("key-redis", .ok, client.configuration.description)
        }
        guard client.configuration.database != data.configuration.database else {
            return StartupFinding(
                "key-redis", .failure,
                "SENTIERO_KEY_REDIS_URL names the same database as SENTIERO_REDIS_URL; give the keys a Redis of their own, or leave it out")
        }
        return StartupFinding(
            "key-redis", .warning,
            "the keys lie in another database of the same Redis: they are in every backup of it, as with one Redis")
    }
}
