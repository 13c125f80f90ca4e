import Ingest

/// Pins sessions beyond retention, for as long as a dispute lasts: nothing of a held session expires, and neither limits nor purges nor deletions
/// take anything of it until it is released.
public struct LegalHold: Sendable {
    /// Characters of a reason.
    public static let maxReasonCharacters = 500

    private let client: RedisClient
    private let schema: KeySchema
    private let retentionSeconds: Int?
    private let errorRetentionSeconds: Int?
    private let keys: SessionKeys?
    private let holdScript, releaseScript: Script

    /// - Parameters:
    ///   - retentionSeconds: what a released session expires by; nil or 0 keeps it for ever.
    ///   - errorRetentionSeconds: what its occurrences and server events are kept by; nil: the same.
    ///   - keys: of encrypted sessions, which are kept with them; nil where nothing is encrypted.
    /// - Throws: `scriptUnavailable`.
    public init(
        client: RedisClient, schema: KeySchema, retentionSeconds: Int?, errorRetentionSeconds: Int? = nil, keys: SessionKeys? = nil
    ) throws(RedisError) {
        self.errorRetentionSeconds = errorRetentionSeconds ?? retentionSeconds
        self.keys = keys
        self.client = client
        self.schema = schema
        self.retentionSeconds = retentionSeconds
        holdScript = try Scripts.named("holdSession")
        releaseScript = try Scripts.named("releaseSession")
    }

    /// Begins a hold, or gives one that stands another reason.
    /// - Parameter reason: 1 to 500 characters, shown to everybody who sees the session.
    /// - Returns: false when there is no such session.
    public func hold(project: String, session: String, reason: String) async throws(LegalHoldError) -> Bool {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        let reason = try Self.checked(reason)
        let names = schema.project(project, ofSession: session)
        do throws(RedisError) {
            let reply = try await client.run(holdScript, keys: self.names(names, session), arguments: [names.base, session, reason])
            guard reply.string == "held" else { return false }
            try await keys?.keep(project: project, session: session)
            return true
        } catch { throw .redis(error) }
    }

    /// Ends a hold; the session expires as any other from now on, which may be at once.
    public func release(project: String, session: String) async throws(LegalHoldError) -> HoldRelease {
        guard Identifier.isValid(session) else { throw .invalidSession(session) }
        let names = schema.project(project, ofSession: session)
        do throws(RedisError) {
            let reply = try await client.run(
                releaseScript, keys: self.names(names, session),
                arguments: [names.base, session, max(0, retentionSeconds ?? 0), max(0, errorRetentionSeconds ?? 0)])
            guard let values = reply.array, values.count == 3 else { throw RedisError(.protocol, "releaseSession did not return its list") }
            switch values[0].string {
            case "released":
                let deadline = values[1].string.flatMap(Int64.init)
                try await keys?.release(project: project, session: session, deadlineMs: values[2].string.flatMap(Int64.init))
                return .released(expiresAtMs: deadline)
            case "free": return .notHeld
            default: return .absent
            }
        } catch { throw .redis(error) }
    }

    /// All holds of a project, the longest standing first.
    public func list(project: String) async throws(RedisError) -> [HeldSession] {
        var held: [HeldSession] = []
        for shard in schema.allShards {
            let names = shard.project(project)
            let ids = (try await client.send(RedisCommand("ZRANGE", names.held, 0, -1, isIdempotent: true)).array ?? []).compactMap(\.string)
            let replies = try await client.send(ids.map { RedisCommand("HMGET", names.session($0), "held", "updated_at", isIdempotent: true) })
            for (id, reply) in zip(ids, replies) {
                let values = try reply.get().array ?? []
                guard values.count == 2, let hold = values[0].string.map(SessionHold.init(field:)) else { continue }
                held.append(HeldSession(session: id, hold: hold, updatedAt: values[1].string.flatMap(Double.init) ?? 0))
            }
        }
        return held.sorted { ($0.hold.since, $0.session) < ($1.hold.since, $1.session) }
    }

    private func names(_ names: ProjectKeys, _ session: String) -> [RedisKey] { [names.session(session), names.windows(session), names.held] }

    private static func checked(_ reason: String) throws(LegalHoldError) -> String {
        // One line: it is printed in lists.
        let line = reason.split(whereSeparator: { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } })
            .joined(separator: " ")
        guard !line.isEmpty else { throw .blankReason }
        guard line.count <= maxReasonCharacters else { throw .reasonTooLong }
        return line
    }
}

/// A session's hold: the row's field `held` (docs/keys.md).
public struct SessionHold: Hashable, Sendable {
    /// s since 1970.
    public let since: Double
    public let reason: String

    init(field: String) {
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        since = Double(parts[0]) ?? 0
        reason = parts.count == 2 ? String(parts[1]) : ""
    }
}

/// A session under a legal hold.
public struct HeldSession: Hashable, Sendable {
    public let session: String
    public let hold: SessionHold
    /// Its last update, s since 1970.
    public let updatedAt: Double
}

/// What releasing did.
public enum HoldRelease: Hashable, Sendable {
    /// ms since 1970; nil: kept for ever. What is past retention is gone within about a minute.
    case released(expiresAtMs: Int64?)
    case notHeld
    case absent
}

/// Why a hold was neither begun nor ended.
public enum LegalHoldError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidSession(String)
    case blankReason
    /// More than 500 characters.
    case reasonTooLong
    case redis(RedisError)

    public var description: String {
        switch self {
        case .invalidSession(let id): "\(id) is not a session id."
        case .blankReason: "A hold needs a reason."
        case .reasonTooLong: "A reason has at most \(LegalHold.maxReasonCharacters) characters."
        case .redis(let error): error.description
        }
    }
}
