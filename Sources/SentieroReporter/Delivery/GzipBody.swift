import CZlib

/// Bodies as `Content-Encoding: gzip`.
enum GzipBody {
    /// Smaller ones are sent as they are.
    static let smallest = 1024

    /// Nil when it is not worth it, or zlib has no memory.
    static func packed(_ body: [UInt8]) -> [UInt8]? {
        guard body.count > smallest, let size = UInt32(exactly: body.count) else { return nil }
        // 15 bits of window, and 16 for a header of gzip. zlib's state points back at the stream, which stays where it is until the end.
        var stream = z_stream()
        return withUnsafeMutablePointer(to: &stream) { stream -> [UInt8]? in
            guard CZlib_deflateInit2(stream, 6, 15 + 16, 8) == Z_OK else { return nil }
            defer { deflateEnd(stream) }
            let bound = Int(deflateBound(stream, UInt(body.count)))
            var isDone = false
            let packed = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                body.withUnsafeBufferPointer { input in
                    // zlib reads through this pointer and never writes.
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    stream.pointee.avail_in = size
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(clamping: output.count)
                    isDone = deflate(stream, Z_FINISH) == Z_STREAM_END
                    count = isDone ? Int(stream.pointee.total_out) : 0
                }
            }
            return isDone && packed.count < body.count ? packed : nil
        }
    }
}
