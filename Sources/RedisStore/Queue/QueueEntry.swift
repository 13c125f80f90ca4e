/// One entry of an ingest stream.
public struct QueueEntry: Sendable {
    public let id: StreamID
    /// What it holds, or why it cannot be read. An entry that cannot be read is for `dead`, never to be skipped.
    public let batch: Result<IngestBatch, QueueEntryError>
    /// Bytes of the body, for bounding a micro-batch.
    public var size: Int { (try? batch.get().body.count) ?? 0 }

    public init(id: StreamID, batch: Result<IngestBatch, QueueEntryError>) {
        self.id = id
        self.batch = batch
    }

    /// An element of an XRANGE reply; nil when it is none.
    init?(reply: RedisValue) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string.flatMap(StreamID.init) else { return nil }
        self.init(id: id, batch: Result { () throws(QueueEntryError) in try IngestBatch(fields: parts[1]) })
    }
}

/// Why an entry is not a batch of ours.
public enum QueueEntryError: Error, Equatable, Sendable {
    case unknownVersion(String)
    case missingField(String)
    case invalidField(String)
    case notFields

    /// The reason of the dead letter it becomes.
    public var reason: String {
        switch self {
        case .unknownVersion: "unknown_version"
        case .missingField(let name): "missing_field:\(name)"
        case .invalidField(let name): "invalid_field:\(name)"
        case .notFields: "not_fields"
        }
    }
}

extension IngestBatch {
    init(fields: RedisValue) throws(QueueEntryError) {
        guard let pairs = fields.pairs else { throw .notFields }
        let values = Dictionary(pairs.map { ($0.field, $0.value) }, uniquingKeysWith: { first, _ in first })
        func text(_ name: String) throws(QueueEntryError) -> String {
            guard let value = values[name]?.string else { throw .missingField(name) }
            return value
        }
        func optional(_ name: String) -> String? {
            guard let value = values[name]?.string, !value.isEmpty else { return nil }
            return value
        }
        func integer<Number: FixedWidthInteger>(_ name: String) throws(QueueEntryError) -> Number {
            guard let value = Number(try text(name)) else { throw .invalidField(name) }
            return value
        }
        let version = try text("v")
        guard [Self.clearVersion, Self.sealedVersion].contains(version) else { throw .unknownVersion(version) }
        guard let encoding = Encoding(rawValue: try text("encoding")) else { throw .invalidField("encoding") }
        guard let body = values["body"]?.bytes else { throw .missingField("body") }
        var sequence: Int?
        if optional("sequence") != nil { sequence = try integer("sequence") as Int }
        self.init(
            lane: try text("lane"), project: try text("project"), session: try text("session"), window: try text("window"),
            fingerprint: optional("fingerprint"), batchID: optional("batch"), sequence: sequence, receivedMs: try integer("received"),
            encoding: encoding,
            eventCount: try integer("events"), inflatedBytes: try integer("inflated"), recorder: optional("recorder"),
            browser: optional("browser"), device: optional("device"), address: optional("ip"), country: optional("country"),
            city: optional("city"), region: optional("region"), timezone: optional("timezone"), body: body
        )
        isSealed = version == Self.sealedVersion
    }
}
