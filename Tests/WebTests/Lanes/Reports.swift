import Foundation
import HTTPTypes
import Ingest
import RedisStore

@testable import Web

/// Reports of servers for tests, and a server that takes them.
enum Reports {
    static let key: HTTPFields = [.authorization: "Bearer s3cret"]
    static let error = #"{"exception_class":"KeyError","message":"no id 7","backtrace":["app/cart.rb:14:in `find'"],"timestamp":1780000000.5}"#
    static let event = #"{"name":"order_placed","level":"info","payload":{"total":12.5},"timestamp":1780000000}"#

    /// `/errors` and `/track`, each with a valid report.
    static let lanes = [("/errors", error), ("/track", event)]

    /// An error with other members; what is JSON null in `members` stays as it is, `nil` is left out.
    static func error(_ members: [String: String?]) -> String {
        var all: [String: String] = ["exception_class": #""KeyError""#, "message": #""no id""#]
        for (name, json) in members { all[name] = json }
        return "{" + all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
}

extension LiveServer {
    /// Takes reports with the key `s3cret` for the project `shop`.
    static func reporting(
        _ configure: @Sendable (inout WebConfiguration) -> Void = { _ in }, _ test: @Sendable @escaping (LiveServer) async throws -> Void
    ) async throws {
        try await run(
            { configuration in
                configuration.projects = Projects(ingestKeys: [.init(value: "other", project: "blog"), .init(value: "s3cret", project: "shop")])
                configure(&configuration)
            }, test)
    }

    func report(_ body: String, to path: String = "/errors", _ more: HTTPFields = [:]) async throws -> LiveResponse {
        var headers = Reports.key
        for field in more { headers[field.name] = field.value }
        return try await post(body, headers, path: path)
    }

    /// The one report that is queued, read as a worker reads it; then it is gone.
    func queuedError(anonymizesIP: Bool = true) async throws -> (report: ErrorReport, batch: IngestBatch) {
        let batch = try await onlyBatch()
        let reader = ReportReader(redactor: Redactor(settings: .standard), anonymizesIP: anonymizesIP)
        return (try reader.error(try inflated(batch), project: batch.project, receivedMs: batch.receivedMs), batch)
    }

    func queuedEvent() async throws -> (report: ServerEventReport, batch: IngestBatch) {
        let batch = try await onlyBatch()
        let reader = ReportReader(redactor: Redactor(settings: .standard))
        return (try reader.serverEvent(try inflated(batch), receivedMs: batch.receivedMs), batch)
    }

    private func onlyBatch() async throws -> IngestBatch {
        let batches = try await batches()
        guard batches.count == 1 else { throw ReportsError.notOne }
        let streams = keys.allShards.flatMap { shard in (0..<keys.partitions).map(shard.ingest) }
        _ = try await store.send(streams.map { RedisCommand("DEL", $0) })
        return batches[0]
    }

    private func inflated(_ batch: IngestBatch) throws -> [UInt8] {
        try ReportBody.inflated(batch.body, contentEncoding: batch.encoding == .gzip ? "gzip" : nil, limits: EnvelopeLimits())
    }
}

enum ReportsError: Error { case notOne }
