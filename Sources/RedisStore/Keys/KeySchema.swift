import Crypto

/// Every key name of the product (DESIGN.md section 3; `docs/keys.md` is the data map).
///
/// The shard is a hash tag, `{n}`, so that all keys one commit touches live in one slot of a cluster.
public struct KeySchema: Hashable, Sendable {
    /// Put before every key. Never holds braces: they would move the hash tag.
    public let prefix: String
    public let shards: Int
    public let partitions: Int

    /// - Throws: `KeySchemaError` for a prefix with braces or counts outside 1...1024.
    public init(prefix: String = "sentiero:", shards: Int = 1, partitions: Int = 8) throws(KeySchemaError) {
        guard !prefix.contains("{"), !prefix.contains("}") else { throw .bracesInPrefix(prefix) }
        guard (1...1024).contains(shards) else { throw .countOutOfRange("shards", shards) }
        guard (1...1024).contains(partitions) else { throw .countOutOfRange("partitions", partitions) }
        self.prefix = prefix
        self.shards = shards
        self.partitions = partitions
    }

    /// Shards and partitions as first started with; every process checks them.
    public var layout: RedisKey { RedisKey("\(prefix)layout") }

    /// Live workers, scored by when they were last seen (ms).
    public var workers: RedisKey { RedisKey("\(prefix)workers") }

    /// What is known of rewrites of Redis' append-only file.
    public var appendOnlyFile: RedisKey { RedisKey("\(prefix)aof") }

    /// Somebody asked for a rewrite a moment ago; expires by itself.
    public var rewriteClaim: RedisKey { RedisKey("\(prefix)aof:claim") }

    /// Failed logins of one (reduced) client address; expires by itself.
    public func failedLogins(address: String) -> RedisKey { RedisKey("\(prefix)login:\(Self.encoded(address))") }

    /// A notice shown once after a redirect; expires by itself.
    public func flash(_ token: String) -> RedisKey { RedisKey("\(prefix)flash:\(Self.encoded(token))") }

    /// The wrapped key of the ingest bodies of one UTC day, eight digits.
    public func ingestKey(day: String) -> RedisKey { RedisKey("\(prefix)ingestkey:\(day)") }

    /// Privacy settings as the web server last started with, so that a change is audited.
    public var settings: RedisKey { RedisKey("\(prefix)settings") }

    /// When and from where the newest batch of a project came, by what became of it (`accepted`, `refused`); expires by itself.
    public func arrival(_ outcome: String, project: String) -> RedisKey {
        RedisKey("\(prefix)arrival:\(outcome):\(Self.encoded(project))")
    }

    public func shard(_ number: Int) -> ShardKeys { ShardKeys(base: "\(prefix){\(number)}:", shard: number) }

    public var allShards: [ShardKeys] { (0..<shards).map(shard) }

    /// Where a session lives: h = first 8 bytes, big-endian, of SHA-256(project, NUL, session id).
    /// A `.` before what stands for a session (`SessionReference.unattached`) does not count.
    public func place(project: String, session: String) -> Place {
        var hash = SHA256()
        hash.update(data: Array(project.utf8))
        hash.update(data: [0])
        hash.update(data: Array((session.hasPrefix(".") ? session.dropFirst() : session[...]).utf8))
        let number = hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Place(
            shard: Int(number % UInt64(shards)),
            partition: Int(number / UInt64(shards) % UInt64(partitions))
        )
    }

    /// The keys of a session's project in the session's shard.
    public func project(_ project: String, ofSession session: String) -> ProjectKeys {
        shard(place(project: project, session: session).shard).project(project)
    }

    /// A problem's home: its status lives there and nowhere else.
    public func home(project: String, fingerprint: String) -> ProjectKeys { self.project(project, ofSession: fingerprint) }

    /// The keys of a project in the shard where a release's source maps are.
    public func project(_ project: String, ofRelease release: String) -> ProjectKeys { self.project(project, ofSession: release) }

    /// Percent-encodes everything outside the id alphabet and `.`, so a value can be a part of a key name.
    static func encoded(_ value: String) -> String {
        var result = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }
}

/// A session's shard and the ingest partition inside it.
public struct Place: Hashable, Sendable {
    public let shard: Int
    public let partition: Int

    public init(shard: Int, partition: Int) {
        self.shard = shard
        self.partition = partition
    }
}

/// Why a key schema cannot be built.
public enum KeySchemaError: Error, Equatable, Sendable {
    case bracesInPrefix(String)
    case countOutOfRange(String, Int)
}
