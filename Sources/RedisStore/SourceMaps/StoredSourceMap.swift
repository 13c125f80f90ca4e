public import Ingest

/// A map that is there.
public struct StoredSourceMap: Sendable, Equatable {
    /// Of the script.
    public let file: String
    /// Of the map, not compressed.
    public let bytes: Int
    /// ms since 1970.
    public let uploadedAtMs: Int64
    /// ms since 1970; nil: never.
    public let expiresAtMs: Int64?

    public init(file: String, bytes: Int, uploadedAtMs: Int64, expiresAtMs: Int64?) {
        self.file = file
        self.bytes = bytes
        self.uploadedAtMs = uploadedAtMs
        self.expiresAtMs = expiresAtMs
    }
}

/// A release that has maps.
public struct SourceMapRelease: Sendable, Equatable {
    public let release: String
    /// What its maps count for: compressed, and at least a kibibyte each.
    public let storedBytes: Int
    /// The newest upload or use, ms since 1970.
    public let usedAtMs: Int64
    /// ms since 1970; nil: never.
    public let expiresAtMs: Int64?

    /// nil for what no script of ours wrote, and for what has expired.
    init?(_ field: String, _ record: String, nowMs: Int64) {
        let numbers = record.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 3, let release = KeySchema.decoded(field), numbers[2] == 0 || numbers[2] > nowMs else { return nil }
        self.release = release
        storedBytes = Int(numbers[0])
        usedAtMs = numbers[1]
        expiresAtMs = numbers[2] == 0 ? nil : numbers[2]
    }
}

/// A frame of a stack trace, and where it was written when a map says so.
public struct ResolvedFrame: Sendable, Equatable {
    public let raw: StackFrame
    public let original: OriginalPosition?
    /// The function as it was called where it was written; else as the browser named it.
    public let function: String?

    public init(raw: StackFrame, original: OriginalPosition? = nil, function: String? = nil) {
        self.raw = raw
        self.original = original
        self.function = function ?? raw.function
    }

    public var context: [ContextLine] { original?.context ?? [] }
}
