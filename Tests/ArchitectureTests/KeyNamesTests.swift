import Testing

/// Key names are built by the key schema and nowhere else, and by one include inside scripts (docs/keys.md).
@Suite struct KeyNamesTests {
    private static let schema = "Sources/RedisStore/Keys/"
    private static let include = "lua/includes/keys.lua"

    /// Parts of names the schema puts after its base or prefix: `session`, `ingest`, `layout`, …
    private static func parts() throws -> Set<String> {
        let files = try Repository.files(in: "Sources/RedisStore/Keys", endingWith: ".swift")
        return Set(files.flatMap { file in file.text.matches(of: /RedisKey\("\\\((?:base|prefix)\)([a-z]+)/).map { String($0.1) } })
    }

    /// Commands whose first argument is a key.
    private static let keyed: Set<String> = [
        "GET", "SET", "GETDEL", "INCR", "INCRBY", "DECR", "DEL", "UNLINK", "EXISTS", "TYPE", "EXPIRE", "PEXPIRE", "PEXPIREAT", "PTTL", "TTL",
        "HSET", "HGET", "HMGET", "HGETALL", "HDEL", "HINCRBY", "HSETNX", "HEXISTS", "HLEN", "SADD", "SREM", "SMEMBERS", "SCARD", "SISMEMBER",
        "ZADD", "ZREM", "ZRANGE", "ZREVRANGE", "ZCARD", "ZSCORE", "ZCOUNT", "XADD", "XDEL", "XLEN", "XRANGE", "XREVRANGE", "XTRIM",
        "LPUSH", "RPUSH", "LRANGE",
    ]

    /// Why a line of Swift outside the schema builds a key name; nil when it does not.
    static func offence(swift line: Substring, parts: Set<String>) -> String? {
        // Most lines hold no text; regular expressions are slow without optimisation.
        guard line.utf8.contains(UInt8(ascii: "\"")) || line.contains("RedisKey("), !line.drop(while: \.isWhitespace).hasPrefix("//") else {
            return nil
        }
        if line.contains("RedisKey(") { return "makes a RedisKey" }
        if let match = line.firstMatch(of: /RedisCommand\(\s*"(\w+)",\s*"/), keyed.contains(String(match.1)) {
            return "\(match.1) with a literal key"
        }
        guard line.contains(":") || line.contains("prefix)") || line.contains("base)") else { return nil }
        for match in line.matches(of: /"(?:[^"\\]|\\[^(]|\\\([^()]*(?:\([^()]*\)[^()]*)*\))*"/) {
            let literal = match.output.dropFirst().dropLast()
            if literal.contains(/\{(?:\d+|\\\([^)]*\))\}:/) { return "a hash tag" }
            if literal.contains(/\\\((?:\w+\.)*(?:prefix|base)\)[a-z]/) { return "a name after a prefix" }
            if literal.contains(/\bsentiero:[a-z{]/) { return "the prefix" }
            for part in parts where literal.hasPrefix("\(part):\\(") || literal.contains(":\(part):") { return "the part \(part)" }
        }
        return nil
    }

    /// The same for a line of Lua: a literal part of a name that something is appended to.
    static func offence(lua line: Substring, parts: Set<String>) -> String? {
        guard line.contains(".."), !line.drop(while: \.isWhitespace).hasPrefix("--") else { return nil }
        for match in line.matches(of: /['"]:?([a-z]+):['"]\s*\.\./) where parts.contains(String(match.1)) { return "the part \(match.1)" }
        return nil
    }

    @Test func onlyTheSchemaNamesKeysInSwift() throws {
        let parts = try Self.parts()
        #expect(parts.isSuperset(of: ["layout", "ingest", "session", "windows", "events", "by"]), "the schema was not understood: \(parts.sorted())")
        let files = try DependencyDirectionTests.sources().filter { !$0.path.hasPrefix(Self.schema) }
        for file in files {
            for (number, line) in file.lines.enumerated() {
                let offence = Self.offence(swift: line, parts: parts)
                #expect(offence == nil, "\(file.path):\(number + 1) names a key: \(offence ?? "")")
            }
        }
    }

    @Test func onlyTheIncludeNamesKeysInLua() throws {
        let parts = try Self.parts()
        for file in try Repository.files(in: "lua", endingWith: ".lua") where file.path != Self.include {
            for (number, line) in file.lines.enumerated() {
                let offence = Self.offence(lua: line, parts: parts)
                #expect(offence == nil, "\(file.path):\(number + 1) names a key: \(offence ?? "")")
            }
        }
    }

    /// The rule itself can fail.
    @Test(arguments: [
        #"let key = RedisKey("x")"#, #"RedisCommand("GET", "sentiero-flag")"#, #"let name = "\(prefix){\(shard)}:dead""#, #"let name = "{0}:dead""#,
        #"let name = "\(schema.prefix)layout""#, #"let name = "\(keys.base)thing""#, #"let name = "sentiero:layout""#, #"let name = "session:\(id)""#,
        #"let name = project + ":session:" + id"#,
    ])
    func noticesNamesInSwift(line: String) {
        #expect(Self.offence(swift: line[...], parts: ["session", "layout"]) != nil)
    }

    @Test(arguments: [
        #"var prefix = "sentiero:""#, #"let text = "below \(schema.prefix) was""#, #"RedisCommand("HGETALL", keys.session(id))"#,
        #"RedisCommand("CONFIG", "GET")"#,
        #"/// `sentiero:{0}:dead`"#, #"let field = "meta:\(name)""#, #"outcome = "limited:events""#,
    ])
    func leavesOthersAlone(line: String) {
        #expect(Self.offence(swift: line[...], parts: ["session", "events"]) == nil)
    }

    @Test func noticesNamesInLua() {
        #expect(Self.offence(lua: "local key = base .. 'session:' .. id", parts: ["session"]) != nil)
        #expect(Self.offence(lua: "local key = base .. \":windows:\" .. id", parts: ["windows"]) != nil)
        #expect(Self.offence(lua: "-- base .. 'session:' .. id", parts: ["session"]) == nil)
        #expect(Self.offence(lua: "local field = 'meta:' .. name", parts: ["session"]) == nil)
    }
}
