import Foundation
import RedisStore

/// How the store and ingest are, for the maintenance page. Over all projects.
struct StoreFigures: Sendable {
    let accounting: Accounting
    let statuses: [PartitionStatus]
    let partitions: Int
    let leased: Int
    let workers: Int
    let errors: ErrorFigures
    let reading: IngestPressure.Reading

    static func read(redis: RedisClient, keys: KeySchema, reading: IngestPressure.Reading) async throws -> StoreFigures {
        let accounting = try await OutcomeCounters(client: redis, schema: keys).read()
        let statuses = try await IngestQueue(client: redis, schema: keys).statuses()
        let leases = keys.allShards.flatMap { shard in (0..<keys.partitions).map(shard.lease) }
        let replies = try await redis.send(
            leases.map { RedisCommand("EXISTS", $0, isIdempotent: true) } + [RedisCommand("ZCARD", keys.workers, isIdempotent: true)])
        return StoreFigures(
            accounting: accounting, statuses: statuses, partitions: leases.count,
            leased: replies.dropLast().reduce(0) { $0 + ($1.int ?? 0) }, workers: replies.last?.int ?? 0,
            errors: try await ErrorFigures.read(redis: redis, keys: keys), reading: reading)
    }

    func storage(sessions: Int, held: Int) -> [MaintenanceView.Figure] {
        let bound = reading.memoryBound == .max ? nil : "ingest stops at \(Format.bytes(reading.memoryBound))"
        return [
            .init(name: "Sessions of this project", value: Format.count(sessions)),
            .init(name: "Under legal hold", value: Format.count(held)),
            .init(name: "Problems, all projects", value: Format.count(errors.problems)),
            .init(name: "Server events, all projects", value: Format.count(errors.serverEvents)),
            .init(name: "Memory of Redis", value: Format.bytes(reading.usedMemory), isBad: reading.usedMemory >= reading.memoryBound, note: bound),
        ]
    }

    var ingest: [MaintenanceView.Figure] {
        let oldest = statuses.compactMap(\.oldestMs).min().map { max(0, Date().timeIntervalSince1970 - Double($0) / 1000) }
        let refused = [Outcome.limitedEvents, .limitedBytes, .limitedWindows, .expired, .erased, .dropped].reduce(0) { $0 + accounting.count($1) }
        return [
            .init(name: "Batches accepted", value: Format.count(accounting.accepted)),
            .init(name: "Stored", value: Format.count(accounting.count(.stored))),
            .init(name: "Filtered or repeated", value: Format.count(accounting.count(.filtered) + accounting.count(.duplicate))),
            .init(name: "Refused by a limit, retention or an erasure", value: Format.count(refused)),
            .init(
                name: "Waiting", value: Format.count(accounting.queued),
                note: oldest.map { "the oldest for \(Format.duration($0 * 1000))" }),
            .init(
                name: "Dead letters", value: Format.count(accounting.deadLetters), isBad: accounting.deadLetters > 0,
                note: accounting.deadLetters > 0 ? "see sentiero dead-letters" : nil),
            .init(
                name: "Workers", value: Format.count(workers), isBad: leased < partitions,
                note: leased < partitions
                    ? "\(leased) of \(partitions) partitions are owned; is a worker running?" : "all \(partitions) partitions are owned"),
            .init(name: "Accounts", value: accounting.isBalanced ? "balanced" : "do not add up", isBad: !accounting.isBalanced),
        ]
    }
}

extension WebConfiguration {
    /// What protects the people who are recorded, as configured.
    var privacyFigures: [MaintenanceView.Figure] {
        func state(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        let masking = recorder.strictMasking ? "strict: all text and inputs" : recorder.maskAllInputs ? "all inputs" : "passwords and marked elements"
        return [
            .init(name: "Masking", value: masking, isBad: !recorder.strictMasking && !recorder.maskAllInputs),
            .init(name: "Consent before recording", value: state(recorder.requireConsent)),
            .init(name: "Opt-out cookie", value: lane.userOptOut ? lane.optOutCookieName : "off"),
            .init(name: "Global Privacy Control", value: lane.respectGPC ? "respected" : "ignored", isBad: !lane.respectGPC),
            .init(
                name: "Addresses in the audit log", value: anonymizeIP ? "reduced" : "in full", isBad: !anonymizeIP),
            .init(name: "URLs", value: ["strip": "without query", "keepFiltered": "filtered query"][recorder.redaction.urlMode] ?? "in full"),
            .init(
                name: "Sessions are kept", value: retentionPeriod > 0 ? "for \(Format.period(retentionPeriod))" : "for ever",
                isBad: retentionPeriod == 0),
            .init(name: "Audit log is kept", value: auditRetention > 0 ? "for \(Format.period(auditRetention))" : "for ever"),
            .init(name: "Encryption at rest", value: state(isEncrypted)),
            .init(name: "Index by user", value: userKey.isEmpty ? "off" : "metadata \(userKey)"),
        ]
    }
}
