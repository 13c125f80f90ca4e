/// The event being read: fills an `EventSpan` from the keys and values of the event and of its `data`.
struct EventFields {
    let collectsSpans: Bool

    private enum Slot { case unknown, type, data, timestamp }
    private enum DataSlot { case unknown, source, tag }

    private var span = EventSpan()
    private var slot = Slot.unknown
    private var dataSlot = DataSlot.unknown
    private var keys = DuplicateKeys()
    private var dataKeys = DuplicateKeys()

    init(collectsSpans: Bool) {
        self.collectsSpans = collectsSpans
    }

    mutating func start(at offset: Int) {
        span = EventSpan()
        span.start = UInt32(truncatingIfNeeded: offset)
        if collectsSpans { keys.removeAll() }
    }

    /// The finished span. What belongs to other types of events is taken out of it.
    mutating func finish(at offset: Int) -> EventSpan {
        span.end = UInt32(truncatingIfNeeded: offset)
        if span.typeNumber != 3 { span.sourceNumber = EventSpan.noNumber }
        if span.typeNumber != 5 { span.flags.remove(.tag) }
        return span
    }

    mutating func key(_ token: UnsafeRawBufferPointer, inData: Bool) {
        if inData {
            dataSlot =
                StringToken.matches(token, "source") ? .source : StringToken.matches(token, "tag") ? .tag : .unknown
            if dataKeys.insert(token) { span.flags.insert(.duplicateKeys) }
        } else {
            slot =
                StringToken.matches(token, "type")
                ? .type
                : StringToken.matches(token, "data")
                    ? .data : StringToken.matches(token, "timestamp") ? .timestamp : .unknown
            if slot == .unknown { span.flags.insert(.unknownMembers) }
            if collectsSpans, keys.insert(token) { span.flags.insert(.duplicateKeys) }
        }
    }

    mutating func string(_ token: UnsafeRawBufferPointer, hasEscapes: Bool, inData: Bool, from: Int, to: Int) {
        other(inData: inData, from: from, to: to)
        if inData {
            guard dataSlot == .tag else { return }
            span.flags.insert(.tag)
            span.tagStart = UInt32(truncatingIfNeeded: from)
            span.tagEnd = UInt32(truncatingIfNeeded: to)
        } else if slot == .timestamp {
            setTimestamp(NumericText.value(ofString: token, hasEscapes: hasEscapes))
            span.flags.insert(.timestampIsString)
        }
    }

    mutating func number(_ token: UnsafeRawBufferPointer, inData: Bool, from: Int, to: Int) {
        other(inData: inData, from: from, to: to)
        if inData {
            if dataSlot == .source { span.sourceNumber = NumberToken.integral(token) ?? EventSpan.noNumber }
        } else if slot == .timestamp {
            setTimestamp(NumberToken.finite(token))
        } else if slot == .type, collectsSpans {
            span.typeNumber = NumberToken.integral(token) ?? EventSpan.noNumber
        }
    }

    /// A value came, of whatever kind; forgets what an earlier one of the same key said.
    mutating func other(inData: Bool, from: Int, to: Int) {
        if inData {
            switch dataSlot {
            case .source: span.sourceNumber = EventSpan.noNumber
            case .tag: span.flags.remove(.tag)
            case .unknown: break
            }
            return
        }
        switch slot {
        case .type:
            span.typeNumber = EventSpan.noNumber
        case .timestamp:
            span.flags.remove([.timestamp, .timestampIsString])
            span.flags.insert(.timestampIsInvalid)
        case .data:
            span.flags.insert(.data)
            span.flags.remove(.tag)
            span.sourceNumber = EventSpan.noNumber
            span.dataStart = UInt32(truncatingIfNeeded: from)
            span.dataEnd = UInt32(truncatingIfNeeded: to)
        case .unknown:
            break
        }
    }

    /// Whether the keys of the container are wanted: those of `data` are, when spans are collected.
    mutating func containerOpened(isObject: Bool, inData: Bool, at offset: Int) -> Bool {
        other(inData: inData, from: offset, to: offset)
        guard !inData, slot == .data, isObject, collectsSpans else { return false }
        dataKeys.removeAll()
        return true
    }

    /// A container ended that is a value of the event.
    mutating func containerEnded(at offset: Int) {
        if slot == .data { span.dataEnd = UInt32(truncatingIfNeeded: offset) }
    }

    private mutating func setTimestamp(_ value: Double?) {
        guard let value else { return }
        span.time = value
        span.flags.remove(.timestampIsInvalid)
        span.flags.insert(.timestamp)
    }
}
