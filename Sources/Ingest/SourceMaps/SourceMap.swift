/// A source map of version 3, plain or of sections: from a position in a built script to where it was written.
///
/// Checked as a whole when it is made, in one pass; what it keeps is the text it came from and an index of a few per cent of it.
public struct SourceMap: Sendable {
    /// Largest text that is read.
    public static let maxBytes = 32 << 20

    private let json: [UInt8]
    private let parts: [SourceMapPart]

    /// - Parameter json: the text of the map, UTF-8.
    /// - Throws: what is wrong with it.
    public init(_ json: [UInt8]) throws(SourceMapError) {
        guard json.count <= Self.maxBytes else { throw SourceMapError("the map is larger than \(Self.maxBytes >> 20) MiB") }
        self.json = json
        var outcome: Result<[SourceMapPart], SourceMapError> = .success([])
        json.withUnsafeBytes { bytes in
            do throws(SourceMapError) {
                var reader = SourceMapReader(bytes)
                outcome = .success(try reader.read())
            } catch { outcome = .failure(error) }
        }
        parts = try outcome.get()
    }

    /// Bytes of memory it takes.
    public var byteCount: Int { parts.reduce(json.count) { $0 + $1.byteCount } }

    /// - Parameters:
    ///   - line: from 1, as in a stack trace.
    ///   - column: from 1, as in a stack trace; 0 is taken for 1.
    /// - Returns: nil for what the map does not know, or knows to come from no source.
    public func original(line: Int, column: Int) -> OriginalPosition? {
        let (line, column) = (line - 1, max(column, 1) - 1)
        guard line >= 0, line <= Int32.max, column <= Int32.max, let part = part(line, column) else { return nil }
        let inner = line == part.line ? column - part.column : column
        return json.withUnsafeBytes { bytes in
            let text = bytes.bindMemory(to: UInt8.self)
            guard let segment = part.mappings.segment(line: line - part.line, column: inner, in: text), segment.hasSource,
                let source = part.source(segment.source, in: bytes)
            else { return nil }
            return OriginalPosition(
                source: source, line: segment.line + 1, column: segment.originalColumn + 1,
                name: segment.name.flatMap { SourceText.text(at: part.names[$0], in: bytes, most: 256) },
                context: part.content(segment.source).map {
                    SourceText.context(at: $0, line: segment.line, column: segment.originalColumn, in: bytes)
                }
                    ?? [])
        }
    }

    /// The last part that begins at the position or before.
    private func part(_ line: Int, _ column: Int) -> SourceMapPart? {
        var (low, high) = (0, parts.count)
        while low < high {
            let middle = (low + high) / 2
            if (parts[middle].line, parts[middle].column) <= (line, column) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? parts[low - 1] : nil
    }
}

/// A map, or one section of a map: texts by where their tokens begin in the map's bytes. 0 stands for null: no token can begin there.
struct SourceMapPart: Sendable {
    /// Where it begins in the built script, from 0.
    let line: Int
    let column: Int
    let root: UInt32
    let sources: [UInt32]
    let contents: [UInt32]
    let names: [UInt32]
    let mappings: Mappings

    var byteCount: Int {
        (sources.count + contents.count + names.count) * MemoryLayout<UInt32>.stride + mappings.byteCount + MemoryLayout<Self>.stride
    }

    func source(_ index: Int, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let name = SourceText.text(at: sources[index], in: bytes, most: 1024) else { return nil }
        guard let root = SourceText.text(at: root, in: bytes, most: 1024), !root.isEmpty, !name.hasPrefix("/"), !name.contains("://") else {
            return name
        }
        return root.hasSuffix("/") ? root + name : "\(root)/\(name)"
    }

    func content(_ index: Int) -> UInt32? { index < contents.count && contents[index] != 0 ? contents[index] : nil }
}
