public import Ingest

extension SourceMapStore {
    /// Different maps that one call reads; the frames of more stay as they are.
    static let maxMaps = 8

    /// The frames of a browser's stack trace with where they were written. A frame without a map stays as it is, and so do all when Redis does not answer.
    /// - Parameter release: of the occurrence; without one nothing can be found.
    public func resolve(_ frames: [StackFrame], release: String?, project: String) async -> [ResolvedFrame] {
        await resolve(traces: [frames], release: release, project: project)[0]
    }

    /// The same for several traces of one release.
    public func resolve(traces: [[StackFrame]], release: String?, project: String) async -> [[ResolvedFrame]] {
        let raw = traces.map { $0.map { ResolvedFrame(raw: $0) } }
        // Most traces are of servers or of releases without maps.
        guard let release, !release.isEmpty, traces.contains(where: { $0.contains { $0.file != nil && $0.column != nil } }),
            let records = try? await records(of: release, project: project), !records.isEmpty
        else { return raw }
        var maps = ReleaseMaps(store: self, release: release, project: project, records: records)
        var resolved: [[ResolvedFrame]] = []
        for frames in traces {
            var originals: [OriginalPosition?] = []
            for frame in frames { originals.append(await maps.original(of: frame)) }
            resolved.append(
                frames.indices.map { index in
                    guard let original = originals[index] else { return ResolvedFrame(raw: frames[index]) }
                    // A map names what stands at a position: where a frame was called from stands its function's name.
                    let caller = index + 1 < originals.count ? originals[index + 1] : nil
                    return ResolvedFrame(raw: frames[index], original: original, function: caller?.name)
                })
        }
        // An old deadline is no reason to hold back what was found.
        if maps.wereUsed { try? await keep(release: release, project: project) }
        return resolved
    }

    fileprivate func map(_ file: String, _ record: Record, _ release: String, _ project: String) async -> SourceMap? {
        let name = SourceMapCache.Name(project: project, release: release, file: file, record: record.text)
        if let map = cache[name] { return map }
        let key = keys.project(project, ofRelease: release).sourceMap(release, file)
        guard let bytes = try? await redis.send(RedisCommand("GET", key, isIdempotent: true)).bytes else { return nil }
        return await cache.open(bytes, as: name)
    }
}

/// The maps of one release, each found and read once.
private struct ReleaseMaps {
    let store: SourceMapStore
    let release: String
    let project: String
    /// By name.
    private let records: [String: SourceMapStore.Record]
    private let match: ScriptMatch
    private var names: [String: String?] = [:]
    private var maps: [String: SourceMap?] = [:]
    private(set) var wereUsed = false

    init(store: SourceMapStore, release: String, project: String, records: [String: SourceMapStore.Record]) {
        self.store = store
        self.release = release
        self.project = project
        self.records = Dictionary(records.compactMap { field, record in KeySchema.decoded(field).map { ($0, record) } }) { first, _ in first }
        match = ScriptMatch(names: self.records.keys.sorted())
    }

    mutating func original(of frame: StackFrame) async -> OriginalPosition? {
        guard let file = frame.file, let line = frame.line, let column = frame.column else { return nil }
        if names[file] == nil { names[file] = .some(match.name(of: file)) }
        guard let name = names[file] ?? nil, let record = records[name] else { return nil }
        if maps[name] == nil, maps.count < SourceMapStore.maxMaps { maps[name] = .some(await store.map(name, record, release, project)) }
        guard let original = (maps[name] ?? nil)?.original(line: line, column: column) else { return nil }
        wereUsed = true
        return original
    }
}
