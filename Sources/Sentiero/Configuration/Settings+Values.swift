import Logging
import RedisStore
import Web

/// Typed access: the table guarantees the kinds.
extension Settings {
    func text(_ name: String) -> String? {
        guard case .text(let text)? = values[name] else { return nil }
        return text
    }

    func flag(_ name: String) -> Bool { values[name] == .flag(true) }

    func integer(_ name: String) -> Int? {
        guard case .integer(let number)? = values[name] else { return nil }
        return number
    }

    /// 0 when it is not set.
    func fraction(_ name: String) -> Double {
        guard case .fraction(let number)? = values[name] else { return 0 }
        return number
    }

    func list(_ name: String) -> [String] {
        guard case .list(let list)? = values[name] else { return [] }
        return list
    }

    func keys(_ name: String) -> [Projects.Key] {
        guard case .keys(let keys)? = values[name] else { return [] }
        return keys
    }

    var logLevel: Logger.Level { text("log_level").flatMap(Logger.Level.init(rawValue:)) ?? .info }

    /// How long a removed session stays refused (s): as long as anything of it could still arrive, or for good.
    var tombstoneSeconds: Int {
        let retention = integer("retention_period") ?? 0
        return max(retention == 0 ? 31_536_000 : retention, integer("session_max_age") ?? 0)
    }

    /// - Throws: `CommandFailure` for a URL that is none.
    func redis() throws -> RedisConfiguration {
        var configuration: RedisConfiguration
        do throws(RedisConfigurationError) {
            configuration = try RedisConfiguration(url: text("redis_url") ?? "")
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_REDIS_URL: \(error.description)")
        }
        configuration.prefix = text("prefix") ?? configuration.prefix
        configuration.shards = integer("shards") ?? configuration.shards
        configuration.partitions = integer("partitions") ?? configuration.partitions
        return configuration
    }
}
