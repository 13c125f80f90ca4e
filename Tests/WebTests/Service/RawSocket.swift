import Foundation

/// A TCP connection that can misbehave.
final class RawSocket: @unchecked Sendable {  // safe: the descriptor never changes, and one test uses it from one task at a time
    struct Failure: Error {}
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure()
        }
    }

    deinit { close(descriptor) }

    func write(_ text: String) throws {
        guard trickle(text) else { throw Failure() }
    }

    /// - Returns: false when the other side has closed.
    func trickle(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the other side closes; at most ten seconds.
    func readAll() async -> String {
        var text = [UInt8]()
        for _ in 0..<1000 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                text += buffer[..<count]
            } else if count == 0 || errno != EAGAIN {
                break
            } else {
                if !text.isEmpty, text.contains(Array("\r\n\r\n".utf8)) { break }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the other side closes within ten seconds.
    func isClosed() async -> Bool {
        for _ in 0..<1000 {
            var byte: UInt8 = 0
            let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
            if count == 0 || (count < 0 && errno != EAGAIN) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
