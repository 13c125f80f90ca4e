/// Inflates a body window by window into the scanner, within the limits.
struct BodyInflater: ~Copyable {
    static let windowBytes = 65_536

    private let limits: EnvelopeLimits
    private var stream = InflateStream()
    private let window: UnsafeMutableRawBufferPointer
    private var windowUsed = 0
    private var compressed = 0
    private var inflated = 0
    private(set) var hasEnded = false

    init(limits: EnvelopeLimits) {
        self.limits = limits
        window = .allocate(byteCount: Self.windowBytes, alignment: 16)
    }

    deinit {
        window.deallocate()
    }

    /// Bytes after the first member are ignored.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, to scanner: inout JSONScanner) throws(GzipError) {
        guard !hasEnded else { return }
        var used = 0
        var progress = InflateStream.Progress.outputFull
        while progress == .outputFull {
            let before = (used: used, written: windowUsed)
            progress = stream.step(bytes, used: &used, into: window, written: &windowUsed)
            compressed += used - before.used
            inflated += windowUsed - before.written
            // Too large first: damage beyond the limit is never reached when the body comes in small pieces.
            guard inflated <= limits.maxInflatedBytes else { throw .tooLarge }
            guard progress != .invalid else { throw .invalid }
            if progress == .needsInput { return }
            // Judged at whole windows, so that the size of the pieces cannot change the answer.
            if inflated > EnvelopeLimits.ratioGuardBytes, inflated > compressed * EnvelopeLimits.maxRatio {
                throw .tooLarge
            }
            scanner.consume(UnsafeRawBufferPointer(rebasing: window[..<windowUsed]))
            windowUsed = 0
        }
        hasEnded = true
    }
}
