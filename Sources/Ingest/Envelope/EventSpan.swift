/// Where one event lies in the inflated body, and the few facts that decide what is done with it.
///
/// Kept small (offsets of 32 bits): a hostile body can hold hundreds of thousands of events.
public struct EventSpan: Sendable, Equatable {
    var start: UInt32 = 0
    var end: UInt32 = 0
    var dataStart: UInt32 = 0
    var dataEnd: UInt32 = 0
    var tagStart: UInt32 = 0
    var tagEnd: UInt32 = 0
    var time: Double = 0
    var typeNumber: Int32 = Self.noNumber
    var sourceNumber: Int32 = Self.noNumber
    var flags: Flags = []

    static let noNumber = Int32.min

    struct Flags: OptionSet, Sendable, Equatable {
        let rawValue: UInt8
        static let timestamp = Flags(rawValue: 1)
        static let timestampIsString = Flags(rawValue: 2)
        static let duplicateKeys = Flags(rawValue: 4)
        static let data = Flags(rawValue: 8)
        static let tag = Flags(rawValue: 16)
        static let timestampIsInvalid = Flags(rawValue: 32)
        static let unknownMembers = Flags(rawValue: 64)
    }

    /// Bytes of the event object, braces included.
    public var range: Range<Int> { Int(start)..<Int(end) }

    /// `type`, when it is a number with an integral value (`4.0` is 4).
    public var type: Int? { typeNumber == Self.noNumber ? nil : Int(typeNumber) }

    /// `data.source` of an incremental event (type 3).
    public var source: Int? { sourceNumber == Self.noNumber ? nil : Int(sourceNumber) }

    /// Milliseconds since the epoch; `nil` when the event has none.
    public var timestamp: Double? { flags.contains(.timestamp) ? time : nil }

    /// Such an event is written anew, with a number.
    public var timestampIsString: Bool { flags.contains(.timestampIsString) }

    public var isFullSnapshot: Bool { typeNumber == 2 }

    /// The token of `data.tag` of a custom event (type 5), quotes included, when it is a string.
    public var tagRange: Range<Int>? { flags.contains(.tag) ? Int(tagStart)..<Int(tagEnd) : nil }

    /// The value of `data`, of whatever kind.
    public var dataRange: Range<Int>? { flags.contains(.data) ? Int(dataStart)..<Int(dataEnd) : nil }

    /// The event has members besides `type`, `data` and `timestamp`.
    public var hasUnknownMembers: Bool { flags.contains(.unknownMembers) }

    /// A key occurs twice in the event or directly in its `data` (the last one counts). Also set when there are
    /// too many keys to tell: bytes with this mark are never kept as they are.
    public var hasDuplicateKeys: Bool { flags.contains(.duplicateKeys) }
}
