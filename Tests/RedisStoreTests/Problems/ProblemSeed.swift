import Foundation
import Ingest
@testable import RedisStore

/// Writes problems and server events as docs/errors.md says, in the shard of their session.
struct ProblemSeed {
    let bench: CommitBench
    var project = "default"

    init(_ bench: CommitBench) { self.bench = bench }

    struct Details {
        var atMs: Int64?
        /// The arrival, ms; nil: now.
        var receivedMs: Int64?
        var message = "boom"
        var release: String?
        var environment: String?
        var user: String?
        var origin = ProblemOrigin.server
        var group: String?
        /// Seals the document.
        var key: DataKey?
    }

    func names(_ session: String?, or name: String) -> ProjectKeys { bench.schema.project(project, ofSession: session ?? name) }

    /// - Returns: the occurrence's stream id.
    @discardableResult
    func occurrence(_ fingerprint: String, session: String? = nil, _ change: (inout Details) -> Void = { _ in }) async throws -> String {
        var details = Details()
        change(&details)
        let names = names(session, or: fingerprint)
        let arrived = try await arrival(details.receivedMs)
        let at = details.atMs ?? arrived.ms
        var document = OccurrenceDocument(exceptionClass: "TypeError", message: details.message)
        document.release = details.release
        let owner = SealOwner.occurrence(project: project, fingerprint: fingerprint)
        let reply = try await bench.send(
            "XADD", names.occurrences(fingerprint), arrived.id, "v", details.key == nil ? "1" : "2", "at", at, "session", session ?? "", "window",
            session == nil ? "" : "w1", "z", try packed(try JSONEncoder().encode(document), details.key, owner: owner))
        let id = reply.string ?? ""
        try await part(fingerprint, names, details, at: at, received: arrived.micros, session: session)
        if let session { try await link(fingerprint, names, session: session, user: details.user, id: id, at: arrived.ms) }
        return id
    }

    /// - Returns: the event's stream id.
    @discardableResult
    func serverEvent(
        _ name: String, session: String? = nil, level: ServerEventLevel = .info, atMs: Int64? = nil, receivedMs: Int64? = nil, payload: String = "{}"
    ) async throws -> String {
        let names = names(session, or: name)
        let arrived = try await arrival(receivedMs)
        let id =
            try await bench.send(
                "XADD", names.track, arrived.id, "v", 1, "name", name, "level", level.rawValue, "at", atMs ?? arrived.ms, "session", session ?? "",
                "z", try packed(Data(payload.utf8), nil, owner: [])
            ).string ?? ""
        try await bench.send("SADD", bench.schema.shard(shard(of: names)).projects, project)
        if let session {
            let known = try await bench.send("HGET", names.reports(session), "track").string
            try await bench.send("HSET", names.reports(session), "track", known.map { "\($0) \(id)" } ?? id)
        }
        return id
    }

    private func arrival(_ ms: Int64?) async throws -> (id: String, ms: Int64, micros: Int64) {
        if let ms { return ("\(ms)-*", ms, ms * 1_000) }
        let micros = try await bench.nowMicros()
        return ("*", micros / 1_000, micros)
    }

    private func packed(_ json: Data, _ key: DataKey?, owner: [UInt8]) throws -> [UInt8] {
        let gzip = [UInt8](json).withUnsafeBytes { Gzip.deflate($0) }
        return try key?.seal(gzip, owner: owner) ?? gzip
    }

    private func shard(of names: ProjectKeys) -> Int {
        bench.schema.allShards.first { $0.project(project) == names }?.shard ?? 0
    }

    private func part(
        _ fingerprint: String, _ names: ProjectKeys, _ details: Details, at: Int64, received: Int64, session: String?
    ) async throws {
        let key = names.problem(fingerprint)
        let known = try await bench.hash(key)
        func seconds(_ ms: Int64) -> String { "\(Double(ms) / 1000)" }
        if known.isEmpty {
            try await bench.send(
                "HSET", key, "origin", details.origin.rawValue, "class", "TypeError", "title", "TypeError: \(details.message)", "title_session",
                session ?? "", "first_received", received, "first_seen", seconds(at), "last_seen", seconds(at))
        }
        try await bench.send("HINCRBY", key, "count", 1)
        try await bench.send("HSET", key, "received", received, "message", details.message, "message_session", session ?? "")
        if let first = known["first_seen"].flatMap(Double.init), first * 1000 > Double(at) {
            try await bench.send("HSET", key, "first_seen", seconds(at))
        }
        if let last = known["last_seen"].flatMap(Double.init), last * 1000 < Double(at) {
            try await bench.send("HSET", key, "last_seen", seconds(at))
        }
        if let group = details.group { try await bench.send("HSET", key, "group", group) }
        if known["resolved"] != nil {
            try await bench.send("HDEL", key, "resolved")
            try await bench.send("HSET", key, "regressed_at", seconds(received / 1000), "regressed_release", details.release ?? "")
        }
        for (letter, length) in [("m", 13), ("h", 11), ("d", 9)] {
            let name = ProblemTrend.name(letter, at)
            precondition(name.count == length)
            try await bench.send("HINCRBY", names.trend(fingerprint), name, 1)
        }
        for (dimension, value) in [("release", details.release), ("environment", details.environment)] {
            guard let value else { continue }
            if dimension == "release" {
                try await bench.send("HSET", key, "release", value)
                try await bench.send("HSETNX", names.facets(fingerprint), "first:\(value)", at)
            }
            try await bench.send("HINCRBY", names.facets(fingerprint), "\(dimension):\(value)", 1)
            try await bench.send("HSET", names.facets(fingerprint), "#\(dimension)", 1)
            try await bench.send("ZADD", dimension == "release" ? names.problemReleases : names.problemEnvironments, seconds(received / 1000), value)
        }
        try await bench.send("ZADD", names.problems, seconds(received / 1000), fingerprint)
        try await bench.send("SADD", bench.schema.shard(shard(of: names)).projects, project)
    }

    private func link(_ fingerprint: String, _ names: ProjectKeys, session: String, user: String?, id: String, at: Int64) async throws {
        let known = try await bench.send("HGET", names.reports(session), "p:\(fingerprint)").string
        if known == nil {
            try await bench.send("HINCRBY", names.problem(fingerprint), "sessions", 1)
            if let user { try await bench.send("ZINCRBY", names.users(fingerprint), 1, user) }
        }
        try await bench.send("HSET", names.reports(session), "p:\(fingerprint)", "\(known ?? user ?? "-") \(id)")
        try await bench.send("ZADD", names.affected(fingerprint), "\(Double(at) / 1000)", session)
    }
}
