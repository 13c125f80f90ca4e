import CHiredis

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connected, or connecting, non-blocking socket. Confined to one thread; closed with its last reference.
final class Socket {
    enum Received {
        case bytes(Int)
        case wouldBlock
    }

    let descriptor: Int32

    /// Starts to connect. `address` must be numeric: names would block here.
    static func connecting(to address: String, port: Int) throws(RedisError) -> Socket {
        try Socket(adopting: redisConnectNonBlock(address, Int32(port)), name: "\(address):\(port)", isTCP: true)
    }

    static func connecting(toUnix path: String) throws(RedisError) -> Socket {
        try Socket(adopting: redisConnectUnixNonBlock(path), name: path, isTCP: false)
    }

    private init(adopting context: UnsafeMutablePointer<redisContext>?, name: String, isTCP: Bool) throws(RedisError) {
        guard let context else { throw RedisError(.notConnected, "\(name): out of memory") }
        guard context.pointee.err == 0 else {
            let text = withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            redisFree(context)
            throw RedisError(.notConnected, "\(name): \(text)")
        }
        if isTCP { redisEnableKeepAlive(context) }
        descriptor = redisFreeKeepFd(context)
        setNonBlocking(descriptor)
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    deinit { close(descriptor) }

    /// Result of connecting, once the socket became writable.
    func checkConnected() throws(RedisError) {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        guard number == 0 else { throw RedisError(.notConnected, systemErrorText(number)) }
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(RedisError) -> Received {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { throw RedisError(.connectionLost, "Redis closed the connection") }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: return .wouldBlock
            default: throw RedisError(.connectionLost, systemErrorText(errno))
            }
        }
    }

    /// Number of bytes taken; 0 when the socket is full.
    func transmit(_ bytes: UnsafeRawBufferPointer) throws(RedisError) -> Int {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: return 0
            default: throw RedisError(.connectionLost, systemErrorText(errno))
            }
        }
    }
}
