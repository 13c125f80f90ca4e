import Crypto

/// A batch as the web tier accepted it: the browser's bytes as received, and the few facts about the client that may travel.
/// One ingest stream entry (`docs/keys.md`). Absent facts are nil here and empty in Redis.
public struct IngestBatch: Hashable, Sendable {
    public enum Encoding: String, Sendable {
        case gzip, identity
    }

    /// `events`, `errors` or `track`.
    public var lane: String
    public var project: String
    /// Empty when a report belongs to none.
    public var session: String
    public var window: String
    /// 40 hexadecimal digits. Of an error: the answered one. Of a server event without a session: `fingerprint(ofEvent:)`.
    public var fingerprint: String?
    /// The client's own id of the batch, for telling a repetition (DESIGN.md section 4).
    public var batchID: String?
    /// Position in the window, from 0; shows gaps.
    public var sequence: Int?
    /// When the web tier had read the body, ms since 1970.
    public var receivedMs: Int64
    public var encoding: Encoding
    public var eventCount: Int
    /// Bytes of the inflated body.
    public var inflatedBytes: Int
    public var recorder: String?
    public var browser: String?
    public var device: String?
    /// Reduced to /24 or /48 before it gets here.
    public var address: String?
    public var country: String?
    public var city: String?
    public var region: String?
    public var timezone: String?
    public var body: [UInt8]
    /// The body is encrypted (`IngestKeys`): `encoding`, `eventCount` and `inflatedBytes` are those of what it hides.
    public var isSealed = false

    public init(
        lane: String = "events", project: String, session: String, window: String, fingerprint: String? = nil, batchID: String? = nil,
        sequence: Int? = nil, receivedMs: Int64, encoding: Encoding, eventCount: Int, inflatedBytes: Int, recorder: String? = nil,
        browser: String? = nil,
        device: String? = nil, address: String? = nil, country: String? = nil, city: String? = nil, region: String? = nil,
        timezone: String? = nil, body: [UInt8]
    ) {
        self.lane = lane
        self.project = project
        self.session = session
        self.window = window
        self.fingerprint = fingerprint
        self.batchID = batchID
        self.sequence = sequence
        self.receivedMs = receivedMs
        self.encoding = encoding
        self.eventCount = eventCount
        self.inflatedBytes = inflatedBytes
        self.recorder = recorder
        self.browser = browser
        self.device = device
        self.address = address
        self.country = country
        self.city = city
        self.region = region
        self.timezone = timezone
        self.body = body
    }

    /// Where it goes, with its project: the session, else what the report is about.
    public var placement: String { session.isEmpty ? fingerprint ?? "" : session }

    /// What it is computed and sealed with: its session, or what stands for it.
    public var reference: SessionReference {
        session.isEmpty ? .unattached(project: project, placement: placement) : SessionReference(project: project, session: session)
    }

    /// Where the server events of a name go that have no session.
    public static func fingerprint(ofEvent name: String) -> String {
        SHA256.hash(data: Array(name.utf8)).prefix(20).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Versions of the entry format: the body as it came, or sealed.
    static let clearVersion = "1", sealedVersion = "2"

    /// The command that adds the batch to a stream: always the same fields in the same order, so that Redis stores their names once per node.
    /// (A report has one more.)
    func adding(to stream: RedisKey) -> RedisCommand {
        var command = RedisCommand("XADD", stream, "*", "v", isSealed ? Self.sealedVersion : Self.clearVersion)
        command.reserve(bytes: body.count + 640)
        func put(_ name: String, _ value: some RedisArgument) {
            command.append(name)
            command.append(value)
        }
        put("lane", lane)
        put("project", project)
        put("session", session)
        put("window", window)
        if let fingerprint { put("fingerprint", fingerprint) }
        put("batch", batchID ?? "")
        put("sequence", sequence.map { "\($0)" } ?? "")
        put("received", receivedMs)
        put("encoding", encoding.rawValue)
        put("events", eventCount)
        put("inflated", inflatedBytes)
        put("recorder", recorder ?? "")
        put("browser", browser ?? "")
        put("device", device ?? "")
        put("ip", address ?? "")
        put("country", country ?? "")
        put("city", city ?? "")
        put("region", region ?? "")
        put("timezone", timezone ?? "")
        put("body", body)
        return command
    }
}
