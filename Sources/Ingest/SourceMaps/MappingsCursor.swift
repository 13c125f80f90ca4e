/// Walks over the `mappings` text of a map, one segment or line end at a time. Its state is what the next segment's numbers are relative to.
struct MappingsCursor {
    /// What a step has met.
    enum Step: Equatable {
        /// `;`: the next segment belongs to the next line.
        case lineEnd
        case segment(Segment)
        case end
    }

    /// Where a stretch of the built script begins, and what it was made from.
    struct Segment: Equatable {
        var column = 0
        /// The numbers below are only meaningful with one: without, the stretch comes from nowhere.
        var hasSource = false
        var source = 0
        var line = 0
        var originalColumn = 0
        var name: Int?
    }

    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    /// Of the built script, from 0.
    var line: Int
    var column: Int
    var source: Int
    var originalLine: Int
    var originalColumn: Int
    var name: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at checkpoint: MappingsCheckpoint = MappingsCheckpoint()) {
        self.bytes = bytes
        position = Int(checkpoint.offset)
        line = Int(checkpoint.line)
        column = Int(checkpoint.column)
        source = Int(checkpoint.source)
        originalLine = Int(checkpoint.originalLine)
        originalColumn = Int(checkpoint.originalColumn)
        name = Int(checkpoint.name)
    }

    /// The state now, to begin again from here.
    var checkpoint: MappingsCheckpoint {
        MappingsCheckpoint(
            offset: UInt32(position), line: UInt32(line), column: UInt32(column), source: UInt32(source), originalLine: UInt32(originalLine),
            originalColumn: UInt32(originalColumn), name: UInt32(name))
    }

    mutating func next() throws(SourceMapError) -> Step {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ";"):
                position += 1
                line += 1
                column = 0
                return .lineEnd
            case UInt8(ascii: ","): position += 1
            default: return .segment(try segment())
            }
        }
        return .end
    }

    private mutating func segment() throws(SourceMapError) -> Segment {
        var result = Segment()
        column = try moved(column, "column")
        result.column = column
        guard !isAtSegmentEnd else { return result }
        source = try moved(source, "source")
        guard !isAtSegmentEnd else { throw fault("a segment has 2 numbers, not 1, 4 or 5") }
        originalLine = try moved(originalLine, "original line")
        guard !isAtSegmentEnd else { throw fault("a segment has 3 numbers, not 1, 4 or 5") }
        originalColumn = try moved(originalColumn, "original column")
        result.hasSource = true
        (result.source, result.line, result.originalColumn) = (source, originalLine, originalColumn)
        guard !isAtSegmentEnd else { return result }
        name = try moved(name, "name")
        result.name = name
        guard isAtSegmentEnd else { throw fault("a segment has more than 5 numbers") }
        return result
    }

    private var isAtSegmentEnd: Bool {
        position >= bytes.count || bytes[position] == UInt8(ascii: ",") || bytes[position] == UInt8(ascii: ";")
    }

    /// A value and the number that comes next.
    @inline(__always)
    private mutating func moved(_ value: Int, _ what: StaticString) throws(SourceMapError) -> Int {
        let sum = value + (try number())
        guard sum >= 0 else { throw fault("the \(what) is negative") }
        guard sum <= Int32.max else { throw fault("the \(what) is too large") }
        return sum
    }

    /// A base64 VLQ: five bits a digit, lowest first, the lowest of all is the sign.
    @inline(__always)
    private mutating func number() throws(SourceMapError) -> Int {
        var value = 0
        var shift = 0
        while position < bytes.count {
            let digit = Self.digits[bytes[position]]
            guard digit < 64 else {
                guard !isAtSegmentEnd else { break }
                throw fault("there is a byte that is no base64 digit")
            }
            position += 1
            value |= Int(digit & 31) << shift
            guard digit & 32 != 0 else {
                guard value >> 1 <= Int32.max else { throw fault("a number has more than 32 bits") }
                return value & 1 == 0 ? value >> 1 : -(value >> 1)
            }
            shift += 5
            guard shift <= 30 else { throw fault("a number has more than 32 bits") }
        }
        throw fault("a number ends too early")
    }

    func fault(_ what: String) -> SourceMapError {
        SourceMapError("mappings are broken at character \(position + 1), line \(line + 1) of the script: \(what)")
    }

    private static let digits: ByteTable = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            values[Int(digit)] = UInt8(value)
        }
        return ByteTable(values)
    }()
}

/// A place in `mappings` to begin from, with the state there.
struct MappingsCheckpoint: Sendable, Equatable {
    var offset: UInt32 = 0
    var line: UInt32 = 0
    var column: UInt32 = 0
    var source: UInt32 = 0
    var originalLine: UInt32 = 0
    var originalColumn: UInt32 = 0
    var name: UInt32 = 0
}
