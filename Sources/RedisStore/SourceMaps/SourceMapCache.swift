import Foundation
import Ingest
import Synchronization

/// Maps that were read, in memory: the least recently used go when there are too many bytes. One map at a time is read, so that many viewers
/// of one issue cost no more than one.
final class SourceMapCache: Sendable {
    struct Name: Hashable, Sendable {
        let project, release, file: String
        /// Of the upload: a map that was replaced is another.
        let record: String
    }

    private struct Entry {
        let map: SourceMap
        var used: Int
    }

    private struct State {
        var entries: [Name: Entry] = [:]
        var bytes = 0
        var clock = 0
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sentiero.source-maps", qos: .utility)

    /// - Parameter capacity: bytes. A map that is larger is used and not kept.
    init(capacity: Int) { self.capacity = capacity }

    var byteCount: Int { state.withLock(\.bytes) }

    subscript(name: Name) -> SourceMap? {
        state.withLock { state in
            guard let entry = state.entries[name] else { return nil }
            state.clock += 1
            state.entries[name]?.used = state.clock
            return entry.map
        }
    }

    /// Reads a stored map, away from the threads that serve requests.
    /// - Returns: nil for what is no map.
    func open(_ compressed: [UInt8], as name: Name) async -> SourceMap? {
        await work { [self] in
            // Somebody else may have read it meanwhile.
            if let map = self[name] { return map }
            guard let json = try? compressed.withUnsafeBytes({ try Gzip.inflate($0, limit: SourceMap.maxBytes) }), let map = try? SourceMap(json)
            else {
                return nil
            }
            keep(map, name)
            return map
        }
    }

    /// Checks a map and compresses it, away from the threads that serve requests.
    func pack(_ json: [UInt8]) async -> Result<[UInt8], SourceMapError> {
        await work {
            do throws(SourceMapError) {
                _ = try SourceMap(json)
                return .success(json.withUnsafeBytes { Gzip.deflate($0) })
            } catch { return .failure(error) }
        }
    }

    private func keep(_ map: SourceMap, _ name: Name) {
        guard map.byteCount <= capacity else { return }
        state.withLock { state in
            state.clock += 1
            if let old = state.entries.updateValue(Entry(map: map, used: state.clock), forKey: name) { state.bytes -= old.map.byteCount }
            state.bytes += map.byteCount
            while state.bytes > capacity, let oldest = state.entries.min(by: { $0.value.used < $1.value.used }) {
                state.entries[oldest.key] = nil
                state.bytes -= oldest.value.map.byteCount
            }
        }
    }

    private func work<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
    }
}
