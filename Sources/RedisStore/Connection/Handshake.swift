#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// From nothing to a connection that may be used: resolve, connect, log in, select, name, load scripts.
extension ConnectionLoop {
    func connect() throws(RedisError) -> (Socket, ReplyReader) {
        let deadline = monotonicNanoseconds() + UInt64(configuration.connectTimeoutMs) * 1_000_000
        let socket = try openSocket(deadline)
        guard let reader = ReplyReader() else { throw RedisError(.notConnected, "out of memory") }
        try greet(socket, reader, deadline)
        return (socket, reader)
    }

    private func openSocket(_ deadline: UInt64) throws(RedisError) -> Socket {
        if let path = configuration.unixSocket {
            let socket = try Socket.connecting(toUnix: path)
            try finishConnecting(socket, deadline)
            return socket
        }
        var lastError = RedisError(.notConnected, "\(configuration.host) has no address")
        for address in try addresses(deadline) {
            do throws(RedisError) {
                let socket = try Socket.connecting(to: address, port: configuration.port)
                try finishConnecting(socket, deadline)
                return socket
            } catch { lastError = error }
        }
        throw lastError
    }

    private func finishConnecting(_ socket: Socket, _ deadline: UInt64) throws(RedisError) {
        while try tend(Int16(POLLOUT), on: socket.descriptor, deadline, "connecting") == 0 {}
        try socket.checkConnected()
    }

    private func addresses(_ deadline: UInt64) throws(RedisError) -> [String] {
        if let numeric = HostResolver.numeric(configuration.host) { return numeric }
        let pipe = queue.pipe
        let resolver = HostResolver(host: configuration.host) { pipe.wake() }
        while true {
            if let addresses = resolver.addresses { return addresses }
            _ = try tend(0, on: -1, deadline, "looking up \(configuration.host)")
        }
    }

    private func greet(_ socket: Socket, _ reader: ReplyReader, _ deadline: UInt64) throws(RedisError) {
        var login: [RedisCommand] = []
        if let password = configuration.password {
            var command = RedisCommand("AUTH")
            if let username = configuration.username { command.append(username) }
            command.append(password)
            login.append(command)
        }
        if configuration.database != 0 { login.append(RedisCommand("SELECT", configuration.database)) }
        login.append(RedisCommand("PING"))
        for reply in try converse(login, socket, reader, deadline) {
            // The right to PING is not needed for anything else.
            if let error = reply.error, error.code != .noPermission { throw error }
        }
        // Not in the same write: Redis hangs up on a client that sends much before it is let in.
        // A refusal is no obstacle here: a name is a comfort, and a script is loaded again when it is missing.
        var comforts: [RedisCommand] = []
        if !configuration.clientName.isEmpty { comforts.append(RedisCommand("CLIENT", "SETNAME", configuration.clientName)) }
        for script in scripts { comforts.append(RedisCommand("SCRIPT", "LOAD", script.source)) }
        _ = try converse(comforts, socket, reader, deadline)
    }

    private func converse(
        _ commands: [RedisCommand], _ socket: Socket, _ reader: ReplyReader, _ deadline: UInt64
    ) throws(RedisError) -> [RedisValue] {
        var output = OutputBuffer()
        for command in commands { output.append(command) }
        var replies: [RedisValue] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        while replies.count < commands.count {
            try output.drain { bytes throws(RedisError) in try socket.transmit(bytes) }
            let events = Int16(POLLIN) | (output.isEmpty ? 0 : Int16(POLLOUT))
            guard try tend(events, on: socket.descriptor, deadline, "the handshake") & ~Int16(POLLOUT) != 0 else { continue }
            guard case .bytes(let count) = try socket.receive(into: buffer) else { continue }
            try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            while let reply = try reader.next() { replies.append(reply) }
            // "max number of clients reached" comes as one error, then the end.
            if replies.count == 1, let error = replies[0].error, error.message.hasPrefix("ERR max number of clients") {
                throw RedisError(.notConnected, error.message)
            }
        }
        return replies
    }

    /// Waits while calls in the queue keep their deadlines; 0 when it is worth looking again.
    private func tend(_ events: Int16, on descriptor: Int32, _ deadline: UInt64, _ what: String) throws(RedisError) -> Int16 {
        let got = wait(for: events, on: descriptor, until: deadline, tending: true)
        if queue.isShutDown { throw RedisError(.shutdown, "the client is shut down") }
        if got == 0, monotonicNanoseconds() >= deadline {
            throw RedisError(.notConnected, "\(what) took longer than \(configuration.connectTimeoutMs) ms")
        }
        return got
    }
}
