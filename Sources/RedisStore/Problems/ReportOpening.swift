import Foundation
import Ingest

extension SealOwner {
    /// The document of an occurrence, wherever it is copied to.
    static func occurrence(project: String, fingerprint: String) -> [UInt8] { [UInt8]("occurrence\0\(project)\0\(fingerprint)".utf8) }
    /// The payload of a server event.
    static func serverEvent(project: String, name: String) -> [UInt8] { [UInt8]("server-event\0\(project)\0\(name)".utf8) }
}

/// Reads what the streams of reports keep packed, asking for each key once.
struct ReportOpening {
    /// Documents have at most 64 KiB, with room for what redaction adds.
    private static let inflateLimit = 1 << 20

    private let keys: SessionKeys?
    private let project: String
    private var known: [SessionReference: DataKey] = [:]
    private var unusable: Set<SessionReference> = []

    init(keys: SessionKeys?, project: String) {
        self.keys = keys
        self.project = project
    }

    mutating func occurrence(_ record: StreamRecord, of fingerprint: String) async throws(RedisError) -> Occurrence {
        let owner = SealOwner.occurrence(project: project, fingerprint: fingerprint)
        let json = try await opened(record, key: reference(record, placement: fingerprint), owner: owner)
        return Occurrence(
            id: "\(record.id)", fingerprint: fingerprint, atMs: record.atMs, session: record.text("session"), window: record.text("window"),
            document: json.flatMap { try? JSONDecoder().decode(OccurrenceDocument.self, from: Data($0)) })
    }

    mutating func serverEvent(_ record: StreamRecord) async throws(RedisError) -> ServerEvent {
        let name = record.text("name") ?? ""
        let json = try await opened(
            record, key: reference(record, placement: IngestBatch.fingerprint(ofEvent: name)),
            owner: SealOwner.serverEvent(project: project, name: name))
        return ServerEvent(
            id: "\(record.id)", project: project, name: name, level: record.text("level").flatMap(ServerEventLevel.init(rawValue:)) ?? .info,
            atMs: record.atMs, session: record.text("session"), payload: json.flatMap { String(validating: $0, as: UTF8.self) })
    }

    /// Whose data key it is sealed with.
    private func reference(_ record: StreamRecord, placement: String) -> SessionReference {
        record.text("session").map { SessionReference(project: project, session: $0) } ?? .unattached(project: project, placement: placement)
    }

    /// nil: there is nothing, or no key here opens it.
    private mutating func opened(_ record: StreamRecord, key name: SessionReference, owner: [UInt8]) async throws(RedisError) -> [UInt8]? {
        guard var bytes = record.fields["z"]?.bytes, !bytes.isEmpty else { return nil }
        if record.text("v") == "2" {
            guard let key = try await key(name),
                let plain = try? key.open(bytes[...], owner: owner)
            else { return nil }
            bytes = plain
        }
        return bytes.withUnsafeBytes { try? Gzip.inflate($0, limit: Self.inflateLimit) }
    }

    private mutating func key(_ name: SessionReference) async throws(RedisError) -> DataKey? {
        if let key = known[name] { return key }
        guard let keys, !unusable.contains(name), case .success(let key) = try await keys.key(of: name) else {
            unusable.insert(name)
            return nil
        }
        known[name] = key
        return key
    }
}
