import Foundation
import RedisServerFixture
import Testing

@testable import RedisStore

/// Master keys of tests, and encryption on a bench of one partition.
enum TestKeys {
    static func text(_ byte: UInt8) -> String { Data(repeating: byte, count: 32).base64EncodedString() }

    /// The first is current.
    static func masters(_ bytes: UInt8...) throws -> MasterKeys { try MasterKeys(bytes.map(text)) }
}

/// A commit bench with encryption, its keys beside the data or in a Redis of their own.
struct EncryptionBench {
    let bench: CommitBench
    let keyServer: RedisServer?
    let keyClient: RedisClient
    static let session = SessionReference(project: "default", session: "s1")

    init(isSeparate: Bool, _ change: (inout RedisServer.Options) -> Void = { _ in }) async throws {
        bench = try await CommitBench(shards: 1, partitions: 1, change)
        if isSeparate {
            let server = try await RedisServer.start()
            keyServer = server
            keyClient = try await TestClient.connected(to: server)
        } else {
            keyServer = nil
            keyClient = bench.client
        }
    }

    /// Of one process: two of them share nothing but Redis.
    func encryption(_ masters: MasterKeys? = nil, retention: Int? = 3_600) throws -> Encryption {
        try Encryption(
            masters: masters ?? TestKeys.masters(1), client: keyClient, isSeparate: keyServer != nil, schema: bench.schema,
            retentionSeconds: retention)
    }

    var keyName: RedisKey { bench.project.dataKey("s1") }

    func wrapped() async throws -> [UInt8]? { try await keyClient.send(RedisCommand("GET", keyName)).bytes }
    func timeToLive() async throws -> Int { try await keyClient.send(RedisCommand("PTTL", keyName)).int ?? -2 }

    /// The key a writer gets for `s1`.
    func key(_ encryption: Encryption, isNew: Bool = false, isHeld: Bool = false, receivedMs: Int64? = nil) async throws -> Result<
        SessionKeys.Key, KeyFault
    > {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let demand = SessionKeys.Demand(isNew: isNew, receivedMs: receivedMs ?? now, isHeld: isHeld)
        return try #require(try await encryption.sessions.keys(for: [Self.session: demand], nowMs: now)[Self.session])
    }

    /// Commits one sealed chunk as the worker does.
    func commit(_ key: SessionKeys.Key, settings: CommitSettings = CommitSettings(), _ between: () async throws -> Void = {}) async throws
        -> CommitResult
    {
        let draft = Draft { $0.size = 40 }
        try await bench.accept(draft)
        guard case .acquired(let lease) = try await bench.leases().acquire(bench.place) else { throw BenchError.leaseHeld }
        let waiting = try await bench.queue.read(bench.place, count: 1)
        let id = try #require(waiting.first?.id)
        let commit = try bench.commit(settings)
        let start = try await commit.begin(bench.place, holder: CommitBench.holder, applied: lease.applied, range: id...id, sessions: [Self.session])
        var entry = draft.entry(id, revision: .known(start.sessions[Self.session]?.revision))
        var chunk = draft.chunk
        chunk.body = try key.key.seal(chunk.body, owner: entry.owner)
        chunk.isSealed = true
        entry.disposition = .store(chunk)
        entry.wrappedKey = keyServer == nil ? key.wrapped : nil
        try await between()
        return try await commit.apply([entry], place: bench.place, holder: CommitBench.holder, applied: lease.applied)
    }
}
