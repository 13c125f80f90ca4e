/// Collects what the scanner meets at the levels of the envelope.
///
/// Frames number the containers of the envelope from the outside: 0 is around the root value, 1 the root object,
/// 2 the `events` array, 3 an event, 4 its `data`. Of a key that occurs twice the last value counts, so nothing
/// is judged before the end.
struct EnvelopeFields {
    /// Notes spans, and what tells whether the browser's bytes may be kept; the edge needs neither.
    let collectsSpans: Bool
    let maxEvents: Int

    enum Slot { case unknown, sessionID, windowID, events, metadata, batchID, sequence, recorder }
    enum Events { case absent, notArray, array }
    enum Given<Value> { case absent, invalid, valid(Value) }

    private var slot = Slot.unknown
    private var seen = DuplicateKeys()
    private(set) var sessionID: String?
    private(set) var windowID: String?
    private(set) var batchID = Given<String>.absent
    private(set) var sequence = Given<Int>.absent
    private(set) var recorder: String?
    private(set) var metadataRange: Range<Int>?
    private var containerStart: Int?

    private(set) var events = Events.absent
    private(set) var eventCount = 0
    private(set) var hasNonObjects = false
    private(set) var hasInvalidTimestamps = false
    private(set) var hasStringTimestamps = false
    /// A known field of another kind is as unknown as its content.
    var hasUnknownFields: Bool { hasUnknownKeys || hasOddMetadata || hasOddRecorder }
    private var hasUnknownKeys = false
    private var hasOddMetadata = false
    private var hasOddRecorder = false
    private(set) var hasDuplicateKeys = false
    private(set) var spans: [EventSpan] = []
    private var event: EventFields
    private var elementIsObject = false

    init(collectsSpans: Bool, limits: EnvelopeLimits) {
        self.collectsSpans = collectsSpans
        self.maxEvents = limits.effectiveMaxEvents
        self.event = EventFields(collectsSpans: collectsSpans)
    }

    mutating func keyEnded(_ token: UnsafeRawBufferPointer, hasEscapes: Bool, frame: Int) {
        if hasEscapes, token.count <= JSONScanner.maxTokenBytes {
            StringToken.unescaped(token).withUnsafeBytes { key($0, frame: frame) }
        } else {
            key(token, frame: frame)
        }
    }

    mutating func stringEnded(
        _ token: UnsafeRawBufferPointer, hasEscapes: Bool, frame: Int, from: Int, to: Int
    ) {
        if frame >= 3 {
            event.string(token, hasEscapes: hasEscapes, inData: frame == 4, from: from, to: to)
            return
        }
        ended(frame: frame)
        guard frame == 1, token.count <= JSONScanner.maxTokenBytes else { return }
        switch slot {
        case .sessionID: sessionID = Self.identifier(token, hasEscapes, maxLength: Identifier.maxLength)
        case .windowID: windowID = Self.identifier(token, hasEscapes, maxLength: Identifier.maxLength)
        case .batchID:
            if let id = Self.identifier(token, hasEscapes, maxLength: Identifier.maxBatchLength) { batchID = .valid(id) }
        case .recorder:
            recorder = Envelope.recorder(token)
            hasOddRecorder = recorder == nil
        case .unknown, .events, .metadata, .sequence: break
        }
    }

    mutating func numberEnded(_ token: UnsafeRawBufferPointer, frame: Int, from: Int, to: Int) {
        if frame >= 3 {
            event.number(token, inData: frame == 4, from: from, to: to)
            return
        }
        ended(frame: frame)
        if frame == 1, slot == .sequence, let number = NumberToken.sequence(token) { sequence = .valid(number) }
    }

    mutating func literalEnded(frame: Int, from: Int, to: Int) {
        if frame >= 3 {
            event.other(inData: frame == 4, from: from, to: to)
        } else {
            ended(frame: frame)
        }
    }

    /// Whether the container is one of the envelope's, so that its keys and values are wanted.
    mutating func containerOpened(frame: Int, isObject: Bool, at offset: Int) -> Bool {
        switch frame {
        case 0:
            return isObject
        case 1:
            ended(frame: 1)
            containerStart = slot == .metadata && isObject ? offset : nil
            guard slot == .events, !isObject else { return false }
            startEvents()
            return true
        case 2:
            elementIsObject = isObject
            guard isObject else {
                ended(frame: 2)
                return false
            }
            event.start(at: offset)
            return true
        default:
            return event.containerOpened(isObject: isObject, inData: frame == 4, at: offset)
        }
    }

    /// A container ended whose parent is the frame.
    mutating func containerEnded(frame: Int, at offset: Int) {
        switch frame {
        case 1:
            if let start = containerStart {
                metadataRange = start..<offset
                hasOddMetadata = false
            }
        case 2:
            if elementIsObject { eventEnded(at: offset) }
        case 3:
            event.containerEnded(at: offset)
        default:
            break
        }
    }

    // MARK: -

    private mutating func key(_ token: UnsafeRawBufferPointer, frame: Int) {
        guard frame == 1 else {
            event.key(token, inData: frame == 4)
            return
        }
        slot = Self.slot(token)
        guard collectsSpans else { return }
        if slot == .unknown { hasUnknownKeys = true }
        if seen.insert(token) { hasDuplicateKeys = true }
    }

    private static func slot(_ key: UnsafeRawBufferPointer) -> Slot {
        if StringToken.matches(key, "events") { return .events }
        if StringToken.matches(key, "sessionId") { return .sessionID }
        if StringToken.matches(key, "windowId") { return .windowID }
        if StringToken.matches(key, "metadata") { return .metadata }
        if StringToken.matches(key, "batchId") { return .batchID }
        if StringToken.matches(key, "sequence") { return .sequence }
        if StringToken.matches(key, "recorder") { return .recorder }
        return .unknown
    }

    /// A value came; forgets what an earlier one of the same key said. A value of the right kind overwrites this.
    private mutating func ended(frame: Int) {
        guard frame == 1 else {
            if frame == 2 {
                eventCount += 1
                hasNonObjects = true
            }
            return
        }
        switch slot {
        case .sessionID: sessionID = nil
        case .windowID: windowID = nil
        case .batchID: batchID = .invalid
        case .sequence: sequence = .invalid
        case .recorder:
            recorder = nil
            hasOddRecorder = true
        case .metadata:
            metadataRange = nil
            hasOddMetadata = true
        case .events: events = .notArray
        case .unknown: break
        }
    }

    private mutating func startEvents() {
        events = .array
        eventCount = 0
        hasNonObjects = false
        hasInvalidTimestamps = false
        hasStringTimestamps = false
        spans.removeAll(keepingCapacity: true)
    }

    private mutating func eventEnded(at offset: Int) {
        let span = event.finish(at: offset)
        eventCount += 1
        if span.flags.contains(.timestampIsInvalid) { hasInvalidTimestamps = true }
        if span.flags.contains(.timestampIsString) { hasStringTimestamps = true }
        guard collectsSpans else { return }
        if span.hasDuplicateKeys { hasDuplicateKeys = true }
        if eventCount <= maxEvents { spans.append(span) }
    }

    private static func identifier(
        _ token: UnsafeRawBufferPointer, _ hasEscapes: Bool, maxLength: Int
    ) -> String? {
        if hasEscapes {
            return StringToken.unescaped(token).withUnsafeBytes { identifier($0, false, maxLength: maxLength) }
        }
        guard Identifier.isValid(token, maxLength: maxLength) else { return nil }
        return String(decoding: token, as: UTF8.self)
    }
}
