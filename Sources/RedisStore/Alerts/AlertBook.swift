import Foundation
public import Ingest

/// The rules and channels of projects.
public struct AlertBook: Sendable {
    /// Most rules, and most channels, of one project.
    public static let most = 50

    private let redis: RedisClient
    private let keys: KeySchema
    public let secrets: AlertSecrets

    public init(redis: RedisClient, keys: KeySchema, secrets: AlertSecrets) {
        self.redis = redis
        self.keys = keys
        self.secrets = secrets
    }

    /// What a project has, by name.
    public struct Contents: Sendable, Equatable {
        public var rules: [AlertRule] = []
        public var channels: [AlertChannel] = []

        public init() {}

        public func channel(_ id: String) -> AlertChannel? { channels.first { $0.id == id } }
    }

    public func contents(project: String) async throws(RedisError) -> Contents {
        let keys = keys.shard(0).project(project)
        let replies = try await redis.send([
            RedisCommand("HVALS", keys.alertRules, isIdempotent: true), RedisCommand("HVALS", keys.alertChannels, isIdempotent: true),
        ])
        var contents = Contents()
        contents.rules = try Self.decoded(replies[0]).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        contents.channels = try Self.decoded(replies[1]).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        return contents
    }

    /// Adds a rule, or replaces the one with its id.
    public func save(_ rule: AlertRule, project: String) async throws(RedisError) {
        _ = try await redis.send(RedisCommand("HSET", keys.shard(0).project(project).alertRules, rule.id, Self.text(rule), isIdempotent: true))
    }

    /// Adds a channel, or replaces the one with its id; its secret is sealed where that is configured.
    public func save(_ channel: AlertChannel, project: String) async throws(RedisError) {
        let sealed: AlertChannel
        do throws(KeyFault) { sealed = try secrets.sealed(channel, project: project) } catch {
            throw RedisError(.keyUnavailable, "the channel's secret cannot be sealed: \(error)")
        }
        _ = try await redis.send(
            RedisCommand("HSET", keys.shard(0).project(project).alertChannels, channel.id, Self.text(sealed), isIdempotent: true))
    }

    /// - Returns: whether it was there.
    public func deleteRule(_ id: String, project: String) async throws(RedisError) -> Bool {
        try await redis.send(RedisCommand("HDEL", keys.shard(0).project(project).alertRules, id)).int == 1
    }

    /// Rules that named it do so no more. Its deliveries that wait end as failed.
    /// - Returns: whether it was there.
    public func deleteChannel(_ id: String, project: String) async throws(RedisError) -> Bool {
        for var rule in try await contents(project: project).rules where rule.channels.contains(id) {
            rule.channels.removeAll { $0 == id }
            try await save(rule, project: project)
        }
        return try await redis.send(RedisCommand("HDEL", keys.shard(0).project(project).alertChannels, id)).int == 1
    }

    /// Of the id alphabet, 12 characters.
    public static func newID() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<12).compactMap { _ in alphabet.randomElement() })
    }

    /// What cannot be read, of a newer version perhaps, is left out.
    private static func decoded<Value: Decodable>(_ reply: RedisValue) throws(RedisError) -> [Value] {
        try reply.elements().compactMap { element in
            element.bytes.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0)) }
        }
    }

    private static func text(_ value: some Encodable) throws(RedisError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { throw RedisError(.protocol, "a rule or channel cannot be written as JSON") }
        return [UInt8](data)
    }
}
