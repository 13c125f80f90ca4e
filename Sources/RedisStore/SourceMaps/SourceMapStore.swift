import Foundation
import Ingest
import Synchronization

/// The source maps of a project's releases (spec 06 section 6).
///
/// A release's maps share one deadline, which uploads and uses move.
public struct SourceMapStore: Sendable {
    static let maxReleases = 1_000
    static let maxFiles = 5_000
    /// What a map counts for at least: its name and its place in the lists cost something, too.
    static let leastBytes = 1_024
    /// Bytes of maps kept in memory by each process.
    static let cacheBytes = 64 << 20

    let redis: RedisClient
    let keys: KeySchema
    let cache = SourceMapCache(capacity: Self.cacheBytes)
    private let retentionMs: Int
    private let maxBytes: Int
    /// By how much a deadline may be off, ms.
    private let stepMs: Int
    private let noteScript, keepScript, removeScript: Script
    private let kept = KeptReleases()

    /// - Parameters:
    ///   - retentionSeconds: from a release's last upload or use; 0 keeps maps for ever.
    ///   - maxBytes: compressed, of a project; beyond it the releases that were not used for longest go.
    /// - Throws: `scriptUnavailable`.
    public init(redis: RedisClient, keys: KeySchema, retentionSeconds: Int = 7_776_000, maxBytes: Int = 536_870_912) throws(RedisError) {
        self.redis = redis
        self.keys = keys
        self.maxBytes = maxBytes
        retentionMs = max(0, retentionSeconds) * 1_000
        stepMs = min(86_400_000, retentionMs / 10)
        noteScript = try Scripts.named("noteSourceMap")
        keepScript = try Scripts.named("keepSourceMaps")
        removeScript = try Scripts.named("removeSourceMaps")
    }

    /// Checks and stores a map, in place of one of the same name.
    /// - Parameter json: the map, not compressed.
    public func put(_ json: [UInt8], name: SourceMapName, project: String) async throws(SourceMapStoreError) -> StoredSourceMap {
        let packed: [UInt8]
        do throws(SourceMapError) { packed = try await cache.pack(json).get() } catch { throw .invalidMap(error) }
        do throws(RedisError) {
            let counted = max(packed.count, Self.leastBytes)
            if let refusal = try await makeRoom(for: counted, name, project) { throw RedisError(.script(Self.refused), refusal) }
            let names = keys.project(project, ofRelease: name.release)
            let key = names.sourceMap(name.release, name.file)
            var store = RedisCommand("SET", key, packed, isIdempotent: true)
            // The script gives it the release's deadline; this one counts when nobody comes to run it.
            if retentionMs > 0 { store.append(contentsOf: ["PX", retentionMs]) }
            _ = try await redis.send(store)
            let reply = try await redis.run(
                noteScript, keys: [names.sourceMapReleases, names.sourceMapFiles(name.release), key],
                arguments: [
                    names.base, KeySchema.encoded(name.release), KeySchema.encoded(name.file), json.count, counted, retentionMs, stepMs,
                ], isIdempotent: true)
            let times = (reply.array ?? []).compactMap { $0.string.flatMap(Int64.init) }
            guard times.count == 2 else { throw RedisError(.protocol, "the map was removed while it was stored") }
            return StoredSourceMap(file: name.file, bytes: json.count, uploadedAtMs: times[0], expiresAtMs: times[1] == 0 ? nil : times[1])
        } catch {
            throw error.code == .script(Self.refused) ? .noRoom(error.message) : .redis(error)
        }
    }

    private static let refused = "NOROOM"

    /// Removes the releases that were not used for longest until there is room.
    /// - Returns: why there can be none.
    private func makeRoom(for bytes: Int, _ name: SourceMapName, _ project: String) async throws(RedisError) -> String? {
        var releases = try await releases(project: project)
        let files = try await records(of: name.release, project: project)
        let field = KeySchema.encoded(name.file)
        guard files[field] != nil || files.count < Self.maxFiles else {
            return "release \(name.release) has \(Self.maxFiles) source maps already"
        }
        let replaced = files[field]?.counted ?? 0
        var total = releases.reduce(bytes - replaced) { $0 + $1.storedBytes }
        let own = releases.first { $0.release == name.release }.map(\.storedBytes) ?? 0
        guard own - replaced + bytes <= maxBytes else {
            return
                "the source maps of release \(name.release) would take \(own - replaced + bytes) bytes, and a project has \(maxBytes) (max_source_map_bytes)"
        }
        let isNew = releases.allSatisfy { $0.release != name.release }
        while total > maxBytes || (isNew && releases.count >= Self.maxReleases) {
            guard let oldest = releases.lastIndex(where: { $0.release != name.release }) else { break }
            let release = releases.remove(at: oldest)
            total -= release.storedBytes
            _ = try await delete(release: release.release, file: nil, project: project)
        }
        return nil
    }

    /// Maps of a release, by file.
    public func list(release: String, project: String) async throws(RedisError) -> [StoredSourceMap] {
        let names = keys.project(project, ofRelease: release)
        let deadline = try await redis.send(RedisCommand("PEXPIRETIME", names.sourceMapFiles(release), isIdempotent: true)).int.map(Int64.init) ?? 0
        return try await records(of: release, project: project).compactMap { field, record in
            KeySchema.decoded(field).map {
                StoredSourceMap(file: $0, bytes: record.bytes, uploadedAtMs: record.uploadedAtMs, expiresAtMs: deadline > 0 ? deadline : nil)
            }
        }.sorted { $0.file < $1.file }
    }

    /// Releases that have maps, the most recently used first.
    public func releases(project: String) async throws(RedisError) -> [SourceMapRelease] {
        let nowMs = Int64(Date.now.timeIntervalSince1970 * 1000)
        let replies = try await redis.send(
            keys.allShards.map { RedisCommand("HGETALL", $0.project(project).sourceMapReleases, isIdempotent: true) })
        var found: [SourceMapRelease] = []
        for reply in replies { found += try reply.fields().compactMap { SourceMapRelease($0.key, $0.value, nowMs: nowMs) } }
        return found.sorted { ($1.usedAtMs, $0.release) < ($0.usedAtMs, $1.release) }
    }

    /// - Parameter file: as it was uploaded; nil: all of the release.
    /// - Returns: how many there were.
    public func delete(release: String, file: String?, project: String) async throws(RedisError) -> Int {
        let names = keys.project(project, ofRelease: release)
        return try await redis.run(
            removeScript, keys: [names.sourceMapReleases, names.sourceMapFiles(release)],
            arguments: [names.base, KeySchema.encoded(release), file.map(KeySchema.encoded) ?? ""]
        ).int ?? 0
    }

    /// What the list of a release says of a file.
    struct Record {
        let text: String
        let bytes, counted: Int
        let uploadedAtMs: Int64

        init?(_ text: String) {
            let numbers = text.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3 else { return nil }
            self.text = text
            (bytes, counted, uploadedAtMs) = (numbers[0], numbers[1], Int64(numbers[2]))
        }
    }

    /// By file, as in key names.
    func records(of release: String, project: String) async throws(RedisError) -> [String: Record] {
        let key = keys.project(project, ofRelease: release).sourceMapFiles(release)
        return try await redis.send(RedisCommand("HGETALL", key, isIdempotent: true)).fields().compactMapValues(Record.init)
    }

    /// Moves the release's deadline, at most once a day.
    func keep(release: String, project: String) async throws(RedisError) {
        guard retentionMs > 0, kept.isDue(project, release, stepMs: stepMs) else { return }
        let names = keys.project(project, ofRelease: release)
        _ = try await redis.run(
            keepScript, keys: [names.sourceMapReleases, names.sourceMapFiles(release)],
            arguments: [names.base, KeySchema.encoded(release), retentionMs, stepMs], isIdempotent: true)
    }
}

/// When this process last moved which deadline.
private final class KeptReleases: Sendable {
    private struct Name: Hashable { let project, release: String }
    private let times = Mutex<[Name: ContinuousClock.Instant]>([:])

    func isDue(_ project: String, _ release: String, stepMs: Int) -> Bool {
        times.withLock { times in
            let (name, now) = (Name(project: project, release: release), ContinuousClock.now)
            if let last = times[name], last.duration(to: now) < .milliseconds(stepMs) { return false }
            if times.count >= 1_000 { times = [:] }
            times[name] = now
            return true
        }
    }
}
