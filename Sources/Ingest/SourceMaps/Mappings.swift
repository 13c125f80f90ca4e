/// The mappings of one map, kept as text. A map of 32 MiB can hold sixteen million segments: what is kept of them is the state at every 256th,
/// and a lookup decodes from the last one before the position.
struct Mappings: Sendable {
    static let interval = 256

    /// Where the text lies in the map's bytes; in `own` when it had to be unescaped.
    private let range: Range<Int>
    private let own: [UInt8]?
    private var checkpoints: [MappingsCheckpoint] = []
    /// Segments of every line are in the order of their columns, as everybody writes them and nobody must.
    private var isSorted = true

    /// Checks the whole text.
    init(_ range: Range<Int>, own: [UInt8]? = nil, in map: UnsafeBufferPointer<UInt8>, sources: Int, names: Int) throws(SourceMapError) {
        self.range = range
        self.own = own
        if let own {
            let text = own
            var failure: SourceMapError?
            text.withUnsafeBufferPointer { bytes in
                do throws(SourceMapError) { try check(bytes, sources, names) } catch { failure = error }
            }
            if let failure { throw failure }
        } else {
            try check(UnsafeBufferPointer(rebasing: map[range]), sources, names)
        }
    }

    var byteCount: Int { checkpoints.count * MemoryLayout<MappingsCheckpoint>.stride + (own?.count ?? 0) }

    private mutating func check(_ bytes: UnsafeBufferPointer<UInt8>, _ sources: Int, _ names: Int) throws(SourceMapError) {
        var cursor = MappingsCursor(bytes)
        var steps = 0
        var before = (line: 0, column: 0)
        while true {
            if steps.isMultiple(of: Self.interval) { checkpoints.append(cursor.checkpoint) }
            steps += 1
            switch try cursor.next() {
            case .end: return
            case .lineEnd: before = (cursor.line, 0)
            case .segment(let segment):
                if segment.column < before.column { isSorted = false }
                before = (cursor.line, segment.column)
                guard segment.hasSource else { continue }
                guard segment.source < sources else {
                    throw cursor.fault("it names source \(segment.source), and there are \(sources)")
                }
                if let name = segment.name, name >= names { throw cursor.fault("it names name \(name), and there are \(names)") }
            }
        }
    }

    /// The stretch that a position lies in; nil when nothing of the line is before it.
    /// - Parameters: both from 0.
    func segment(line: Int, column: Int, in map: UnsafeBufferPointer<UInt8>) -> MappingsCursor.Segment? {
        if let own { return own.withUnsafeBufferPointer { find(line, column, $0) } }
        return find(line, column, UnsafeBufferPointer(rebasing: map[range]))
    }

    private func find(_ line: Int, _ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> MappingsCursor.Segment? {
        // A checkpoint's column is that of the segment before it, so everything after one that lies beyond the position does, too.
        var (low, high) = (0, checkpoints.count)
        while low < high {
            let middle = (low + high) / 2
            let place = checkpoints[middle]
            let isBefore = place.line < line || (isSorted && place.line == line && place.column <= column)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        // One more back: the segment before the checkpoint may be the one.
        var cursor = MappingsCursor(bytes, at: low >= 2 ? checkpoints[low - 2] : MappingsCheckpoint())
        var best: MappingsCursor.Segment?
        while let step = try? cursor.next(), step != .end, cursor.line <= line {
            guard case .segment(let segment) = step, cursor.line == line else { continue }
            if segment.column <= column {
                if segment.column >= best?.column ?? 0 { best = segment }
            } else if isSorted {
                break
            }
        }
        return best
    }
}
