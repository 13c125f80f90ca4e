import RedisStore
import Synchronization

/// Wakes idle partitions when something arrives in their streams: one blocking read for all of them (per shard, for a
/// cluster cannot read two slots at once). Entries themselves are read per partition.
final class WakeUp: Sendable {
    /// A partition that falls idle while a read blocks is seen by the next one, so this bounds its delay.
    static let blockMs = 250

    private struct Waiter {
        var after: StreamID?
        var continuation: CheckedContinuation<Void, Never>
    }

    private let schema: KeySchema
    private let waiters = Mutex<[Place: Waiter]>([:])

    init(schema: KeySchema) { self.schema = schema }

    /// Returns when the partition may have entries after the given one, or soon (a second at most).
    func wait(place: Place, after: StreamID?) async {
        await withCheckedContinuation { continuation in
            waiters.withLock { $0.updateValue(Waiter(after: after, continuation: continuation), forKey: place) }?.continuation.resume()
        }
    }

    /// Lets everyone look now.
    func wakeAll() { wake { _ in true } }

    /// Reads until cancelled.
    func run(shard: Int, reader: RedisBlockingReader) async {
        var quietReads = 0
        while !Task.isCancelled {
            let streams = waiters.withLock { waiters in
                waiters.filter { $0.key.shard == shard }.map { place, waiter in
                    (key: schema.shard(place.shard).ingest(place.partition), after: waiter.after.map { "\($0)" } ?? "0-0")
                }
            }
            if streams.isEmpty {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            do throws(RedisError) {
                let hasEntry = try await reader.waitForEntry(in: streams, blockMs: Self.blockMs)
                quietReads = hasEntry ? 0 : quietReads + 1
                // Every fourth quiet read they look for themselves: a restored Redis may number entries below what they saw.
                if hasEntry || quietReads.isMultiple(of: 4) { wake { $0.shard == shard } }
            } catch {
                // The partitions meet the same fault and say so; they look again when Redis is back.
                try? await Task.sleep(for: .milliseconds(Self.blockMs))
                wake { $0.shard == shard }
            }
        }
    }

    private func wake(_ condition: (Place) -> Bool) {
        let woken = waiters.withLock { waiters in
            let places = waiters.keys.filter(condition)
            return places.compactMap { waiters.removeValue(forKey: $0)?.continuation }
        }
        for continuation in woken { continuation.resume() }
    }
}
