import Foundation
import Glibc
import NIOCore

/// What the demo asks of the machine's own network.
enum LocalNetwork {
    /// The wanted port or the next one nobody listens on; 0 stands for any.
    static func freePort(from wanted: Int, host: String, avoiding taken: Set<Int> = []) -> Int? {
        let range = wanted == 0 ? 20_000...29_999 : wanted...min(wanted + 100, 65_535)
        return range.first { !taken.contains($0) && canListen(host: host, port: $0) }
    }

    private static func canListen(host: String, port: Int) -> Bool {
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: port) else { return false }
        let socket = socket(address.protocol == .inet6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return address.withSockAddr { pointer, size in bind(socket, pointer, socklen_t(size)) == 0 && listen(socket, 1) == 0 }
    }

    /// Names under which a browser may reach a server bound to this address.
    static func names(ofHost host: String) -> [String] {
        if isLoopback(host) { return ["localhost", "127.0.0.1"] }
        guard host == "0.0.0.0" || host == "::" else { return [host] }
        let own = ((try? System.enumerateDevices()) ?? []).compactMap { device -> String? in
            guard case .v4? = device.address else { return nil }
            return device.address?.ipAddress
        }
        return ["localhost", ProcessInfo.processInfo.hostName] + own
    }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// Sends one request and returns the start of the answer; nil when nobody answers within a second. Runs on a thread of its own.
    static func ask(_ address: SocketAddress, _ request: String) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: exchange(address, request)) }
        }
    }

    private static func exchange(_ address: SocketAddress, _ request: String) -> String? {
        let family: Int32 =
            switch address {
            case .v4: AF_INET
            case .v6: AF_INET6
            case .unixDomainSocket: AF_UNIX
            }
        let socket = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSockAddr({ connect(socket, $0, socklen_t($1)) }) == 0 else { return nil }
        let bytes = Array(request.utf8)
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
        var answer = [UInt8](repeating: 0, count: 256)
        let count = recv(socket, &answer, answer.count, 0)
        return count > 0 ? String(decoding: answer[..<count], as: UTF8.self) : nil
    }
}
