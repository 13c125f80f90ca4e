import Foundation
import Ingest
import RedisStore

@testable import Web

/// A problem written as docs/errors.md says it is kept, so that a test chooses every number of it.
struct PlantedProblem: Sendable {
    struct Moment: Sendable {
        var atMs: Int64
        var session: String?
        var window: String?
        /// nil: sealed with a key nobody here has.
        var document: OccurrenceDocument?
    }

    var fingerprint: String
    var origin = ProblemOrigin.server
    var exceptionClass = "RuntimeError"
    var message: String
    var project = "default"
    var count = 1
    var sessions = 0
    /// s since 1970.
    var firstSeen: Double
    var lastSeen: Double
    var group: String?
    var release: String?
    /// `h2026061314` → occurrences.
    var trend: [(String, Int)] = []
    /// `page:/cart` → occurrences.
    var facets: [(String, Int)] = []
    var moments: [Moment] = []

    static let now = Date().timeIntervalSince1970

    /// - Parameter number: becomes the fingerprint.
    init(_ number: Int, _ message: String, seen: ClosedRange<Double> = (now - 3600)...now, _ change: (inout PlantedProblem) -> Void = { _ in }) {
        fingerprint = Self.fingerprint(number)
        self.message = message
        firstSeen = seen.lowerBound
        lastSeen = seen.upperBound
        change(&self)
    }

    static func fingerprint(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 40 - digits.count) + digits
    }

    mutating func happened(_ atMs: Int64, session: String? = nil, window: String? = nil, _ change: (inout OccurrenceDocument) -> Void = { _ in }) {
        var document = OccurrenceDocument(exceptionClass: exceptionClass, message: message)
        change(&document)
        moments.append(Moment(atMs: atMs, session: session, window: window, document: document))
    }
}

extension LiveServer {
    func plant(_ problems: PlantedProblem...) async throws { try await plant(problems) }

    func plant(_ problems: [PlantedProblem]) async throws {
        for problem in problems {
            let names = keys.home(project: problem.project, fingerprint: problem.fingerprint)
            let received = Int64(Date().timeIntervalSince1970 * 1_000_000)
            let fields: [(String, String?)] = [
                ("origin", problem.origin.rawValue), ("class", problem.exceptionClass), ("title", "\(problem.exceptionClass): \(problem.message)"),
                ("message", problem.message), ("group", problem.group), ("release", problem.release), ("count", "\(problem.count)"),
                ("sessions", "\(problem.sessions)"), ("first_seen", "\(problem.firstSeen)"), ("last_seen", "\(problem.lastSeen)"),
                ("received", "\(received)"),
            ]
            var commands = fields.compactMap { name, value in value.map { RedisCommand("HSET", names.problem(problem.fingerprint), name, $0) } }
            commands.append(RedisCommand("HSETNX", names.problem(problem.fingerprint), "first_received", "\(received)"))
            commands.append(RedisCommand("ZADD", names.problems, "\(problem.lastSeen)", problem.fingerprint))
            commands += problem.trend.map { RedisCommand("HSET", names.trend(problem.fingerprint), $0.0, "\($0.1)") }
            for (facet, count) in problem.facets {
                commands.append(RedisCommand("HSET", names.facets(problem.fingerprint), facet, "\(count)"))
                let parts = facet.split(separator: ":", maxSplits: 1).map(String.init)
                if parts[0] == "environment" { commands.append(RedisCommand("ZADD", names.problemEnvironments, "\(problem.lastSeen)", parts[1])) }
                if parts[0] == "release" { commands.append(RedisCommand("ZADD", names.problemReleases, "\(problem.lastSeen)", parts[1])) }
            }
            for moment in problem.moments {
                if let session = moment.session {
                    commands.append(RedisCommand("ZADD", names.affected(problem.fingerprint), "\(Double(moment.atMs) / 1000)", session))
                }
                let json = try moment.document.map { Array(try JSONEncoder().encode($0)) }
                let packed = json.map { $0.withUnsafeBytes { Gzip.deflate($0) } } ?? [1, 2, 3]
                commands.append(
                    RedisCommand(
                        "XADD", names.occurrences(problem.fingerprint), "*", "v", json == nil ? "2" : "1", "at", "\(moment.atMs)", "session",
                        moment.session ?? "",
                        "window",
                        moment.window ?? "", "z", packed))
            }
            for reply in try await store.send(commands) { if let error = reply.error { throw error } }
        }
    }

    func status(_ number: Int, project: String = "default") async throws -> ProblemStatus? {
        try await ProblemStore(redis: store, keys: keys).find(
            PlantedProblem.fingerprint(number), project: project, nowMs: Int64(Date().timeIntervalSince1970 * 1000))?.problem.status
    }
}
