/// Bounds of one request of the events lane (spec 01, 1.2 and 1.3).
public struct EnvelopeLimits: Sendable, Equatable {
    /// Bytes of the body as received, compressed or not. Exactly this many pass.
    public var maxBodyBytes: Int
    /// Bytes after inflation; uncompressed bodies are bounded by `maxBodyBytes` alone. Exactly this many pass.
    public var maxInflatedBytes: Int
    /// Events of one request; `nil` leaves only `eventCeiling`.
    public var maxEventsPerRequest: Int?

    public init(maxBodyBytes: Int = 1_048_576, maxInflatedBytes: Int = 16_777_216, maxEventsPerRequest: Int? = nil) {
        self.maxBodyBytes = maxBodyBytes
        self.maxInflatedBytes = maxInflatedBytes
        self.maxEventsPerRequest = maxEventsPerRequest
    }

    /// Holds even when no limit is set: what a worker notes per event must stay bounded, and
    /// 16 MiB of `{},` would be 5.6 million events. No uncompressed body of 1 MiB can reach it.
    public static let eventCeiling = 400_000

    /// The number named in the rejection when there are too many events.
    var effectiveMaxEvents: Int { min(maxEventsPerRequest ?? Self.eventCeiling, Self.eventCeiling) }

    /// From this many inflated bytes on, the ratio below is enforced.
    static let ratioGuardBytes = 1_048_576
    /// Inflated bytes per compressed byte that no honest recording reaches.
    static let maxRatio = 200
}
