import CZlib

/// One gzip member being inflated, in pieces. Owns zlib's state and ends it.
struct InflateStream: ~Copyable {
    enum Progress: Equatable {
        /// The input is used up; more is needed.
        case needsInput
        /// The output is full; there may be more.
        case outputFull
        /// The member ended and its checksum and length were right.
        case ended
        case invalid
    }

    /// On the heap, because zlib's state points back at it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, plus 16 for "gzip only".
        isReady = CZlib_inflateInit2(stream, 15 + 16) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Makes the stream ready for another member, keeping its memory.
    mutating func reset() {
        if isReady { inflateReset(stream) }
    }

    /// Inflates from `input` at `used` on into `output` at `written` on and moves both.
    mutating func step(
        _ input: UnsafeRawBufferPointer, used: inout Int,
        into output: UnsafeMutableRawBufferPointer, written: inout Int
    ) -> Progress {
        guard isReady else { return .invalid }
        while true {
            let availableIn = min(input.count - used, Int(Int32.max))
            let availableOut = min(output.count - written, Int(Int32.max))
            if availableOut == 0 { return .outputFull }
            // zlib reads through this pointer and never writes.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.advanced(by: used).assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(availableIn)
            stream.pointee.next_out = output.baseAddress?.advanced(by: written).assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(availableOut)
            let result = inflate(stream, Z_NO_FLUSH)
            used += availableIn - Int(stream.pointee.avail_in)
            written += availableOut - Int(stream.pointee.avail_out)
            switch result {
            case Z_STREAM_END: return .ended
            case Z_OK, Z_BUF_ERROR:
                if written == output.count { return .outputFull }
                if used == input.count { return .needsInput }
                if result == Z_BUF_ERROR { return .invalid }
            default: return .invalid
            }
        }
    }
}
