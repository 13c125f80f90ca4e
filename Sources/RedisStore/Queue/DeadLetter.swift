/// An entry that could not be processed, kept until an operator re-drives or drops it, or retention does.
public struct DeadLetter: Sendable {
    /// Where it lies: a letter's id is unique in its shard only.
    public let shard: Int
    public let id: StreamID
    /// A word or two in snake case, for example `commit_error`.
    public let reason: String
    /// What went wrong, for a person; may be empty.
    public let detail: String
    /// How often it had been tried alone.
    public let attempts: Int
    /// The partition it came from and its id there.
    public let partition: Int?
    public let entryID: StreamID?
    /// When it died, ms since 1970.
    public let diedMs: Int64?
    /// What the entry says of itself, also when it is no readable batch; empty when it does not.
    public let project: String
    public let session: String
    public var batch: Result<IngestBatch, QueueEntryError>

    /// The fields a dead letter has more than the entry it was.
    static let ownFields = ["reason", "attempts", "partition", "entry", "at", "detail", "truncated"]

    init?(shard: Int, reply: RedisValue) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string.flatMap(StreamID.init), let pairs = parts[1].pairs else {
            return nil
        }
        // The letter's own fields come last; an entry's field of the same name must not hide them.
        let values = Dictionary(pairs.map { ($0.field, $0.value) }, uniquingKeysWith: { _, last in last })
        self.shard = shard
        self.id = id
        reason = values["reason"]?.string ?? ""
        detail = values["detail"]?.string ?? ""
        attempts = values["attempts"]?.int ?? 0
        partition = values["partition"]?.int
        entryID = values["entry"]?.string.flatMap(StreamID.init)
        diedMs = values["at"]?.int.map(Int64.init)
        project = values["project"]?.string ?? ""
        session = values["session"]?.string ?? ""
        batch = Result { () throws(QueueEntryError) in try IngestBatch(fields: parts[1]) }
    }
}

/// Which dead letters are meant; nil is any.
public struct DeadLetterFilter: Hashable, Sendable {
    public var project: String?
    public var session: String?
    public var reason: String?

    public init(project: String? = nil, session: String? = nil, reason: String? = nil) {
        self.project = project
        self.session = session
        self.reason = reason
    }

    func matches(_ letter: DeadLetter) -> Bool {
        (project == nil || project == letter.project) && (session == nil || session == letter.session)
            && (reason == nil || reason == letter.reason)
    }
}
