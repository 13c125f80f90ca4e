/// The id of a stream entry: `<ms>-<sequence>`. As text ids do not sort; as this type they do.
public struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible, RedisArgument {
    /// Redis's clock when the entry was added, ms since 1970.
    public let milliseconds: UInt64
    public let sequence: UInt64

    public init(milliseconds: UInt64, sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// nil unless the text is two decimal numbers with a hyphen between them.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    /// The id right after this one, for reading on without an exclusive range.
    public var next: StreamID {
        sequence == .max
            ? StreamID(milliseconds: milliseconds + 1, sequence: 0) : StreamID(milliseconds: milliseconds, sequence: sequence + 1)
    }

    public static func < (left: StreamID, right: StreamID) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }

    public var description: String { "\(milliseconds)-\(sequence)" }

    public var redisByteCount: Int { description.utf8.count }
    public func appendRedisBytes(to buffer: inout [UInt8]) { buffer.append(contentsOf: description.utf8) }
}
