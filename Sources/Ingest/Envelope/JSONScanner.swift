/// Validates JSON (RFC 8259, UTF-8 included) in one pass over pieces of any size, and reports the tokens of the
/// envelope to `EnvelopeFields` on the way.
///
/// A state machine without recursion: nesting costs one byte on the heap per level, so a page of any depth passes
/// and a hostile body cannot exhaust the stack. The hot loop keeps its state in locals and is left only for tokens
/// of the envelope (`depth == tracked`); everything deeper is validated and forgotten.
struct JSONScanner: ~Copyable {
    /// Nesting levels accepted; a level of a page's DOM costs two.
    static let maxDepth = 16_384
    /// Longest key or scalar looked at; longer ones are unknown keys or invalid values. The same for every size of
    /// piece, so that edge and worker agree.
    static let maxTokenBytes = 4096

    enum State: UInt8 {
        case value, firstValue, firstKey, nextKey, colon, afterValue
        case string, escape, hex, utf8
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
        case literal
        case failed
    }

    var fields: EnvelopeFields
    var state = State.value
    /// Open containers.
    var depth = 0
    /// Open containers that belong to the envelope, from the root on; `depth == tracked` inside the innermost.
    var tracked = 0
    var inObject = false
    var stack = ContainerStack()

    // The token that is open, when a piece ends inside one.
    var isKey = false
    var hasEscapes = false
    var progress = TokenProgress()
    var tokenOffset = 0
    var carried: [UInt8] = []
    /// Bytes of the body before the current piece.
    private(set) var offset = 0

    init(fields: EnvelopeFields) {
        self.fields = fields
    }

    /// Takes the next piece. After a syntax error further pieces are only counted.
    mutating func consume(_ piece: UnsafeRawBufferPointer) {
        guard state != .failed, !piece.isEmpty else {
            offset += piece.count
            return
        }
        scan(piece)
        offset += piece.count
    }

    /// Whether all that came was exactly one JSON text.
    var isComplete: Bool {
        switch state {
        case .afterValue, .zero, .integer, .fraction, .exponentDigits: return depth == 0
        default: return false
        }
    }
}

/// How far an escape, a UTF-8 sequence or a literal has come.
struct TokenProgress {
    /// Bytes still to come of an escape (hex digits) or a UTF-8 sequence.
    var left = 0
    /// Bounds of the next byte of a UTF-8 sequence.
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    /// The rest of a literal, first byte lowest.
    var literal: UInt32 = 0
}

/// The kinds of the containers around the current one, grown as needed up to `JSONScanner.maxDepth`.
struct ContainerStack: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Bool>
    private(set) var capacity = 256

    init() {
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    mutating func grow() {
        let larger = UnsafeMutablePointer<Bool>.allocate(capacity: capacity * 2)
        larger.update(from: base, count: capacity)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
