/// Whole gzip members in memory.
public enum Gzip {
    /// The first member of some bytes.
    public struct Member: Sendable, Equatable {
        /// The inflated bytes.
        public var bytes: [UInt8]
        /// Length of the member; what follows it in the input belongs to nobody.
        public var consumed: Int
    }

    /// Whether the bytes begin as a gzip member does.
    public static func hasMagic(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    /// Inflates the first member; bytes after it are ignored.
    /// - Parameter limit: most inflated bytes allowed; exactly that many pass.
    public static func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(GzipError) -> [UInt8] {
        try member(bytes, limit: limit).bytes
    }

    /// Inflates the first member and says how long it was.
    /// - Parameters:
    ///   - limit: most inflated bytes allowed; exactly that many pass.
    ///   - expected: inflated bytes when known, to reserve memory once; a wrong number does no harm.
    public static func member(
        _ bytes: UnsafeRawBufferPointer, limit: Int, expected: Int? = nil
    ) throws(GzipError) -> Member {
        var stream = InflateStream()
        var used = 0
        var result: [UInt8] = []
        var progress = InflateStream.Progress.outputFull
        // One byte more than expected, so that the end of the member is seen without growing.
        var capacity = min(expected ?? sizeHint(bytes), limit) + 1
        while progress == .outputFull {
            guard result.count <= limit else { throw .tooLarge }
            let room = max(min(capacity, limit + 1) - result.count, 1)
            if result.isEmpty {
                result = [UInt8](unsafeUninitializedCapacity: room) { output, count in
                    progress = stream.step(bytes, used: &used, into: UnsafeMutableRawBufferPointer(output), written: &count)
                }
            } else {
                let more = [UInt8](unsafeUninitializedCapacity: room) { output, count in
                    progress = stream.step(bytes, used: &used, into: UnsafeMutableRawBufferPointer(output), written: &count)
                }
                result.append(contentsOf: more)
            }
            capacity = capacity * 2 + 65_536
        }
        guard result.count <= limit else { throw .tooLarge }
        guard progress == .ended else { throw .invalid }
        return Member(bytes: result, consumed: used)
    }

    /// The bytes as one gzip member. Code that writes many keeps a `DeflateStream` instead.
    /// - Parameter level: 1 (fast) to 9 (small).
    public static func deflate(_ bytes: UnsafeRawBufferPointer, level: Int = 6) -> [UInt8] {
        var stream = DeflateStream(level: level)
        return stream.member(bytes)
    }

    /// The length a gzip member claims for itself, within what deflate can reach (1032:1).
    private static func sizeHint(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 18 else { return 64 }
        let claimed = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
        return min(Int(claimed), bytes.count.multipliedReportingOverflow(by: 1032).partialValue)
    }
}
