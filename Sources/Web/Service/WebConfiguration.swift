public import Ingest

/// Everything the web tier is told. `Sources/Sentiero` fills it from the environment and the file.
public struct WebConfiguration: Sendable {
    public var host = "127.0.0.1"
    /// 0 lets the system choose.
    public var port = 8080
    /// Path before every route but the health checks: empty, or `/` and a name, without a slash at its end.
    public var mount = ""
    /// Scheme and host under which browsers reach this server, without a slash at its end; empty makes the script tag relative.
    public var publicURL = ""
    /// Where batches go, when that is not `publicURL + mount + "/events"`.
    public var eventsURL: String?

    public var basicAuth: BasicCredentials?
    public var allowInsecureDashboard = false
    public var metricsToken: String?
    public var projects = Projects()
    public var trustedProxies = TrustedProxies.none
    public var anonymizeIP = true

    public var lane = EventsLaneConfiguration()
    /// As the workers have it: the answered fingerprint is that of the redacted report.
    public var redaction = RedactionSettings.standard
    /// Whose rules normalise the frames of a report that names no platform.
    public var defaultPlatform = "ruby"
    public var recorder = RecorderConfiguration()
    /// Files that replace the built-in rrweb ones.
    public var assetOverrides = AssetOverrides()

    /// Seconds; 0 keeps data forever.
    public var retentionPeriod = 2_592_000
    /// Seconds errors and server events are kept; 0: for ever; nil: as sessions.
    public var retentionErrors: Int?
    /// Seconds source maps stay after the last upload or use of their release; 0 keeps them forever.
    public var sourceMapRetention = 7_776_000
    /// Most bytes of a project's source maps, compressed.
    public var maxSourceMapBytes = 536_870_912
    /// Seconds audit lines stay in Redis; 0 keeps them forever.
    public var auditRetention = 34_560_000
    /// The metadata key sessions are indexed by; empty: they are not.
    public var userKey = "userId"
    /// Whether recordings are encrypted at rest; only shown here.
    public var isEncrypted = false
    /// Most events in one answer of the events API.
    public var maxEventsPerPage = 1000
    /// Origins a replay may load pictures, fonts and styles from (spec 03 section 1.2). Empty: none.
    public var replayAssetOrigins: [String] = []
    /// Whether a webhook may name an address of the own network.
    public var alertAllowPrivate = false
    public var limits = ConnectionLimits()

    public init() {}
}

/// The rules of `POST /events` (spec 01 sections 1.2-1.5).
public struct EventsLaneConfiguration: Sendable {
    public var envelope = EnvelopeLimits()
    public var corsOrigins: [String] = []
    /// Refuse unlisted origins once `corsOrigins` is set; false restores the original's advisory behaviour.
    public var corsEnforce = true
    public var userOptOut = false
    public var optOutCookieName = "sentiero_optout"
    public var respectGPC = true
    public var geoSource = GeoSource.none
    /// Most unprocessed entries in one partition before the lane answers 503.
    public var maxStreamLength = 100_000
    public var memoryWatermark = MemoryWatermark.fraction(0.8)
    /// Bytes Redis may use when its own `maxmemory` is 0.
    public var memoryLimit = 2_147_483_648

    public init() {}

    /// A report is one small object: it is inflated whole, and never to more than this.
    var reportLimits: EnvelopeLimits {
        EnvelopeLimits(maxBodyBytes: envelope.maxBodyBytes, maxInflatedBytes: min(envelope.maxInflatedBytes, 1_048_576))
    }
}

/// How full Redis may get before ingest is refused.
public enum MemoryWatermark: Sendable, Equatable {
    /// Of `maxmemory`, or of our own limit when that is 0.
    case fraction(Double)
    case bytes(Int)
}

/// What one connection may cost.
public struct ConnectionLimits: Sendable {
    /// Bytes of all headers together.
    public var maxHeaderBytes = 32_768
    public var maxHeaderCount = 100
    /// Seconds a connection may be without a complete request head.
    public var headerTimeout = 20
    /// Seconds from a request's head to the end of its body.
    public var bodyTimeout = 30
    /// Bytes of a body that are read and thrown away after the answer was given early.
    public var maxDiscardedBytes = 8_388_608

    public init() {}
}

/// Files of the operator's own in place of the built-in rrweb ones (spec 05 section 1).
public struct AssetOverrides: Sendable {
    public var record: String?
    public var player: String?
    public var style: String?

    public init() {}
}
