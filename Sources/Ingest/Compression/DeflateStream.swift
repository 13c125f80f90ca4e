import CZlib

/// Writes gzip members, keeping zlib's 256 KiB of state from one to the next.
public struct DeflateStream: ~Copyable {
    /// On the heap, because zlib's state points back at it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: 1 (fast) to 9 (small); others are brought into that range.
    public init(level: Int = 6) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = CZlib_deflateInit2(stream, Int32(min(max(level, 1), 9)), 15 + 16, 8)
        // Only a lack of memory can fail here, and Swift's own allocations trap on that too.
        precondition(result == Z_OK, "zlib could not allocate its state")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The bytes as one complete gzip member.
    public mutating func member(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        deflateReset(stream)
        // deflateBound is exact about the header only before the first byte is written.
        let bound = Int(deflateBound(stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            var used = 0
            count = 0
            var result = Z_OK
            repeat {
                let availableIn = min(bytes.count - used, Int(Int32.max))
                let availableOut = min(output.count - count, Int(Int32.max))
                // zlib reads through this pointer and never writes.
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: bytes.baseAddress?.advanced(by: used).assumingMemoryBound(to: UInt8.self))
                stream.pointee.avail_in = UInt32(availableIn)
                stream.pointee.next_out = output.baseAddress?.advanced(by: count)
                stream.pointee.avail_out = UInt32(availableOut)
                result = deflate(stream, used + availableIn == bytes.count ? Z_FINISH : Z_NO_FLUSH)
                used += availableIn - Int(stream.pointee.avail_in)
                count += availableOut - Int(stream.pointee.avail_out)
            } while result == Z_OK
            precondition(result == Z_STREAM_END, "deflateBound was too small")
        }
    }
}
