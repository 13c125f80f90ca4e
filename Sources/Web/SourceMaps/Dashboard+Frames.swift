import Ingest
import RedisStore

extension Dashboard {
    /// The frames of each occurrence, by its id: as they were written where source maps tell, else as they came.
    func frames(of occurrences: [Occurrence], project: String) async -> [String: [IssueFrame]] {
        var result: [String: [IssueFrame]] = [:]
        // The maps of a release are looked at once, however many of its occurrences there are.
        for (release, group) in Dictionary(grouping: occurrences, by: { $0.document?.release }) {
            let traces = group.compactMap { occurrence in occurrence.document.flatMap(Self.trace).map { (id: occurrence.id, frames: $0) } }
            guard let maps = services.sourceMaps else {
                for trace in traces { result[trace.id] = trace.frames.map { IssueFrame($0) } }
                continue
            }
            let resolved = await maps.resolve(traces: traces.map(\.frames), release: release, project: project)
            for (trace, frames) in zip(traces, resolved) { result[trace.id] = frames.map { IssueFrame($0) } }
        }
        return result
    }

    /// nil without a backtrace.
    private static func trace(of document: OccurrenceDocument) -> [StackFrame]? {
        document.backtrace.map { StackFrames.parse($0, platform: document.platform) }
    }
}

extension IssueFrame {
    /// What was reported stands beside what a map made of it.
    init(_ frame: ResolvedFrame) {
        guard let original = frame.original else {
            self.init(frame.raw)
            return
        }
        self.init(
            function: frame.function, place: Self.place(original.shownSource, original.line, original.column),
            isApplication: frame.raw.isApplication && !original.isLibrary,
            reported: frame.raw.file.map { Self.place($0, frame.raw.line, frame.raw.column) } ?? frame.raw.raw,
            context: original.context.map { Line(number: $0.number, text: $0.text, isHit: $0.isMarked) })
    }
}

extension OriginalPosition {
    /// Without the way from the bundle's folder to the source.
    fileprivate var shownSource: String {
        var rest = source[...]
        while rest.hasPrefix("../") { rest = rest.dropFirst(3) }
        return rest.hasPrefix("./") ? String(rest.dropFirst(2)) : String(rest)
    }

    fileprivate var isLibrary: Bool { source.contains("node_modules/") }
}
