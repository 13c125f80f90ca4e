/// Validates the body of a request of the events lane while it arrives (spec 01, 1.2 and 1.3).
///
/// Inflates in windows of 64 KiB and scans each at once, so a request costs about 100 KiB whatever its body
/// inflates to. `bodyTooLarge` is thrown as soon as it is certain, since no other failure comes before it; all
/// others are known, in their order, only at the end.
public struct EnvelopeInspector: ~Copyable {
    private let limits: EnvelopeLimits
    private let isDeclaredGzip: Bool
    private var received = 0
    private var scanner: JSONScanner
    private var source = Source.undecided
    private var inflater: BodyInflater?

    private enum Source { case undecided, identity, gzip, invalidGzip, tooLarge }

    /// - Parameter contentEncoding: the value of the `Content-Encoding` header, whole.
    public init(limits: EnvelopeLimits, contentEncoding: String?) {
        self.limits = limits
        isDeclaredGzip = contentEncoding.map(Self.isGzip) ?? false
        scanner = JSONScanner(fields: EnvelopeFields(collectsSpans: false, limits: limits))
    }

    /// Takes the next bytes of the body as received, in pieces of any size.
    /// - Throws: `bodyTooLarge` only.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(EnvelopeRejection) {
        guard !bytes.isEmpty else { return }
        let first = received
        received += bytes.count
        guard received <= limits.maxBodyBytes else { source = .tooLarge; throw .bodyTooLarge }
        switch source {
        case .undecided: try start(bytes, at: first)
        case .identity: scanner.consume(bytes)
        case .gzip: try inflate(bytes)
        case .invalidGzip: break
        case .tooLarge: throw .bodyTooLarge
        }
    }

    /// Ends the body.
    /// - Throws: the first failure in the order of spec 01, 1.3.
    public mutating func finish() throws(EnvelopeRejection) -> Envelope {
        switch source {
        case .tooLarge: throw .bodyTooLarge
        case .invalidGzip: throw .invalidGzip
        case .gzip:
            guard inflater?.hasEnded ?? false else { throw .invalidGzip }
        case .undecided, .identity: break
        }
        guard scanner.isComplete else { throw .invalidJSON }
        return try scanner.fields.envelope(
            inflatedBytes: scanner.offset, encoding: source == .gzip ? .gzip : .identity)
    }

    // MARK: -

    static func isGzip(_ header: String) -> Bool {
        header.utf8.count == 4 && header.lowercased() == "gzip"
    }

    /// Decides by the header, or by the first two bytes, which may come one by one.
    private mutating func start(_ bytes: UnsafeRawBufferPointer, at first: Int) throws(EnvelopeRejection) {
        if isDeclaredGzip {
            try startGzip(bytes)
        } else if first == 0 {
            if Gzip.hasMagic(bytes) {
                try startGzip(bytes)
            } else if bytes.count > 1 || bytes[0] != 0x1F {
                source = .identity
                scanner.consume(bytes)
            }
        } else {
            // The first byte was 1F.
            var lead: UInt8 = 0x1F
            if bytes[0] == 0x8B {
                try withUnsafeBytes(of: &lead) { byte throws(EnvelopeRejection) in try startGzip(byte) }
                try inflate(bytes)
            } else {
                source = .identity
                withUnsafeBytes(of: &lead) { scanner.consume($0) }
                scanner.consume(bytes)
            }
        }
    }

    private mutating func startGzip(_ bytes: UnsafeRawBufferPointer) throws(EnvelopeRejection) {
        source = .gzip
        inflater = BodyInflater(limits: limits)
        try inflate(bytes)
    }

    private mutating func inflate(_ bytes: UnsafeRawBufferPointer) throws(EnvelopeRejection) {
        do throws(GzipError) {
            try inflater?.feed(bytes, to: &scanner)
        } catch {
            inflater = nil
            switch error {
            case .invalid:
                source = .invalidGzip
            case .tooLarge:
                source = .tooLarge
                throw .bodyTooLarge
            }
        }
    }
}
