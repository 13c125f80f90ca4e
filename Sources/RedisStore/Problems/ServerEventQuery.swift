public import Ingest

/// Which server events a list shows; filters apply before the limit.
public struct ServerEventQuery: Sendable, Equatable {
    /// Exactly that name.
    public var name: String?
    /// Case-insensitive, in the name.
    public var search: String?
    public var level: ServerEventLevel?
    public var session: String?
    /// Seconds since 1970 on `atMs`: after `since`, up to and including `until`.
    public var since: Double?
    public var until: Double?
    /// From 1.
    public var page = 1
    public var perPage = 50

    public init() {}
}

/// One page of server events, the newest arrival first.
public struct ServerEventPage: Sendable, Equatable {
    public var events: [ServerEvent]
    public var hasNext: Bool

    public init(events: [ServerEvent] = [], hasNext: Bool = false) {
        self.events = events
        self.hasNext = hasNext
    }
}

/// Why a server event was not read.
public enum ServerEventStoreError: Error, Equatable, Sendable {
    /// Not `<shard>-<ms>-<sequence>`.
    case malformedID
    case redis(RedisError)
}
