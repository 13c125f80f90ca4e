/// Reads the chunks of one window, clear ones and sealed ones, asking for the session's key once.
struct ChunkOpening {
    private let keys: SessionKeys?
    private let session: SessionReference
    private let owner: [UInt8]
    private var key: Result<DataKey, KeyFault>?
    private var isFresh = false

    init(keys: SessionKeys?, session: SessionReference, window: String) {
        self.keys = keys
        self.session = session
        owner = SealOwner.window(project: session.project, session: session.session, window: window)
    }

    /// The events of a chunk; none of one that cannot be read, which the page notes.
    mutating func events(of chunk: Chunk, noting page: inout EventPage) async throws(RedisError) -> [StoredEvent] {
        var opened: [UInt8]?
        if chunk.isSealed {
            switch try await open(chunk) {
            case .success(let bytes): opened = bytes
            case .failure(let fault):
                page.locked += 1
                page.keyFault = fault
                return []
            }
        }
        guard let events = chunk.events(opened: opened) else {
            page.unreadable += 1
            return []
        }
        return events
    }

    private mutating func open(_ chunk: Chunk) async throws(RedisError) -> Result<[UInt8], KeyFault> {
        guard let keys else { return .failure(.notConfigured) }
        if key == nil { key = try await keys.key(of: session) }
        let result = opened(chunk)
        // What is remembered may be the key of an earlier session of that id.
        guard case .failure(.damaged) = result, !isFresh else { return result }
        isFresh = true
        key = try await keys.key(of: session, isAnew: true)
        return opened(chunk)
    }

    private func opened(_ chunk: Chunk) -> Result<[UInt8], KeyFault> {
        Result { () throws(KeyFault) in
            guard let key else { throw .missing }
            return try key.get().open(chunk.body[...], owner: owner)
        }
    }
}
