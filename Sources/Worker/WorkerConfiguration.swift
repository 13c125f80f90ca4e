public import Ingest

/// Everything a worker needs to know besides where Redis is.
public struct WorkerConfiguration: Sendable {
    /// Name of this worker in leases; unique among live workers.
    public var workerID: String
    /// Limits the edge validated with; a batch beyond them ends as dead.
    public var limits: EnvelopeLimits
    public var redaction: RedactionSettings
    /// The operator's own program for events, after redaction; nil: none.
    public var eventFilter: EventFilterSettings?
    /// Seconds personal data is kept; nil keeps it forever.
    public var retentionSeconds: Int?
    /// Longest life of a session in the browser (s); tombstones live at least as long.
    public var sessionMaxAgeSeconds: Int
    public var maxEventsPerSession: Int?
    /// Compressed bytes of one session.
    public var maxBytesPerSession: Int?
    /// Sessions kept per project; least recently updated ones are evicted.
    public var maxSessions: Int?
    /// Seconds a problem is kept after its last occurrence, and a server event after its arrival; 0 keeps them for ever, nil as long as sessions.
    public var retentionErrorsSeconds: Int?
    /// Problems kept per project; the least recently received ones are evicted.
    public var maxProblems: Int
    /// Of each problem in each shard.
    public var maxOccurrencesPerProblem: Int
    /// Server events kept per project.
    public var maxServerEvents: Int
    /// Whose frames those of a report are that names no platform.
    public var defaultPlatform: String
    /// Whether addresses in reports lose the part that names a household.
    public var anonymizesIP: Bool
    /// Whether an `error` event marks its session (spec 01 section 1.5).
    public var capturesErrors: Bool
    /// Metadata key that names the user, for the index erasures use; empty: none.
    public var userKey: String
    /// Seconds between two rewrites of Redis' append-only file; nil: Redis decides alone.
    public var aofRewriteSeconds: Int?
    /// Milliseconds a lease lives without renewal. A dead worker's partitions move within this plus one renewal.
    public var leaseMilliseconds: Int
    /// gzip level of chunks that redaction changed.
    public var compressionLevel: Int
    public var alerts = AlertOptions()

    public init(
        workerID: String,
        limits: EnvelopeLimits = EnvelopeLimits(),
        redaction: RedactionSettings,
        eventFilter: EventFilterSettings? = nil,
        retentionSeconds: Int? = 30 * 86_400,
        sessionMaxAgeSeconds: Int = 7 * 86_400,
        maxEventsPerSession: Int? = nil,
        maxBytesPerSession: Int? = nil,
        maxSessions: Int? = nil,
        retentionErrorsSeconds: Int? = nil,
        maxProblems: Int = 5_000,
        maxOccurrencesPerProblem: Int = 100,
        maxServerEvents: Int = 50_000,
        defaultPlatform: String = "ruby",
        anonymizesIP: Bool = true,
        capturesErrors: Bool = false,
        userKey: String = "userId",
        aofRewriteSeconds: Int? = nil,
        leaseMilliseconds: Int = 6_000,
        compressionLevel: Int = 6
    ) {
        self.workerID = workerID
        self.limits = limits
        self.redaction = redaction
        self.eventFilter = eventFilter
        self.retentionSeconds = retentionSeconds
        self.sessionMaxAgeSeconds = sessionMaxAgeSeconds
        self.maxEventsPerSession = maxEventsPerSession
        self.maxBytesPerSession = maxBytesPerSession
        self.maxSessions = maxSessions
        self.retentionErrorsSeconds = retentionErrorsSeconds
        self.maxProblems = maxProblems
        self.maxOccurrencesPerProblem = maxOccurrencesPerProblem
        self.maxServerEvents = maxServerEvents
        self.defaultPlatform = defaultPlatform
        self.anonymizesIP = anonymizesIP
        self.capturesErrors = capturesErrors
        self.userKey = userKey
        self.aofRewriteSeconds = aofRewriteSeconds
        self.leaseMilliseconds = leaseMilliseconds
        self.compressionLevel = compressionLevel
    }

    /// nil: for ever.
    var errorsRetentionMs: Int64? {
        let seconds = retentionErrorsSeconds ?? retentionSeconds ?? 0
        return seconds > 0 ? Int64(seconds) * 1000 : nil
    }
}
